//! Prints the measured columns of the table of recordings, and the step from what the packager says.
//!
//! `cargo run --release -p admint-studio --example beats`

fn main() {
    for recording in admint_studio::RECORDINGS {
        let Some(samples) = admint_studio::listen(recording) else {
            println!("{:28} is not packaged: run `cargo xtask assets`", recording.name);
            continue;
        };
        let measured = admint_studio::measure(&samples, recording.bpm, recording.key, recording.minor);
        println!(
            "{:28} {:6.2}, {:6.3}, {:2}, {:?}, {} // {:+.1} %, {:.1} s",
            recording.name,
            measured.tempo,
            measured.downbeat,
            measured.bars,
            measured.lift,
            measured.home,
            (measured.tempo / recording.bpm - 1.0) * 100.0,
            samples.len() as f64 / 96_000.0,
        );
    }
}
