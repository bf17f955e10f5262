//! The whole suite, quickest first, and the closing lines of every runner at the end.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::bundle::{self, Flavour};
use crate::check::{self, TEMPORAL};
use crate::end_to_end;
use crate::postgres::Cluster;
use crate::process::{self, step};
use crate::server::{self, Profile};
use crate::setup;
use crate::system_packages::{self, POSTGRES};
use crate::temporal;
use crate::tools;
use crate::workspace::Workspace;

pub fn test(workspace: &Workspace) -> Result<()> {
    let began = Instant::now();
    let mut closing = Closing::default();
    let result = test_into(workspace, &mut closing);
    closing.print();
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    match &result {
        Ok(()) => step(format!("The whole suite passed in {minutes:.1} minutes")),
        Err(_) => step(format!("The suite FAILED after {minutes:.1} minutes")),
    }
    result
}

fn test_into(workspace: &Workspace, closing: &mut Closing) -> Result<()> {
    setup::everything(workspace)?;
    check::lint(workspace, closing)?;
    check::lint_temporal(workspace, closing)?;
    end_to_end::lint(workspace, closing)?;

    system_packages::ensure(&[&POSTGRES])?;
    // One build for all of them: with another choice of packages, other features would be resolved, and most of the
    // tree compiled once more.
    let everything = ["--workspace", "--exclude", "frontend", "--features", "server/temporal"];
    let on_temporal = format!("package({TEMPORAL}) | test(temporal)");
    {
        let cluster = Cluster::start()?;
        let run_tests = |which: &str| {
            let mut tests = process::cargo();
            tests
                .args(["nextest", "run"])
                .args(everything)
                .args(["--no-fail-fast", "--test-threads", &at_once().to_string(), "--filterset", which])
                .env("ADMINT_TEST_POSTGRES_URL", cluster.url())
                .env("PATH", tools::path(workspace))
                .current_dir(&workspace.root);
            tests
        };
        step("Tests (SQLite and PostgreSQL)");
        closing.run("tests", &mut run_tests(&format!("not ({on_temporal})")))?;

        let temporal = temporal::Server::start(workspace)?;
        step("Tests of the engine on Temporal (SQLite and PostgreSQL)");
        let mut tests = run_tests(&on_temporal);
        closing.run("tests, Temporal", tests.env("ADMINT_TEST_TEMPORAL_URL", temporal.url()))?;
    }

    step("Documentation tests");
    let mut documentation = process::cargo();
    documentation.args(["test", "--quiet", "--doc"]).args(everything).current_dir(&workspace.root);
    closing.run("documentation", &mut documentation)?;

    let manifest = bundle::build(workspace, Flavour::Small)?;
    let (raw, brotli) = bundle::total(&manifest);
    closing.note("bundle", format!("{} KiB, {} KiB as brotli", raw / 1024, brotli / 1024));

    // The server's own tests have built it; built by itself it would resolve other features, and half
    // its dependencies would be compiled once more. Debug builds read the bundle from disk.
    let admint = server::path(workspace, Profile::Dev);
    end_to_end::play(workspace, &admint, &[], closing)
}

/// How many tests run at a time: one more than there are cores, for in many a lease or a pause is waited for.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) + 1
}

/// How each step ended, for the end of the log.
#[derive(Default)]
pub struct Closing {
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    lines: Vec<String>,
}

impl Closing {
    /// Runs a step, showing its output as it comes and keeping the lines that sum it up.
    pub fn run(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let began = Instant::now();
        let (succeeded, mut lines) = watch(command)?;
        let verdict = if succeeded { "passed" } else { "FAILED" };
        lines.insert(0, format!("{verdict} in {}", seconds(began.elapsed())));
        self.entries.push(Entry { name: name.into(), lines });
        if !succeeded {
            bail!("{name}: `{}` failed", process::line(command));
        }
        Ok(())
    }

    pub fn note(&mut self, name: &str, line: impl Into<String>) {
        self.entries.push(Entry { name: name.into(), lines: vec![line.into()] });
    }

    pub fn print(&self) {
        if self.entries.is_empty() {
            return;
        }
        eprintln!();
        for entry in &self.entries {
            for (index, line) in entry.lines.iter().enumerate() {
                let name = if index == 0 { entry.name.as_str() } else { "" };
                eprintln!("{name:>16}  {line}");
            }
        }
        eprintln!();
    }
}

fn watch(command: &mut Command) -> Result<(bool, Vec<String>)> {
    if std::io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{}`", process::line(command)))?;
    let kept = Mutex::new(Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        if let Some(stdout) = stdout {
            scope.spawn(|| show_and_keep(stdout, &kept));
        }
        if let Some(stderr) = stderr {
            scope.spawn(|| show_and_keep(stderr, &kept));
        }
    });
    let succeeded = child.wait()?.success();
    Ok((succeeded, kept.into_inner().unwrap_or_default()))
}

fn show_and_keep(stream: impl Read, kept: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        std::io::stderr().write_all(&line).ok();
        let text = without_colours(&String::from_utf8_lossy(&line));
        if sums_up(&text)
            && let Ok(mut kept) = kept.lock()
        {
            kept.push(text.trim().to_owned());
        }
        line.clear();
    }
}

/// The closing lines of nextest, rustdoc and Playwright.
fn sums_up(line: &str) -> bool {
    let line = line.trim();
    let counts = |word: &str| {
        line.split_once(' ').is_some_and(|(number, rest)| {
            number.chars().all(|digit| digit.is_ascii_digit())
                && (rest == word || rest.starts_with(&format!("{word} (")))
        })
    };
    line.starts_with("Summary [")
        || (line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed; 0 ignored"))
        || ["passed", "failed", "flaky", "skipped", "did not run"].into_iter().any(counts)
}

fn without_colours(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\x1b' {
            // An escape sequence ends with its first letter.
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    text
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_closing_lines_of_each_runner() {
        assert!(sums_up("     Summary [   4.218s] 118 tests run: 118 passed, 2 skipped"));
        assert!(sums_up("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured"));
        assert!(sums_up("  7 passed (41.2s)"));
        assert!(sums_up("  1 failed"));
        assert!(!sums_up("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured"));
        assert!(!sums_up("        PASS [   0.004s] xtask stamp::tests"));
        assert!(!sums_up("the login passed (at last)"));
    }

    #[test]
    fn colours_do_not_hide_a_closing_line() {
        assert_eq!(without_colours("\x1b[32;1m     Summary\x1b[0m [ 1s]"), "     Summary [ 1s]");
    }

    #[test]
    fn a_failed_step_is_an_error_and_is_listed() {
        let mut closing = Closing::default();
        let error =
            closing.run("demo", Command::new("sh").args(["-c", "echo '3 failed'; exit 1"])).unwrap_err();
        assert!(error.to_string().contains("demo"));
        assert_eq!(closing.entries[0].lines[1], "3 failed");
    }
}
