//! Child processes: say what runs, fail with what was tried.

use std::ffi::OsStr;
use std::io::IsTerminal;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Announces a step, so that nobody wonders what a long command is doing.
pub fn step(text: impl AsRef<str>) {
    announce("==>", "32", text.as_ref());
}

/// Tells something the reader may act on, without stopping.
pub fn note(text: impl AsRef<str>) {
    announce("  !", "33", text.as_ref());
}

/// Tells why the command ends without having done its work.
pub fn failure(text: impl AsRef<str>) {
    announce("error:", "31", text.as_ref());
}

/// The cargo that runs this program.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // These describe xtask itself. Build scripts would see them change from call to call and rebuild.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to the end with the terminal's own output; an error names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start `{}`", line(command)))?;
    if !status.success() {
        bail!("`{}` failed: {status}", line(command));
    }
    Ok(())
}

/// Runs silently and returns standard output; an error carries the end of standard error.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{}`", line(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let end: Vec<&str> = complaint.trim().lines().rev().take(15).collect();
        let end: Vec<&str> = end.into_iter().rev().collect();
        bail!("`{}` failed: {}\n{}", line(command), output.status, end.join("\n"));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no text", line(command)))
}

/// Whether the command starts and succeeds; its output is thrown away.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as it would be typed.
pub fn line(command: &Command) -> String {
    std::iter::once(command.get_program()).chain(command.get_args()).map(quoted).collect::<Vec<_>>().join(" ")
}

/// The program's full path, if `PATH` has it.
pub fn which(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|file| is_executable(file))
}

/// `PATH` with these folders in front.
pub fn path_with(folders: &[PathBuf]) -> std::ffi::OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&rest));
    std::env::join_paths(all).expect("a folder on PATH holds a colon")
}

fn announce(mark: &str, colour: &str, text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("\x1b[1;{colour}m{mark}\x1b[0m {text}");
    } else {
        eprintln!("{mark} {text}");
    }
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@+,%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Waits until `ask` succeeds. A server that ends before, or takes longer than `patience`, is an error with its log.
pub fn wait_until_ready(
    server: &mut Child,
    name: &str,
    patience: Duration,
    log: &Path,
    ask: &mut Command,
) -> Result<()> {
    let began = Instant::now();
    while !succeeds(ask) {
        let ended = server.try_wait()?;
        if ended.is_some() || began.elapsed() > patience {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            bail!("{name} did not start ({ended:?}):\n{log}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Asks a server to end, and ends it by force where it does not.
pub fn interrupt(server: &mut Child, name: &str) {
    succeeds(Command::new("kill").args(["-INT", &server.id().to_string()]));
    let began = Instant::now();
    while matches!(server.try_wait(), Ok(None)) {
        if began.elapsed() > Duration::from_secs(10) {
            note(format!("{name} did not stop when asked"));
            server.kill().ok();
            server.wait().ok();
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_typed() {
        let mut command = Command::new("ffmpeg");
        command.args(["-i", "my ad.mp4", "-vf", "drawtext=text='it''s'", ""]);
        assert_eq!(line(&command), r"ffmpeg -i 'my ad.mp4' -vf 'drawtext=text='\''it'\'''\''s'\''' ''");
    }

    #[test]
    fn a_failure_names_the_command_and_its_last_words() {
        let error = output(Command::new("sh").args(["-c", "echo no such lens >&2; exit 3"])).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("sh -c") && text.contains("no such lens"), "{text}");
    }
}
