//! A temporary PostgreSQL server on a free port of loopback.

use std::{
    ffi::OsString,
    fs::File,
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
/// The user for PostgreSQL if the tests run as root, which PostgreSQL refuses.
const USER: &str = "postgres";
/// The number of log lines in an error.
const TAIL: usize = 20;

/// A linguistic sort order, as on many production servers. Decisions must not depend on it.
const LOCALE: [&str; 2] = ["--locale-provider=icu", "--icu-locale=en-US"];

/// Enough connections for all tests, and no durability: a test database need not survive a power
/// failure.
const SETTINGS: [&str; 6] = [
    "listen_addresses=127.0.0.1",
    "max_connections=400",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    // Autovacuum can block the creation of databases while it works on the template.
    "autovacuum=off",
];

/// The defaults of an installation, with durable commits.
const AS_IN_PRODUCTION: [&str; 2] = ["listen_addresses=127.0.0.1", "max_connections=400"];

/// A running server. On drop, it is stopped and its files are deleted.
#[derive(Debug)]
pub struct PostgresServer {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl PostgresServer {
    /// Initializes and starts a server.
    ///
    /// # Errors
    /// Returns an error, with the server's log, if PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self> {
        Self::with(&SETTINGS)
    }

    /// Starts a durable server, for measurements that hold in production.
    ///
    /// # Errors
    /// Returns the errors of [`Self::start`].
    pub fn durable() -> Result<Self> {
        Self::with(&AS_IN_PRODUCTION)
    }

    fn with(settings: &[&str]) -> Result<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir()?;
        let user = unprivileged()?;
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        let data = folder.path().join("data");
        let mut initdb = command(&programs.join("initdb"), user.as_ref(), folder.path());
        initdb.args(["-A", "trust", "-U", "ordermesh", "-E", "UTF8", "--no-sync"]).args(LOCALE);
        let made = initdb.arg("-D").arg(&data).output().context("initdb does not run")?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "initdb (tests need PostgreSQL 15 or newer): {said}");
        // The port is free again until the server binds it. If another process takes it, the start
        // fails.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut server = command(&programs.join("postgres"), user.as_ref(), folder.path());
        // In its own process group, so that Ctrl-C reaches the tests and not their server.
        server.process_group(0).arg("-p").arg(port.to_string());
        settings.iter().for_each(|setting| {
            server.args(["-c", setting]);
        });
        server.arg("-k").arg(folder.path()).arg("-D").arg(&data);
        let log = folder.path().join("server.log");
        let child = server.stdout(Stdio::null()).stderr(File::create(&log)?).spawn()?;
        let url = format!("postgres://ordermesh@127.0.0.1:{port}/postgres");
        // From here on the server is stopped on every path.
        let mut server = Self { child, url, _folder: folder };
        server.wait_until_ready(&programs, port).with_context(|| tail(&log))?;
        Ok(server)
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    fn wait_until_ready(&mut self, programs: &Path, port: u16) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                bail!("postgres ended while starting: {status}");
            }
            let mut asked = Command::new(programs.join("pg_isready"));
            asked.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            if asked.status()?.success() {
                return Ok(());
            }
            std::thread::sleep(POLL);
        }
        bail!("postgres was not ready within {READY_WITHIN:?}")
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let pid = i32::try_from(self.child.id()).map(Pid::from_raw);
        // SIGINT closes the open sessions and then stops the server.
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

/// Returns the folder with the programs of the newest installed version: Debian's folder, else the
/// one on `PATH`.
pub(super) fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|version| version.path().join("bin"));
    if let Some(found) = folders.filter(|folder| folder.join("postgres").exists()).max() {
        return Ok(found);
    }
    let program = which::which("postgres").ok().and_then(|path| path.canonicalize().ok());
    let folder = program.as_deref().and_then(Path::parent).map(Path::to_owned);
    folder.context("no PostgreSQL here: install it, as with `apt-get install postgresql`")
}

/// Returns the user to run as, or `None` to run as the user of the tests.
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

/// Returns the last lines of the server's log.
fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    format!("PostgreSQL said:\n{}", lines[lines.len().saturating_sub(TAIL)..].join("\n"))
}
