//! One run of ffmpeg or ffprobe: fed, watched, cancelled, and never outlived.
//!
//! This is `tokio::process` and not `ffmpeg-sidecar`: the sidecar's blocking iterator needs a thread
//! per run, cannot be selected against a cancel token, and leaves its child alive when dropped. With
//! `-progress pipe:1` ffmpeg speaks plain `key=value` lines, so there is no log to parse either.

use std::{
    ffi::{OsStr, OsString},
    future::Future,
    io,
    path::Path,
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, ChildStdin, ChildStdout},
};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::{MediaError, priority, tools::INSTALL_HINT};

/// As much of stderr as an error carries.
const STDERR_TAIL: usize = 2048;

/// What a successful run said.
pub(crate) struct Said {
    pub stdout: Vec<u8>,
    pub stderr_tail: String,
}

pub(crate) struct Command {
    program: OsString,
    arguments: Vec<OsString>,
}

impl Command {
    pub fn new(program: &Path) -> Self {
        Self { program: program.into(), arguments: Vec::new() }
    }

    /// ffmpeg, quiet but for warnings.
    pub fn ffmpeg(ffmpeg: &crate::Ffmpeg) -> Self {
        Self::new(ffmpeg.ffmpeg()).args(["-hide_banner", "-nostats", "-loglevel", "warning", "-y"])
    }

    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// A file's name, marked so that ffmpeg cannot take it for an option or another protocol.
    pub fn file(mut self, path: &Path) -> Self {
        let mut url = OsString::from("file:");
        url.push(path);
        self.arguments.push(url);
        self
    }

    pub fn input(self, path: &Path) -> Self {
        self.arg("-i").file(path)
    }

    /// Runs to the end and keeps what it printed.
    pub async fn run(self, cancel: &CancellationToken) -> Result<Said, MediaError> {
        let mut stdout = Vec::new();
        let read = async |out: ChildStdout| {
            let mut out = out;
            out.read_to_end(&mut stdout).await.map(drop)
        };
        let stderr_tail = self.execute(None::<fn(ChildStdin) -> std::future::Ready<_>>, read, cancel).await?;
        Ok(Said { stdout, stderr_tail })
    }

    /// Runs ffmpeg to the end while `read` takes its standard output. When the reader leaves early ffmpeg cannot
    /// write any more, and fails: nobody is left to be told.
    pub async fn run_read(
        self,
        read: impl AsyncFnOnce(ChildStdout) -> io::Result<()>,
        cancel: &CancellationToken,
    ) -> Result<(), MediaError> {
        self.execute(None::<fn(ChildStdin) -> std::future::Ready<_>>, read, cancel).await.map(drop)
    }

    /// Runs ffmpeg to the end while `feed` writes its standard input. When ffmpeg dies, the feed's
    /// broken pipe is only a symptom: what comes back is ffmpeg's own failure.
    pub async fn run_fed<F, W>(self, feed: F, cancel: &CancellationToken) -> Result<(), MediaError>
    where
        F: FnOnce(ChildStdin) -> W,
        W: Future<Output = Result<(), MediaError>>,
    {
        let read = async |mut out: ChildStdout| out.read_to_end(&mut Vec::new()).await.map(drop);
        self.execute(Some(feed), read, cancel).await.map(drop)
    }

    async fn execute<F, W>(
        self,
        feed: Option<F>,
        read: impl AsyncFnOnce(ChildStdout) -> io::Result<()>,
        cancel: &CancellationToken,
    ) -> Result<String, MediaError>
    where
        F: FnOnce(ChildStdin) -> W,
        W: Future<Output = Result<(), MediaError>>,
    {
        if cancel.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        let mut child = self.spawn(feed.is_some())?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            unreachable!("both were asked to be pipes");
        };
        let stdin = child.stdin.take();
        let fed = async {
            match (feed, stdin) {
                (Some(feed), Some(stdin)) => feed(stdin).await,
                _ => Ok(()),
            }
        };
        let work = async {
            let (fed, read, tail, status) =
                tokio::join!(fed, read(stdout), tail_of(stderr, STDERR_TAIL), child.wait());
            (fed, read.and(tail), status)
        };
        let (fed, tail, status) = tokio::select! {
            biased;
            () = cancel.cancelled() => {
                // Returning is a promise that the process is gone, so wait for it too.
                child.kill().await.map_err(MediaError::io(&self.program))?;
                return Err(MediaError::Cancelled);
            }
            done = work => done,
        };
        let status = status.map_err(MediaError::io(&self.program))?;
        let tail = tail.map_err(MediaError::io(&self.program))?;
        match fed {
            Err(MediaError::Io { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => {
                Err(self.failed(status, tail))
            }
            Err(error) => Err(error),
            Ok(()) if status.success() => Ok(tail),
            Ok(()) => Err(self.failed(status, tail)),
        }
    }

    fn spawn(&self, fed: bool) -> Result<Child, MediaError> {
        debug!(command = %self.line(), "started");
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(if fed { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // In a process group of its own a Ctrl-C in the terminal reaches only the server, which then
        // stops its work in order instead of finding its ffmpeg dead.
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => MediaError::FfmpegMissing {
                tried: self.program.to_string_lossy().into_owned(),
                hint: INSTALL_HINT.to_owned(),
            },
            _ => MediaError::io(&self.program)(error),
        })?;
        priority::lower(&child);
        Ok(child)
    }

    fn failed(&self, status: ExitStatus, stderr_tail: String) -> MediaError {
        MediaError::Failed { command: self.line(), stderr_tail, status: status.to_string() }
    }

    /// For people to read, and near enough to paste.
    fn line(&self) -> String {
        let mut line = self.program.to_string_lossy().into_owned();
        for argument in &self.arguments {
            let argument = argument.to_string_lossy();
            line.push(' ');
            if argument.is_empty() || argument.contains([' ', ';', '[', '\'', '"', '(', '*', '&', '$']) {
                line.push_str(&format!("'{}'", argument.replace('\'', r"'\''")));
            } else {
                line.push_str(&argument);
            }
        }
        line
    }
}

/// Reads to the end and keeps the last `limit` bytes.
async fn tail_of(mut from: impl AsyncRead + Unpin, limit: usize) -> io::Result<String> {
    let mut kept = Vec::new();
    loop {
        let read = from.read_buf(&mut kept).await?;
        if kept.len() > limit {
            kept.drain(..kept.len() - limit);
        }
        if read == 0 {
            return Ok(String::from_utf8_lossy(&kept).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_tail_is_the_end() {
        let long = [b'a'; 5000].into_iter().chain(*b"the end").collect::<Vec<_>>();
        let tail = tail_of(&long[..], 10).await.expect("memory reads");
        assert_eq!(tail, "aaathe end");
    }
}
