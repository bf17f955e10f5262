//! Release builds hold the packaged files; cargo alone would not notice one that is new.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed=../../assets/vendor");
    }
}
