//! How good the pages are: what Lighthouse finds on those that one works with, how fast the gallery is rendered at a
//! steady pace, and the bundle's weight.
//!
//! `server/examples/gallery.rs` makes the galleries and asks for them. The server is the release build, with its
//! own data folder, and has two cores wherever there are more.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{bundle_lines, verdict};
use crate::bundle::{self, Flavour};
use crate::node_packages;
use crate::process::{self, step};
use crate::server::{self, Profile};
use crate::setup;
use crate::system_packages::{self, CHROMIUM};
use crate::workspace::Workspace;

const RUNS: usize = 3;
/// How often a run of Lighthouse is begun.
const TRIES: u32 = 3;
/// Of a hundred.
const PERFORMANCE_TARGET: f64 = 95.0;
const SHIFT_TARGET: f64 = 0.02;
const BLOCKING_TARGET_MILLISECONDS: f64 = 100.0;

/// How a page is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Device {
    Desktop,
    /// A slow telephone on a slow network, as Lighthouse imagines it. How long it is blocked is told and held to no
    /// target: it is this machine's time times four, and that of whatever else it does.
    Mobile,
}

pub fn web(workspace: &Workspace) -> Result<()> {
    setup::for_tests(workspace)?;
    system_packages::ensure(&[&CHROMIUM])?;
    let lighthouse = node_packages::ensure_lighthouse(workspace)?;
    let chromium = system_packages::chromium().context("Chromium has gone")?;
    let manifest = bundle::build(workspace, Flavour::Small)?;
    let admint = server::build(workspace, Profile::Release)?;
    let gallery = build_gallery(workspace)?;

    let folder = workspace.target.join("xtask/bench-web");
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder)?;
    let data = folder.join("data");
    std::fs::create_dir_all(&data)?;
    let ask_gallery = |arguments: &[&str]| {
        let mut command = Command::new(&gallery);
        command.args(arguments).env("ADMINT_DATA_DIR", &data).current_dir(&workspace.root);
        command
    };

    step("Making the galleries: three real ads, and thousands like them");
    let ad = process::output(&mut ask_gallery(&["fill"]))?;
    let server = Server::start(&admint, &data, &folder)?;

    step("The gallery at a steady pace");
    let mut missed = told(&mut ask_gallery(&["load", &server.address]))?;

    let mut lines = String::new();
    let mut rows = String::new();
    let pages = [
        ("dashboard", "/dashboard".to_owned()),
        ("gallery of 200", "/gallery".to_owned()),
        ("video page", format!("/videos/{}", ad.trim())),
    ];
    for device in [Device::Desktop, Device::Mobile] {
        for (name, path) in &pages {
            step(format!("Lighthouse: {name}, {}, {RUNS} runs", device.name()));
            let mut runs = Vec::new();
            for run in 1..=RUNS {
                // An access token lives for a quarter of an hour.
                let cookies = process::output(&mut ask_gallery(&["log-in", "few"]))?;
                let report = folder.join(format!("{}-{run}.json", name.replace(' ', "-")));
                let mut ask = Command::new(&lighthouse);
                ask.arg(format!("{}{path}", server.address))
                    .args(device.arguments())
                    .args(["--only-categories=performance,accessibility,best-practices", "--quiet"])
                    .args(["--output=json", "--no-enable-error-reporting"])
                    .arg(format!("--output-path={}", report.display()))
                    .arg(format!("--extra-headers={}", serde_json::json!({ "Cookie": cookies.trim() })))
                    .arg("--chrome-flags=--headless=new --no-sandbox --disable-gpu --no-first-run")
                    .env("CHROME_PATH", &chromium)
                    .current_dir(&folder);
                let look = || {
                    process::output(&mut ask)?;
                    Findings::parse(&std::fs::read_to_string(&report)?)
                };
                runs.push(at_last(look)?);
            }
            let median = Findings::median(runs);
            rows += &median.row(name, device);
            lines += &median.verdicts(name, device);
        }
    }
    drop(server);

    println!(
        "\n{:<28} {:>12} {:>14} {:>15} {:>9} {:>10} {:>9}",
        format!("median of {RUNS} runs"),
        "performance",
        "accessibility",
        "best practices",
        "shift",
        "blocking",
        "LCP"
    );
    println!("{rows}");
    let (raw, brotli) = bundle::total(&manifest);
    lines += &bundle_lines(raw, brotli);
    print!("{lines}");
    missed.extend(lines.lines().filter_map(|line| line.strip_prefix("MISSED  ")).map(str::to_owned));
    if !missed.is_empty() {
        bail!("missed: {}", missed.join("; "));
    }
    Ok(())
}

fn build_gallery(workspace: &Workspace) -> Result<PathBuf> {
    step("Building what fills and asks for the galleries (release)");
    process::run(
        process::cargo()
            .args(["build", "--release", "--package", "server", "--example", "gallery"])
            .env_remove("LEPTOS_OUTPUT_NAME")
            .current_dir(&workspace.root),
    )?;
    Ok(workspace.target.join("release/examples/gallery"))
}

