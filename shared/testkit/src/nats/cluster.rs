//! Servers as an operator runs them, one or a cluster. They include the accounts of a mesh from a
//! file of the mesh's folder. A reloader makes them read the file again after a change, like the
//! sidecar of the NATS chart.

mod node;
mod running;

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use self::{
    node::Node,
    running::{Reloader, Running},
};
use super::program;

/// Servers on free ports of loopback. On drop, they are killed and their files are deleted.
#[derive(Debug)]
pub struct Cluster {
    program: PathBuf,
    accounts: PathBuf,
    nodes: Vec<Node>,
    running: Running,
    reloader: Option<Reloader>,
    _folder: TempDir,
}

impl Cluster {
    /// Starts `nodes` servers, named `node-0` and so on, that include the file `accounts`.
    ///
    /// # Errors
    /// Returns an error if no nats-server is installed or a server does not start.
    pub fn start(nodes: usize, accounts: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // All ports are held at the same time, so that no two are the same.
        let taken = (0..nodes).map(|_| taken()).collect::<Result<Vec<_>>>()?;
        let ports = taken.iter().map(|(ports, _)| *ports).enumerate();
        let nodes: Vec<_> = ports
            .map(|(at, ports)| Node::new(format!("node-{at}"), folder.path(), ports))
            .collect();
        drop(taken);
        let running = Running::of(nodes.len());
        let (program, accounts) = (program()?, accounts.to_owned());
        let cluster = Self { program, accounts, nodes, running, reloader: None, _folder: folder };
        let routes: Vec<_> = cluster.nodes.iter().map(Node::route).collect();
        for node in &cluster.nodes {
            node.configure(&cluster.accounts, &routes)?;
            cluster.spawn(&node.name)?;
        }
        for node in &cluster.nodes {
            node.healthy()?;
        }
        Ok(cluster)
    }

    /// Returns the URLs of all servers, separated by commas.
    #[must_use]
    pub fn url(&self) -> String {
        self.nodes.iter().map(Node::url).collect::<Vec<_>>().join(",")
    }

    /// Makes every server reload its configuration after each change of the accounts file.
    pub fn reload_when_changed(&mut self) {
        self.reloader = Some(Reloader::of(self.accounts.clone(), self.running.clone()));
    }

    /// Makes every running server reload its configuration once.
    pub fn reload(&self) {
        self.running.reload();
    }

    /// Kills a node by name, like a crash of the machine.
    ///
    /// # Errors
    /// Returns an error if there is no such node or it is not running.
    pub fn kill(&self, name: &str) -> Result<()> {
        let (at, _) = self.find(name)?;
        let mut child = self.running.lock().get_mut(at).and_then(Option::take);
        let child = child.as_mut().with_context(|| format!("{name} does not run"))?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Restarts a node on its ports and store and waits until it has caught up.
    ///
    /// # Errors
    /// Returns an error with the node's log if it does not start or catch up.
    pub fn restart(&self, name: &str) -> Result<()> {
        self.spawn(name)?;
        self.find(name)?.1.healthy()
    }

    /// Returns the last log lines of every node.
    #[must_use]
    pub fn log(&self) -> String {
        self.nodes.iter().map(|node| format!("{}:\n{}", node.name, node.log())).collect()
    }

    fn find(&self, name: &str) -> Result<(usize, &Node)> {
        let found = self.nodes.iter().enumerate().find(|(_, node)| node.name == name);
        found.with_context(|| format!("there is no node `{name}`"))
    }

    fn spawn(&self, name: &str) -> Result<()> {
        let (at, node) = self.find(name)?;
        let mut running = self.running.lock();
        let place = running.get_mut(at).context("a node has a place")?;
        ensure!(place.is_none(), "{name} runs");
        *place = Some(node.spawn(&self.program)?);
        Ok(())
    }
}

/// Returns three free ports, which are held until the listeners are dropped.
fn taken() -> Result<([u16; 3], [TcpListener; 3])> {
    let take = || TcpListener::bind(("127.0.0.1", 0));
    let held = [take()?, take()?, take()?];
    let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
    Ok(([port(&held[0])?, port(&held[1])?, port(&held[2])?], held))
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.reloader = None;
        for child in self.running.lock().iter_mut().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
