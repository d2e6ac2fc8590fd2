//! A nats-server for one test, without accounts. It can be killed, and its store can be restored.

mod cluster;

use std::{
    fs,
    io::Read as _,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

pub use self::cluster::Cluster;

const READY_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);
const PROGRAM: &str = "nats-server";
/// The path of the nats-server that `ordermesh` fetched, within the user's cache.
const CACHED: &str = "ordermesh/nats-server-2.15.1/nats-server";

/// A nats-server on a free port of loopback. On drop, it is killed and its files are deleted.
#[derive(Debug)]
pub struct Nats {
    program: PathBuf,
    port: u16,
    folder: TempDir,
    child: Option<Child>,
}

impl Nats {
    /// Starts a server.
    ///
    /// # Errors
    /// Returns an error if no nats-server is installed or it does not start.
    pub fn start() -> Result<Self> {
        // The port is free again until the server binds it. If another process takes it, the start
        // fails.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let folder = tempfile::tempdir()?;
        let mut nats = Self { program: program()?, port, folder, child: None };
        nats.restart()?;
        Ok(nats)
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Kills the process, like a crash.
    ///
    /// # Errors
    /// Returns an error if the process cannot be killed.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Suspends the process, like a machine that hangs: it answers nobody and closes no connection.
    ///
    /// # Errors
    /// Returns an error if the server is not running.
    pub fn freeze(&self) -> Result<()> {
        self.signal(Signal::SIGSTOP)
    }

    /// Resumes a suspended process.
    ///
    /// # Errors
    /// Returns an error if the server is not running.
    pub fn thaw(&self) -> Result<()> {
        self.signal(Signal::SIGCONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let child = self.child.as_ref().context("the server does not run")?;
        Ok(kill(Pid::from_raw(child.id().cast_signed()), signal)?)
    }

    /// Restarts the server on the same port and store.
    ///
    /// # Errors
    /// Returns an error with the server's log if it does not start.
    pub fn restart(&mut self) -> Result<()> {
        self.kill()?;
        let log = self.folder.path().join("log");
        let mut command = Command::new(&self.program);
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-js", "-sd"]);
        command.arg(self.store()).arg("-l").arg(&log);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let child = self.child.insert(child);
        let begun = Instant::now();
        while begun.elapsed() < READY_WITHIN && child.try_wait()?.is_none() {
            if greets(self.port) {
                return Ok(());
            }
            std::thread::sleep(POLL);
        }
        bail!("nats-server did not start:\n{}", fs::read_to_string(&log).unwrap_or_default())
    }

    /// Copies the store, like a backup.
    ///
    /// # Errors
    /// Returns an error if the files cannot be copied.
    pub fn backup(&self) -> Result<TempDir> {
        let kept = tempfile::tempdir()?;
        copy(&self.store(), kept.path())?;
        Ok(kept)
    }

    /// Restores the store from an earlier copy. The server must not be running.
    ///
    /// # Errors
    /// Returns an error if the files cannot be copied.
    pub fn restore(&self, kept: &TempDir) -> Result<()> {
        fs::remove_dir_all(self.store())?;
        copy(kept.path(), &self.store())
    }

    /// Deletes a stream's files. The server must not be running.
    ///
    /// # Errors
    /// Returns an error if there is no such stream.
    pub fn lose(&self, stream: &str) -> Result<()> {
        let folder = self.store().join("jetstream/$G/streams").join(stream);
        fs::remove_dir_all(&folder).with_context(|| format!("no {}", folder.display()))
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Returns the nats-server named by `ORDERMESH_NATS_SERVER`, else the one on `PATH`, else the one
/// that `ordermesh` fetched.
fn program() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(named) = set("ORDERMESH_NATS_SERVER") {
        return Ok(named);
    }
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    let cached = cache.map(|cache| cache.join(CACHED)).filter(|cached| cached.exists());
    which::which(PROGRAM).ok().or(cached).context(
        "no nats-server here: install 2.14 or newer on PATH, name one in ORDERMESH_NATS_SERVER, or \
         run `ordermesh up` once, which fetches one",
    )
}

fn greets(port: u16) -> bool {
    let greeting = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        let mut first = [0; 5];
        stream.read_exact(&mut first)?;
        Ok(&first == b"INFO ")
    };
    greeting().unwrap_or(false)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
