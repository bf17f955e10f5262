//! What the programs that measure have in common: times, targets, and how busy the machine was.

use std::time::Duration;

use anyhow::{Result, ensure};

/// What was asked of it, and what of that was missed.
#[derive(Default)]
pub struct Targets {
    told: String,
    missed: Vec<String>,
}

impl Targets {
    pub fn check(&mut self, what: String, is_met: bool, target: &str) {
        let line = format!("{what} (target: {target})");
        self.told += &format!("{}  {line}\n", if is_met { "met   " } else { "MISSED" });
        if !is_met {
            self.missed.push(line);
        }
    }

    pub fn end(self) -> Result<()> {
        print!("{}", self.told);
        ensure!(self.missed.is_empty(), "missed: {}", self.missed.join("; "));
        Ok(())
    }
}

/// How many cores, and how busy they have been.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').take(2).collect::<Vec<_>>().join(" and ");
    format!("{cores} cores; load of the last minute and the last five: {load}")
}

/// Milliseconds, sorted.
#[derive(Default)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that `part` of all stayed within.
    pub fn at(&self, part: f64) -> f64 {
        let index = ((self.0.len() as f64 * part).ceil() as usize).clamp(1, self.0.len().max(1)) - 1;
        self.0.get(index).copied().unwrap_or_default()
    }
}
