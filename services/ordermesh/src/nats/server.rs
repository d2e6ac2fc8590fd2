//! The `nats-server` child process: started, awaited, watched, reloaded, stopped.

mod log;
mod port;

use std::{
    fs::OpenOptions,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result, anyhow, bail};
use mesh::Manifest;
use nix::{sys::signal::Signal, unistd::Pid};
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

use self::log::Log;
use super::{
    accounts,
    folder::{Folder, PartnersLock, write_atomically},
    orphan,
};

/// The time in which the server is ready: it reads a large store before it listens.
const READY_WITHIN: Duration = Duration::from_secs(120);
const RELOADED_WITHIN: Duration = Duration::from_secs(15);
const STOPS_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(20);

/// A running server. Dropping it without [`Server::stop`] kills it, which loses nothing
/// acknowledged but makes the next start slower.
#[derive(Debug)]
pub struct Server {
    child: Child,
    log: Log,
    url: String,
}

impl Server {
    /// Starts `binary` on a prepared `folder`, whose lock the caller holds, and waits until it
    /// accepts connections. Without a port it takes the last one again, or any free one.
    ///
    /// # Errors
    /// Returns an error when it does not start; the error ends with the server's own message.
    pub async fn start(
        folder: &Folder,
        binary: &Path,
        port: Option<u16>,
        manifests: &[Manifest],
    ) -> Result<Self> {
        orphan::end(folder).await?;
        let port = port::choose(folder, port, greets).await?;
        let held = folder.lock_partners().await?;
        write_configuration(folder, &held, manifests)?;
        let log = Log::of(folder);
        let begun = log.end();
        let child = spawn(folder, binary)?;
        let mut server = Self { child, log, url: port::url(port) };
        server.wait_until_ready(folder, port, begun).await?;
        Ok(server)
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the server ends by itself; returns its exit status and last words.
    pub async fn ended(&mut self) -> Error {
        match self.child.wait().await {
            Ok(status) => anyhow!("nats-server ended ({status}); it said:\n{}", self.log.tail()),
            Err(error) => Error::new(error).context("nats-server cannot be watched"),
        }
    }

    /// Ends the server and waits for it; kills it if it does not end in time.
    ///
    /// # Errors
    /// Returns an error when it can neither be signalled nor killed.
    pub async fn stop(mut self) -> Result<()> {
        if let Some(pid) = self.pid() {
            orphan::signal(pid, Signal::SIGTERM)?;
        }
        if let Ok(status) = timeout(STOPS_WITHIN, self.child.wait()).await {
            status.context("nats-server cannot be waited for")?;
            return Ok(());
        }
        tracing::warn!("nats-server did not end in time and is killed");
        self.child.kill().await.context("nats-server cannot be killed")
    }

    fn pid(&self) -> Option<Pid> {
        self.child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw)
    }

    /// Waits until our own child sends `INFO` on its port.
    async fn wait_until_ready(&mut self, folder: &Folder, port: u16, begun: u64) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < READY_WITHIN {
            if self.child.try_wait()?.is_some() {
                return Err(self.ended().await.context("nats-server did not start"));
            }
            let ours = self.pid().is_some_and(|pid| orphan::running(folder) == Some(pid));
            if ours && greets(port).await {
                return Ok(());
            }
            sleep(POLL).await;
        }
        bail!(
            "nats-server was not ready within {} s; it said:\n{}",
            READY_WITHIN.as_secs(),
            self.log.since(begun)
        )
    }
}

/// Returns the address of the folder's server, if it runs.
///
/// # Errors
/// Returns an error when none runs.
pub fn url_of(folder: &Folder) -> Result<String> {
    orphan::running(folder).with_context(|| {
        let root = folder.root().display();
        format!("no mesh runs in {root}: start it with `ordermesh up --data-dir {root}`")
    })?;
    Ok(port::url(port::remembered(folder).context("the folder does not say its port")?))
}

/// Makes the folder's server reload its configuration, and waits until it has.
///
/// # Errors
/// Returns an error when none runs, or it refuses the configuration and keeps the old one.
pub async fn reload(folder: &Folder, _held: &PartnersLock) -> Result<()> {
    let pid = orphan::running(folder).context("no nats-server runs in this folder")?;
    let log = Log::of(folder);
    let begun = log.end();
    orphan::signal(pid, Signal::SIGHUP)?;
    let asked = Instant::now();
    while asked.elapsed() < RELOADED_WITHIN {
        let said = log.since(begun);
        if said.contains("Reloaded server configuration") {
            return Ok(());
        }
        if said.contains("Failed to reload") {
            bail!("nats-server refused its new configuration and goes on with the old:\n{said}");
        }
        sleep(POLL).await;
    }
    bail!("nats-server did not read its configuration within {} s", RELOADED_WITHIN.as_secs())
}

/// Writes the server's configuration from the table of permissions.
pub(super) fn write_configuration(
    folder: &Folder,
    _held: &PartnersLock,
    manifests: &[Manifest],
) -> Result<()> {
    let port = port::remembered(folder).context("no port was chosen yet")?;
    let keys = folder.keys(manifests)?;
    let configuration = accounts::configuration(folder, port, manifests, &keys);
    let text = serde_json::to_vec_pretty(&configuration)?;
    write_atomically(&folder.nats("server.conf"), &text)
}

/// Starts the process in its own process group, so that Ctrl-C in the terminal ends the services
/// first.
fn spawn(folder: &Folder, binary: &Path) -> Result<Child> {
    let mut options = OpenOptions::new();
    let log = options.create(true).append(true).open(folder.nats("nats.log"))?;
    let mut command = Command::new(binary);
    command.arg("-c").arg(folder.nats("server.conf")).current_dir(folder.root());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.process_group(0).kill_on_drop(true);
    command.spawn().with_context(|| format!("cannot start {}", binary.display()))
}

async fn greets(port: u16) -> bool {
    let greeting = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        let mut first = [0; 5];
        stream.read_exact(&mut first).await.ok()?;
        (&first == b"INFO ").then_some(())
    };
    matches!(timeout(Duration::from_secs(1), greeting).await, Ok(Some(())))
}
