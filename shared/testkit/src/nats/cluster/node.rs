//! One server of a cluster: ports, configuration and health.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::nats::{POLL, greets};

/// The time limit for a node to read its store, find the others and catch up with them.
const HEALTHY_WITHIN: Duration = Duration::from_secs(60);
/// The number of log lines in an error.
const LAST_WORDS: usize = 40;

#[derive(Debug)]
pub(super) struct Node {
    pub name: String,
    folder: PathBuf,
    port: u16,
    route: u16,
    monitor: u16,
}

impl Node {
    pub fn new(name: String, cluster: &Path, [port, route, monitor]: [u16; 3]) -> Self {
        Self { folder: cluster.join(&name), name, port, route, monitor }
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub fn route(&self) -> String {
        format!("nats://127.0.0.1:{}", self.route)
    }

    /// Writes the configuration. It links to the accounts file, because includes are relative
    /// paths.
    pub fn configure(&self, accounts: &Path, routes: &[String]) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        symlink(std::path::absolute(accounts)?, self.folder.join("accounts.conf"))?;
        let (sync, cluster) = match routes {
            [_] => ("250ms", String::new()),
            routes => {
                let route = self.route;
                let listen = format!("listen: \"127.0.0.1:{route}\", routes: {routes:?}");
                ("always", format!("cluster {{ name: elsewhere, {listen} }}\n"))
            }
        };
        let configuration = format!(
            "server_name: {}\nlisten: \"127.0.0.1:{}\"\nhttp: \"127.0.0.1:{}\"\n\
             max_payload: 8MB\nlog_file: {:?}\n\
             jetstream {{ store_dir: {:?}, max_file_store: 1TB, sync_interval: {sync} }}\n\
             {cluster}include accounts.conf\n",
            self.name,
            self.port,
            self.monitor,
            self.folder.join("log"),
            self.folder.join("store"),
        );
        Ok(fs::write(self.folder.join("server.conf"), configuration)?)
    }

    pub fn spawn(&self, program: &Path) -> Result<Child> {
        let mut command = Command::new(program);
        command.arg("-c").arg(self.folder.join("server.conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command.spawn()?)
    }

    /// Waits until the node's streams and durables have caught up with their leaders.
    pub fn healthy(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < HEALTHY_WITHIN {
            if greets(self.port) && self.says_so().is_ok_and(|answer| answer.contains(" 200 ")) {
                return Ok(());
            }
            std::thread::sleep(POLL);
        }
        bail!("{} is not well within {HEALTHY_WITHIN:?}:\n{}", self.name, self.log())
    }

    fn says_so(&self) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.monitor))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.lines().next().unwrap_or_default().to_owned())
    }

    /// Returns the last log lines.
    pub fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let last = lines.iter().skip(lines.len().saturating_sub(LAST_WORDS));
        last.map(|line| format!("{line}\n")).collect()
    }
}
