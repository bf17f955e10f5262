//! How much of this machine drawing and encoding may take.

use std::{fs, path::Path};

/// What one picture's drawing and encoding takes at its peak, and half as much again: `cargo xtask bench` prints
/// the peak of a whole ad.
const BYTES_EACH: u64 = 512 << 20;
/// For everything else in the process and on the machine.
const BYTES_KEPT: u64 = 768 << 20;
/// One keeps two cores busy.
const CORES_EACH: usize = 2;
const MOST: usize = 8;

/// How many pictures are drawn and encoded at a time: as many as cores and memory are there for, and one.
pub fn encoders() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    encoders_for(cores, memory())
}

fn encoders_for(cores: usize, bytes: Option<u64>) -> usize {
    let by_memory = bytes
        .map_or(MOST, |bytes| usize::try_from(bytes.saturating_sub(BYTES_KEPT) / BYTES_EACH).unwrap_or(MOST));
    (cores / CORES_EACH).min(by_memory).clamp(1, MOST)
}

/// The machine's memory or, in a container, what it is allowed.
fn memory() -> Option<u64> {
    let allowed = ["memory.max", "memory/memory.limit_in_bytes"];
    let allowed = allowed.iter().filter_map(|file| {
        // "max" where there is no limit.
        fs::read_to_string(Path::new("/sys/fs/cgroup").join(file)).ok()?.trim().parse().ok()
    });
    allowed.chain(all()).min()
}

#[cfg(target_os = "linux")]
fn all() -> Option<u64> {
    let system = rustix::system::sysinfo();
    Some(system.totalram as u64 * u64::from(system.mem_unit))
}

#[cfg(not(target_os = "linux"))]
fn all() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_and_memory_both_bound_it() {
        let gib = |count: u64| Some(count << 30);
        assert_eq!(encoders_for(2, gib(16)), 1);
        assert_eq!(encoders_for(8, gib(16)), 4);
        assert_eq!(encoders_for(8, gib(2)), 2);
        assert_eq!(encoders_for(64, gib(256)), 8);
        assert_eq!(encoders_for(1, gib(0)), 1, "one ad can always be made");
        assert_eq!(encoders_for(8, None), 4);
    }

    #[test]
    fn this_machine_has_memory() {
        if cfg!(target_os = "linux") {
            assert!(memory().unwrap() > 64 << 20);
        }
    }
}
