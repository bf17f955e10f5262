//! Watches a child and everything it starts: seconds, processor seconds, peak memory. Linux only.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;

const SAMPLE_EVERY: Duration = Duration::from_millis(50);

pub struct Usage {
    pub seconds: f64,
    /// User and system time of the child and of every descendant that was waited for.
    pub processor_seconds: f64,
    /// The largest sum of resident memory over the tree at one moment. Pages that processes share are
    /// divided among them (PSS) where the kernel tells.
    pub peak_bytes: u64,
}

/// Runs `command` to its end. Its output goes where the caller directed it.
pub fn measure(command: &mut Command) -> Result<Usage> {
    let before = children_ticks()?;
    let began = Instant::now();
    let mut child =
        command.spawn().with_context(|| format!("could not start `{}`", process::line(command)))?;
    let peak_bytes = watch(&mut child)?;
    let status = child.wait()?;
    let seconds = began.elapsed().as_secs_f64();
    if !status.success() {
        bail!("`{}` failed: {status}", process::line(command));
    }
    // Once the child is reaped, its whole tree's time is in this process's account of its children.
    let ticks = children_ticks()? - before;
    Ok(Usage { seconds, processor_seconds: ticks as f64 / ticks_per_second(), peak_bytes })
}

fn watch(child: &mut Child) -> Result<u64> {
    let mut peak = 0;
    loop {
        peak = peak.max(tree_bytes(child.id()));
        if child.try_wait()?.is_some() {
            return Ok(peak);
        }
        std::thread::sleep(SAMPLE_EVERY);
    }
}

fn tree_bytes(root: u32) -> u64 {
    let mut bytes = 0;
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        bytes += process_bytes(id);
        open.extend(children(id));
    }
    bytes
}

fn children(id: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|line| line.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>())
        .collect()
}

fn process_bytes(id: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
    kibibytes(&rollup, "Pss:")
        .or_else(|| {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
            kibibytes(&status, "VmRSS:")
        })
        .unwrap_or(0)
        * 1024
}

fn kibibytes(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

// Fields 16 and 17 of /proc/self/stat: cutime and cstime, in ticks.
fn children_ticks() -> Result<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("reading /proc/self/stat")?;
    children_ticks_of(&stat).context("/proc/self/stat has an unknown shape")
}

fn children_ticks_of(stat: &str) -> Option<u64> {
    // The second field is the program's name in brackets, and may hold spaces and brackets.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    Some(fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?)
}

fn ticks_per_second() -> f64 {
    process::output(Command::new("getconf").arg("CLK_TCK"))
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_processor_time_whatever_the_program_is_called() {
        let stat = "12 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 130 45 20 0 1";
        assert_eq!(children_ticks_of(stat), Some(175));
    }

    #[test]
    fn reads_a_field_of_a_rollup() {
        assert_eq!(kibibytes("Rss:  99 kB\nPss:   42 kB\n", "Pss:"), Some(42));
        assert_eq!(kibibytes("Rss:  99 kB\n", "Pss:"), None);
    }

    #[test]
    fn counts_what_grandchildren_use() {
        // A shell (child) whose shell (grandchild) keeps a processor busy for a moment.
        let busy = "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; true";
        let usage = measure(Command::new("sh").args(["-c", busy])).unwrap();
        assert!(usage.processor_seconds > 0.0 && usage.seconds > 0.0);
        assert!(usage.peak_bytes > 0);
    }
}
