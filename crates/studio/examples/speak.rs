//! Says a line into a file, to listen to the voice: `cargo run -p admint-studio --example speak -- "Hello." out.wav`

use std::{error::Error, time::Instant};

use admint_studio::voice::{RATE, Voice};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(text), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("speak TEXT OUT.wav".into());
    };
    let start = Instant::now();
    let voice = Voice::load()?;
    let loaded = start.elapsed();
    let start = Instant::now();
    let speech = voice.speak(&text)?;
    let spoken = start.elapsed();
    let format = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(&path, format)?;
    for sample in &speech.samples {
        file.write_sample(*sample)?;
    }
    file.finalize()?;
    let time = |sample: usize| sample as f64 / f64::from(RATE);
    for word in &speech.words {
        println!("{:6.3} {:6.3}  {}", time(word.start), time(word.end), word.text);
    }
    println!(
        "{:.2} s of speech in {:.0} ms ({:.0} ms to load the voice), {} words",
        speech.seconds(),
        spoken.as_secs_f64() * 1000.0,
        loaded.as_secs_f64() * 1000.0,
        speech.words.len()
    );
    Ok(())
}
