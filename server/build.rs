//! Release builds hold the pages' files; cargo alone would not notice one that is new.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        for folder in ["../dist", "../public", "../assets/vendor/web"] {
            println!("cargo:rerun-if-changed={folder}");
        }
    }
}
