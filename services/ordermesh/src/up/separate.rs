//! Every service as a process of its own, as in a cluster: started, awaited, restarted when it ends
//! by itself, and ended with its parent.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use mesh::health::{Health, Part};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::options::Options;
use crate::{manifests, nats::folder::Folder};

/// The pause before a process that ended by itself is restarted.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// The time in which a process ends: more than a service takes for its last batch.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Instance {
    service: &'static str,
    replica: u32,
    program: PathBuf,
    environment: Vec<(&'static str, String)>,
    part: Arc<Part>,
    /// The address, once it listens; a restarted process takes the same.
    listening: watch::Sender<Option<SocketAddr>>,
}

/// Prepares the processes of a mesh: `replicas` of every service.
///
/// # Errors
/// Returns an error when a program is missing, or several processes would share SQLite files.
pub(super) fn instances(
    folder: &Folder,
    options: &Options,
    replicas: u32,
    nats_url: &str,
    health: &Health,
) -> Result<Vec<Instance>> {
    ensure!(
        replicas == 1 || options.database_url.is_some(),
        "SQLite is for one process: name a PostgreSQL with --database-url to run replicas"
    );
    let programs = std::env::current_exe()?;
    let mut all = Vec::new();
    for manifest in &manifests() {
        let program = programs.with_file_name(manifest.service);
        ensure!(
            program.is_file(),
            "{} is not there: build it with `cargo build --workspace --bins`",
            program.display()
        );
        for replica in 0..replicas {
            all.push(Instance {
                service: manifest.service,
                replica,
                program: program.clone(),
                environment: environment(folder, options, nats_url, manifest.service)?,
                part: health.part(manifest.service, Timestamp::now()),
                listening: watch::Sender::new(asked(options, manifest.service, replica)),
            });
        }
    }
    Ok(all)
}

/// Returns the requested port for the console; all other processes take any port.
fn asked(options: &Options, service: &str, replica: u32) -> Option<SocketAddr> {
    let console = service == "control-tower" && replica == 0;
    let port = options.http_port.filter(|_| console)?;
    Some(SocketAddr::from(([127, 0, 0, 1], port)))
}

fn environment(
    folder: &Folder,
    options: &Options,
    nats_url: &str,
    service: &str,
) -> Result<Vec<(&'static str, String)>> {
    let seed = folder.service_seed(service);
    let text = |path: &Path| {
        let path = std::path::absolute(path)?;
        path.into_os_string().into_string().ok().context("a path is not UTF-8")
    };
    let mut all = vec![
        ("ORDERMESH_NATS_URL", nats_url.to_owned()),
        ("ORDERMESH_NATS_SEED_FILE", text(&seed)?),
        ("ORDERMESH_DATABASE_URL", options.database_of(folder.root(), service)),
        ("ORDERMESH_LOG_FORMAT", if options.log_json { "json" } else { "text" }.to_owned()),
    ];
    if let Some(file) = &options.config {
        all.push(("ORDERMESH_CONFIG", text(file)?));
    }
    Ok(all)
}

impl Instance {
    /// Returns true if it serves the console.
    pub fn is_console(&self) -> bool {
        self.service == "control-tower" && self.replica == 0
    }

    /// Returns its address, once it listens.
    pub fn listening(&self) -> watch::Receiver<Option<SocketAddr>> {
        self.listening.subscribe()
    }

    /// Keeps it running until `shutdown`.
    ///
    /// # Errors
    /// Returns an error when it cannot be started, or ends before it was ready.
    pub async fn keep(self, shutdown: CancellationToken) -> Result<()> {
        let mut was_ready = false;
        loop {
            let mut child = self.start()?;
            let stdout = child.stdout.take().context("its output is not there")?;
            // Kept open here: the child ends when its stdin closes, and `wait` would close it.
            let alive = child.stdin.take();
            let (service, replica) = (self.service, self.replica);
            tracing::info!(service, replica, pid = child.id(), "started");
            let ended = tokio::select! {
                ended = child.wait() => ended?,
                () = self.follow(stdout, &mut was_ready) => child.wait().await?,
                () = shutdown.cancelled() => {
                    drop(alive);
                    return end(child).await;
                }
            };
            ensure!(was_ready, "{service} ended before it was ready ({ended})");
            tracing::warn!(service, replica, %ended, "ended by itself: starting it again");
            tokio::select! {
                () = sleep(AGAIN_AFTER) => {}
                () = shutdown.cancelled() => return Ok(()),
            }
        }
    }

    fn start(&self) -> Result<Child> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let http = self.listening.borrow().unwrap_or(any);
        let mut command = Command::new(&self.program);
        command.arg("--end-with-stdin").envs(self.environment.iter().cloned());
        command.env("ORDERMESH_HTTP", http.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C in the terminal reaches the parent alone, which ends its children in turn.
        command.process_group(0);
        command.spawn().with_context(|| format!("cannot start {}", self.program.display()))
    }

    /// Reads its output until the end.
    async fn follow(&self, stdout: ChildStdout, was_ready: &mut bool) {
        let mut lines = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(address) = line.strip_prefix("listening http=http://") {
                self.listening.send_replace(address.parse().ok());
            } else if line == "ready" {
                *was_ready = true;
                self.part.ready();
            }
        }
    }
}

/// Waits for a process that was asked to end, and kills it if it does not end in time.
async fn end(mut child: Child) -> Result<()> {
    match timeout(ENDS_WITHIN, child.wait()).await {
        Ok(ended) => drop(ended?),
        Err(_) => child.kill().await?,
    }
    Ok(())
}
