//! Prints the plan of a prompt, or of every line of a file, as a reader sees it.
//!
//! ```text
//! cargo run -p admint-studio --example plan -- "Cold brew for night owls" [SEED] [SECONDS]
//! cargo run -p admint-studio --example plan -- prompts.txt
//! ```

use std::{env, fs, process::ExitCode};

use admint_domain::{AdOptions, AspectRatio, Brief, Prompt, TargetDuration};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(text) = arguments.next() else {
        eprintln!("plan PROMPT|FILE [SEED] [SECONDS]");
        return ExitCode::FAILURE;
    };
    let seed = arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let seconds = arguments.next().and_then(|seconds| seconds.parse().ok()).unwrap_or(15);
    let prompts = fs::read_to_string(&text).unwrap_or(text);
    for line in prompts.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        match (Prompt::parse(line), TargetDuration::parse(seconds)) {
            (Ok(prompt), Ok(duration)) => {
                let options = AdOptions::default();
                let brief = Brief { prompt, aspect: AspectRatio::Portrait9x16, duration, seed, options };
                println!("{}", admint_studio::transcript(&brief));
            }
            (Err(error), _) | (_, Err(error)) => println!("{line}\n  {error}\n"),
        }
    }
    ExitCode::SUCCESS
}