/// Now and then Chromium's trace lacks its beginning, and Lighthouse says to run it again (`NO_NAVSTART`).
fn at_last<T>(mut look: impl FnMut() -> Result<T>) -> Result<T> {
    let mut left = TRIES;
    loop {
        left -= 1;
        match look() {
            Err(error) if left > 0 => eprintln!("Once more: {error:#}"),
            found => return found,
        }
    }
}

/// Runs a program that tells its targets; gives those that it says were missed.
fn told(command: &mut Command) -> Result<Vec<String>> {
    let mut child = command.stderr(Stdio::piped()).spawn().context("starting the load")?;
    let mut said = String::new();
    child.stderr.take().context("what the load says")?.read_to_string(&mut said)?;
    let status = child.wait()?;
    match said.trim().strip_prefix("missed: ") {
        _ if status.success() => Ok(Vec::new()),
        Some(missed) => Ok(missed.split("; ").map(str::to_owned).collect()),
        None => bail!("the load ended with {status}: {}", said.trim()),
    }
}

/// A running `admint serve`. Dropping it stops it.
struct Server {
    server: Child,
    address: String,
}

impl Server {
    fn start(admint: &Path, data: &Path, folder: &Path) -> Result<Self> {
        let port = process::free_port()?;
        step(format!("Starting AdMint on port {port}"));
        let mut command = on_two_cores(admint);
        command
            .arg("serve")
            .env("ADMINT_DATA_DIR", data)
            .env("ADMINT_LISTEN", format!("127.0.0.1:{port}"))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("server.log"))?);
        let server = command.spawn().context("starting AdMint")?;
        let mut server = Self { server, address: format!("http://127.0.0.1:{port}") };
        let began = Instant::now();
        while !is_alive(port) {
            if server.server.try_wait()?.is_some() || began.elapsed() > Duration::from_secs(60) {
                let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
                bail!("AdMint did not start:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        process::interrupt(&mut self.server, "AdMint");
    }
}

fn is_alive(port: u16) -> bool {
    let ask = || -> Result<String> {
        let mut stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))?;
        stream.write_all(b"GET /api/health/live HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains(" 204 "))
}

/// The targets are for two cores, so a larger machine lends no more.
fn on_two_cores(program: &Path) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores <= 2 || process::which("taskset").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", "0,1"]).arg(program);
    command
}

impl Device {
    fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Desktop => &["--preset=desktop"],
            Self::Mobile => &["--form-factor=mobile"],
        }
    }
}

/// What Lighthouse says of one page.
#[derive(Clone, Debug, PartialEq)]
struct Findings {
    /// Of a hundred, as the next two.
    performance: f64,
    accessibility: f64,
    best_practices: f64,
    shift: f64,
    blocking_milliseconds: f64,
    /// Until the largest part of the page is painted.
    painted_milliseconds: f64,
    /// What takes marks from accessibility and best practices.
    faults: Vec<String>,
}

impl Findings {
    fn parse(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("reading Lighthouse's report")?;
        if let Some(error) = report["runtimeError"]["message"].as_str() {
            bail!("Lighthouse could not look at {}: {error}", report["requestedUrl"]);
        }
        let score = |category: &str| {
            let score = report["categories"][category]["score"].as_f64();
            Ok::<f64, anyhow::Error>(
                (score.with_context(|| format!("the report has no score for {category}"))? * 100.0).round(),
            )
        };
        let number = |audit: &str| {
            let value = report["audits"][audit]["numericValue"].as_f64();
            value.with_context(|| format!("the report has no figure for {audit}"))
        };
        let mut faults = Vec::new();
        for category in ["accessibility", "best-practices"] {
            let audits = report["categories"][category]["auditRefs"].as_array();
            for audit in audits.into_iter().flatten() {
                let id = audit["id"].as_str().unwrap_or_default();
                let is_counted = audit["weight"].as_f64().is_some_and(|weight| weight > 0.0);
                if is_counted && report["audits"][id]["score"].as_f64().is_some_and(|score| score < 1.0) {
                    faults.push(id.to_owned());
                }
            }
        }
        Ok(Self {
            performance: score("performance")?,
            accessibility: score("accessibility")?,
            best_practices: score("best-practices")?,
            shift: number("cumulative-layout-shift")?,
            blocking_milliseconds: number("total-blocking-time")?,
            painted_milliseconds: number("largest-contentful-paint")?,
            faults,
        })
    }

    /// Each figure's own, and every fault that was ever found.
    fn median(runs: Vec<Self>) -> Self {
        let of = |figure: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = runs.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        let mut faults: Vec<String> = runs.iter().flat_map(|run| run.faults.clone()).collect();
        faults.sort();
        faults.dedup();
        Self {
            performance: of(|run| run.performance),
            accessibility: of(|run| run.accessibility),
            best_practices: of(|run| run.best_practices),
            shift: of(|run| run.shift),
            blocking_milliseconds: of(|run| run.blocking_milliseconds),
            painted_milliseconds: of(|run| run.painted_milliseconds),
            faults,
        }
    }

