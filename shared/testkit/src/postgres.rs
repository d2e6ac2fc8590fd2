//! A PostgreSQL of a test's own: a temporary cluster on a free port of loopback.

use std::{
    ffi::OsString,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid, User},
};
use tempfile::TempDir;

const READY_WITHIN: Duration = Duration::from_secs(30);
const ENDS_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(50);
/// Who PostgreSQL runs as when the tests run as root, which it refuses.
const USER: &str = "postgres";

/// A running PostgreSQL; it ends, and its files go, when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start; the error says what it said.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir()?;
        let user = unprivileged()?;
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        let data = folder.path().join("data");
        let mut initdb = command(&programs.join("initdb"), user.as_ref(), folder.path());
        initdb.args(["-A", "trust", "-U", "ordermesh", "-E", "UTF8", "--no-sync", "-D"]).arg(&data);
        let made = initdb.output().context("initdb does not run")?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        // Taken for a moment only; nobody else asks for a port in between, or the start fails.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut server = command(&programs.join("postgres"), user.as_ref(), folder.path());
        let settings = ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"];
        server.args(settings).arg("-p").arg(port.to_string());
        server.arg("-k").arg(folder.path()).arg("-D").arg(&data);
        let mut child = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        wait_until_ready(&mut child, &programs, port)?;
        let url = format!("postgres://ordermesh@127.0.0.1:{port}/postgres");
        Ok(Self { child, url, _folder: folder })
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let pid = i32::try_from(self.child.id()).map(Pid::from_raw);
        // SIGINT ends the sessions that are open, and then the server.
        if pid.is_ok_and(|pid| kill(pid, Signal::SIGINT).is_ok()) {
            let begun = Instant::now();
            while begun.elapsed() < ENDS_WITHIN {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(POLL);
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder of the newest installed version's programs: where Debian puts them, else where `PATH`
/// leads.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|version| version.path().join("bin"));
    if let Some(found) = folders.filter(|folder| folder.join("postgres").exists()).max() {
        return Ok(found);
    }
    let program = which::which("postgres").ok().and_then(|path| path.canonicalize().ok());
    let folder = program.as_deref().and_then(Path::parent).map(Path::to_owned);
    folder.context("no PostgreSQL here: install it, as with `apt-get install postgresql`")
}

/// Whom to run as; none when that is whom the tests run as.
fn unprivileged() -> Result<Option<User>> {
    if !Uid::current().is_root() {
        return Ok(None);
    }
    let user = User::from_name(USER)?;
    user.map(Some).with_context(|| format!("PostgreSQL will not run as root; make a user {USER}"))
}

fn command(program: &Path, user: Option<&User>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).env("LC_ALL", OsString::from("C.UTF-8"));
    if let Some(user) = user {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

fn wait_until_ready(child: &mut Child, programs: &Path, port: u16) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < READY_WITHIN {
        if let Some(status) = child.try_wait()? {
            bail!("postgres ended while starting: {status}");
        }
        let mut asked = Command::new(programs.join("pg_isready"));
        asked.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        if asked.status()?.success() {
            return Ok(());
        }
        std::thread::sleep(POLL);
    }
    let _ = child.kill();
    bail!("postgres was not ready within {READY_WITHIN:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_and_ends() -> Result<()> {
        let postgres = Postgres::start()?;
        assert!(postgres.url().starts_with("postgres://ordermesh@127.0.0.1:"));
        Ok(())
    }
}
