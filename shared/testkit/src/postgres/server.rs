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
/// Who PostgreSQL runs as when the tests run as root, which it refuses.
const USER: &str = "postgres";
/// Of what the server has said, so much is told when it does not start.
const TAIL: usize = 20;

/// Text is sorted as people of some country do, as on many a server: what a service decides must
/// not hang on it.
const LOCALE: [&str; 2] = ["--locale-provider=icu", "--icu-locale=en-US"];

/// Connections for all tests at once; and nothing is written for the time after a power failure,
/// which no test database lives to see.
const SETTINGS: [&str; 6] = [
    "listen_addresses=127.0.0.1",
    "max_connections=400",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    // It would hold up the making of databases, which copies one that it may be looking at.
    "autovacuum=off",
];

/// As a server is after its installation: what it confirms is on disk.
const AS_IN_PRODUCTION: [&str; 2] = ["listen_addresses=127.0.0.1", "max_connections=400"];

/// A running server; it ends, and its files go, when this is dropped.
#[derive(Debug)]
pub struct PostgresServer {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl PostgresServer {
    /// Makes its files and starts it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start; the error says what it said.
    pub fn start() -> Result<Self> {
        Self::with(&SETTINGS)
    }

    /// The same, but durable: what is measured on it is what a site gets.
    ///
    /// # Errors
    /// As [`Self::start`].
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
        // Taken for a moment only; nobody else asks for a port in between, or the start fails.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut server = command(&programs.join("postgres"), user.as_ref(), folder.path());
        // A group of its own: the terminal's Ctrl-C is for the tests, which still need it.
        server.process_group(0).arg("-p").arg(port.to_string());
        settings.iter().for_each(|setting| {
            server.args(["-c", setting]);
        });
        server.arg("-k").arg(folder.path()).arg("-D").arg(&data);
        let log = folder.path().join("server.log");
        let child = server.stdout(Stdio::null()).stderr(File::create(&log)?).spawn()?;
        let url = format!("postgres://ordermesh@127.0.0.1:{port}/postgres");
        // From here on it is ended whatever happens.
        let mut server = Self { child, url, _folder: folder };
        server.wait_until_ready(&programs, port).with_context(|| tail(&log))?;
        Ok(server)
    }

    /// Where it is reached.
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

/// The last lines of the server's log.
fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    format!("PostgreSQL said:\n{}", lines[lines.len().saturating_sub(TAIL)..].join("\n"))
}