    fn row(&self, name: &str, device: Device) -> String {
        format!(
            "{:<28} {:>12} {:>14} {:>15} {:>9.3} {:>7.0} ms {:>6.2} s   {}\n",
            format!("{name}, {}", device.name()),
            self.performance,
            self.accessibility,
            self.best_practices,
            self.shift,
            self.blocking_milliseconds,
            self.painted_milliseconds / 1000.0,
            self.faults.join(" ")
        )
    }

    fn verdicts(&self, name: &str, device: Device) -> String {
        let faults =
            if self.faults.is_empty() { String::new() } else { format!(" ({})", self.faults.join(", ")) };
        let (shift, blocking) = (self.shift, self.blocking_milliseconds);
        let mut told = vec![
            (
                format!("performance {}", self.performance),
                self.performance >= PERFORMANCE_TARGET,
                "95 or more",
            ),
            (format!("accessibility {}{faults}", self.accessibility), self.accessibility >= 100.0, "100"),
            (format!("best practices {}{faults}", self.best_practices), self.best_practices >= 100.0, "100"),
            (format!("layout shift {shift:.3}"), shift < SHIFT_TARGET, "under 0.02"),
        ];
        if device == Device::Desktop {
            let is_met = blocking < BLOCKING_TARGET_MILLISECONDS;
            told.push((format!("{blocking:.0} ms of blocking"), is_met, "under 100 ms"));
        }
        let name = format!("{name}, {}", device.name());
        told.into_iter()
            .map(|(what, is_met, target)| verdict(&format!("{name}: {what}"), is_met, target))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(performance: f64, contrast: f64) -> String {
        let accessibility = if contrast < 1.0 { 0.97 } else { 1.0 };
        serde_json::json!({
            "categories": {
                "performance": { "score": performance },
                "accessibility": {
                    "score": accessibility,
                    "auditRefs": [{ "id": "color-contrast", "weight": 7 }, { "id": "by-hand", "weight": 0 }]
                },
                "best-practices": { "score": 1, "auditRefs": [] }
            },
            "audits": {
                "color-contrast": { "score": contrast },
                "by-hand": { "score": 0 },
                "cumulative-layout-shift": { "numericValue": 0.001 },
                "total-blocking-time": { "numericValue": 12.0 },
                "largest-contentful-paint": { "numericValue": 700.0 }
            }
        })
        .to_string()
    }

    #[test]
    fn a_run_that_cannot_be_judged_is_begun_again_but_not_for_ever() {
        let mut begun = 0;
        let mut fails = |times: u32| {
            begun = 0;
            at_last(|| {
                begun += 1;
                if begun <= times { bail!("NO_NAVSTART") } else { Ok(begun) }
            })
            .ok()
        };
        assert_eq!([0, 2, 3].map(&mut fails), [Some(1), Some(3), None]);
        assert_eq!(begun, TRIES);
    }

    #[test]
    fn a_report_is_read_and_its_faults_are_named() {
        let fine = Findings::parse(&report(0.99, 1.0)).unwrap();
        assert_eq!((fine.performance, fine.accessibility, fine.faults.len()), (99.0, 100.0, 0));
        let told = fine.verdicts("gallery", Device::Desktop);
        assert!(!told.contains("MISSED") && told.contains("12 ms of blocking"), "{told}");
        let pale = Findings::parse(&report(0.94, 0.0)).unwrap();
        let told = pale.verdicts("gallery", Device::Mobile);
        assert!(!told.contains("blocking"), "{told}");
        for expected in [
            "MISSED  gallery, mobile: performance 94",
            "MISSED  gallery, mobile: accessibility 97 (color-contrast)",
        ] {
            assert!(told.contains(expected), "{told}");
        }
        assert!(Findings::parse("{}").is_err());
    }

    #[test]
    fn the_median_forgets_no_fault() {
        let runs = [(0.9, 1.0), (0.99, 0.0), (0.97, 1.0)];
        let runs =
            runs.map(|(performance, contrast)| Findings::parse(&report(performance, contrast)).unwrap());
        let median = Findings::median(runs.to_vec());
        assert_eq!((median.performance, median.accessibility), (97.0, 100.0));
        assert_eq!(median.faults, ["color-contrast"]);
    }

    #[test]
    fn what_the_load_missed_is_told_one_by_one() {
        let shell = |script: &str| told(Command::new("sh").args(["-c", script]));
        assert_eq!(shell("true").unwrap(), Vec::<String>::new());
        assert_eq!(shell("echo 'missed: a; b' >&2; exit 1").unwrap(), ["a", "b"]);
        assert!(shell("echo 'no such folder' >&2; exit 1").is_err());
    }
}
