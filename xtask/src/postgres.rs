//! A PostgreSQL cluster for one test run: a temporary folder, a free port, no durability, gone afterwards.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{self, step};
use crate::system_packages;

/// Followed by the id of the process that owns the folder.
const FOLDER_PREFIX: &str = "admint-postgres-";

/// A running cluster. Dropping it stops the server and removes its files.
pub struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        let programs = system_packages::postgres_programs().context("PostgreSQL's programs are missing")?;
        remove_orphans();
        // Unix sockets allow paths of about a hundred characters, hence not in the target folder.
        let folder = std::env::temp_dir().join(format!("{FOLDER_PREFIX}{}", std::process::id()));
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder)?;
        let user = user();
        if let Some(user) = &user {
            process::output(Command::new("chown").arg(user).arg(&folder))?;
        }
        let port = process::free_port()?;
        step(format!("Starting a PostgreSQL cluster for the tests on port {port}"));

        let data = folder.join("data");
        let mut initdb = as_user(user.as_deref(), &programs.join("initdb"));
        initdb
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg("--pgdata")
            .arg(&data)
            .current_dir(&folder);
        process::output(&mut initdb)?;

        let mut server = as_user(user.as_deref(), &programs.join("postgres"));
        server
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-p", &port.to_string()])
            // Nothing here is worth surviving a power cut.
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off"])
            .args(["-c", "full_page_writes=off", "-c", "max_connections=200"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("server.log"))?);
        let server =
            server.spawn().with_context(|| format!("could not start `{}`", process::line(&server)))?;
        let mut cluster = Self { server, folder, port };
        cluster.wait_until_ready(&programs)?;
        Ok(cluster)
    }

    /// For `ADMINT_TEST_POSTGRES_URL`; tests make databases of their own beside the one it names.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, programs: &Path) -> Result<()> {
        let mut ask = Command::new(programs.join("pg_isready"));
        ask.args(["--quiet", "--host=127.0.0.1", "--username=postgres", "--port", &self.port.to_string()]);
        let log = self.folder.join("server.log");
        process::wait_until_ready(&mut self.server, "PostgreSQL", Duration::from_secs(30), &log, &mut ask)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it disconnects clients and ends its children.
        process::interrupt(&mut self.server, "PostgreSQL");
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

// Folders of runs that were ended by force. Their servers went with them.
fn remove_orphans() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(owner) = name.strip_prefix(FOLDER_PREFIX)
            && !Path::new("/proc").join(owner).exists()
        {
            std::fs::remove_dir_all(entry.path()).ok();
        }
    }
}

// PostgreSQL refuses to run as root.
fn user() -> Option<String> {
    if !system_packages::is_root() {
        return None;
    }
    let exists = |user: &&str| process::succeeds(Command::new("id").arg(user));
    ["postgres", "nobody"].iter().find(|user| exists(user)).map(|user| user.to_string())
}

// setpriv becomes the program, so the child's id is the server's; and the kernel stops the server when
// this process dies in whatever way.
fn as_user(user: Option<&str>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=INT");
    if let Some(user) = user {
        command.args(["--reuid", user, "--regid", &group(user), "--init-groups"]);
    }
    command.arg("--").arg(program);
    command
}

fn group(user: &str) -> String {
    process::output(Command::new("id").args(["-g", user]))
        .map(|group| group.trim().to_owned())
        .unwrap_or_else(|_| user.to_owned())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        // The quick tests run on machines without PostgreSQL, the whole suite never does.
        if system_packages::postgres_programs().is_none() {
            return;
        }
        let cluster = Cluster::start().unwrap();
        let (port, folder) = (cluster.port, cluster.folder.clone());
        TcpStream::connect(("127.0.0.1", port)).unwrap();
        assert!(cluster.url().contains(&port.to_string()));

        drop(cluster);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }
}
