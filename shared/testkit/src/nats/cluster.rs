//! Servers that somebody else runs: one, or a cluster of them, which include the accounts of a mesh
//! from a file of its folder; and what reads that file again when it has changed, as the sidecar of
//! the NATS chart does.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use super::{POLL, greets, program};

/// A node reads its store, finds the others and catches up with them.
const HEALTHY_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks of the reloader at the file.
const LOOK: Duration = Duration::from_millis(50);

/// Servers on free ports of loopback. They end, and their files go, when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    program: PathBuf,
    accounts: PathBuf,
    folder: TempDir,
    nodes: Vec<Node>,
    /// Shared with the reloader, which signals those that run.
    running: Running,
    reloader: Option<Reloader>,
}

type Running = Arc<Mutex<Vec<Option<Child>>>>;

/// One server.
#[derive(Debug)]
struct Node {
    name: String,
    port: u16,
    route: u16,
    monitor: u16,
}

#[derive(Debug)]
struct Reloader {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Cluster {
    /// Starts `nodes` servers that include the file `accounts`.
    ///
    /// # Errors
    /// When there is no nats-server here, or one does not start.
    pub fn start(nodes: usize, accounts: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // All are taken for a moment, so that no two are the same.
        let take = || TcpListener::bind(("127.0.0.1", 0));
        let taken = (0..nodes * 3).map(|_| take()).collect::<Result<Vec<_>, _>>()?;
        let ports = taken.iter().map(|port| Ok(port.local_addr()?.port()));
        let ports = ports.collect::<Result<Vec<_>>>()?;
        drop(taken);
        let node = |(at, ports): (usize, &[u16])| match ports {
            [port, route, monitor] => {
                let name = format!("node-{at}");
                Ok(Node { name, port: *port, route: *route, monitor: *monitor })
            }
            _ => bail!("a node has three ports"),
        };
        let nodes = ports.chunks(3).enumerate().map(node).collect::<Result<Vec<_>>>()?;
        let running = Running::new(Mutex::new(nodes.iter().map(|_| None).collect()));
        let (program, accounts) = (program()?, accounts.to_owned());
        let cluster = Self { program, accounts, folder, nodes, running, reloader: None };
        for at in 0..cluster.nodes.len() {
            cluster.configure(at)?;
            cluster.spawn(at)?;
        }
        for at in 0..cluster.nodes.len() {
            cluster.healthy(at)?;
        }
        Ok(cluster)
    }

    /// Where all of them are reached, separated by commas.
    #[must_use]
    pub fn url(&self) -> String {
        let urls: Vec<_> =
            self.nodes.iter().map(|node| format!("nats://127.0.0.1:{}", node.port)).collect();
        urls.join(",")
    }

    /// From now on a change of the accounts' file makes every server read its configuration again.
    pub fn reload_when_changed(&mut self) {
        let stop = Arc::new(AtomicBool::new(false));
        let (told, file, running) = (stop.clone(), self.accounts.clone(), self.running.clone());
        let thread = std::thread::spawn(move || {
            let mut seen = fs::read(&file).ok();
            while !told.load(Ordering::Relaxed) {
                std::thread::sleep(LOOK);
                let now = fs::read(&file).ok();
                if now != seen {
                    seen = now;
                    signal_all(&running);
                }
            }
        });
        self.reloader = Some(Reloader { stop, thread });
    }

    /// Makes every server that runs read its configuration again, once.
    pub fn reload(&self) {
        signal_all(&self.running);
    }

    /// Ends a node, by its name, as a crash of the machine does.
    ///
    /// # Errors
    /// When there is no such node, or it does not run.
    pub fn kill(&self, name: &str) -> Result<()> {
        let at = self.at(name)?;
        let mut child = lock(&self.running).get_mut(at).and_then(Option::take);
        let child = child.as_mut().with_context(|| format!("{name} does not run"))?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Starts a node again, on its ports and its store, and waits until it has caught up.
    ///
    /// # Errors
    /// When it does not start, or does not catch up; the error says what it said.
    pub fn restart(&self, name: &str) -> Result<()> {
        let at = self.at(name)?;
        self.spawn(at)?;
        self.healthy(at)
    }

    /// What a node said last.
    #[must_use]
    pub fn log(&self, name: &str) -> String {
        let log = fs::read_to_string(self.folder.path().join(name).join("log"));
        let log = log.unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(40)).map(|it| format!("{it}\n")).collect()
    }

    fn at(&self, name: &str) -> Result<usize> {
        let found = self.nodes.iter().position(|node| node.name == name);
        found.with_context(|| format!("there is no node `{name}`"))
    }

    fn node(&self, at: usize) -> Result<(&Node, PathBuf)> {
        let node = self.nodes.get(at).context("no such node")?;
        Ok((node, self.folder.path().join(&node.name)))
    }

    /// A file is included by a path that is relative to the configuration: hence the link.
    fn configure(&self, at: usize) -> Result<()> {
        let (node, folder) = self.node(at)?;
        fs::create_dir_all(&folder)?;
        symlink(std::path::absolute(&self.accounts)?, folder.join("accounts.conf"))?;
        let routes: Vec<_> =
            self.nodes.iter().map(|node| format!("nats://127.0.0.1:{}", node.route)).collect();
        let alone = self.nodes.len() == 1;
        let sync = if alone { "250ms" } else { "always" };
        let cluster = format!(
            "cluster {{ name: elsewhere, listen: \"127.0.0.1:{}\", routes: {routes:?} }}\n",
            node.route
        );
        let configuration = format!(
            "server_name: {}\nlisten: \"127.0.0.1:{}\"\nhttp: \"127.0.0.1:{}\"\n\
             max_payload: 8MB\nlog_file: {:?}\n\
             jetstream {{ store_dir: {:?}, max_file_store: 1TB, sync_interval: {sync} }}\n\
             {}include accounts.conf\n",
            node.name,
            node.port,
            node.monitor,
            folder.join("log"),
            folder.join("store"),
            if alone { "" } else { &cluster },
        );
        Ok(fs::write(folder.join("server.conf"), configuration)?)
    }

    fn spawn(&self, at: usize) -> Result<()> {
        let (node, folder) = self.node(at)?;
        let mut running = lock(&self.running);
        let place = running.get_mut(at).context("no such node")?;
        ensure!(place.is_none(), "{} runs", node.name);
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(folder.join("server.conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        *place = Some(command.spawn()?);
        Ok(())
    }

    fn healthy(&self, at: usize) -> Result<()> {
        let (node, _) = self.node(at)?;
        let begun = Instant::now();
        while begun.elapsed() < HEALTHY_WITHIN {
            if greets(node.port) && is_healthy(node.monitor) {
                return Ok(());
            }
            std::thread::sleep(POLL);
        }
        bail!("{} is not well within {HEALTHY_WITHIN:?}:\n{}", node.name, self.log(&node.name))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(reloader) = self.reloader.take() {
            reloader.stop.store(true, Ordering::Relaxed);
            let _ = reloader.thread.join();
        }
        for child in lock(&self.running).iter_mut().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A thread that failed has failed its test already.
fn lock(running: &Running) -> MutexGuard<'_, Vec<Option<Child>>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

fn signal_all(running: &Running) {
    for child in lock(running).iter().flatten() {
        if let Ok(pid) = i32::try_from(child.id()) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGHUP);
        }
    }
}

/// Whether a node says so: its streams and durables are as far as their leaders'.
fn is_healthy(monitor: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", monitor))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.lines().next().is_some_and(|line| line.contains(" 200 ")))
}
