//! A demonstration run: a whole mesh in a folder of its own, played by simulated partners, and the
//! reconciliation of its books.
//!
//! [`scenario`] describes a run, [`generate`] makes one up and [`dataset`] builds one from real
//! data; [`play`] plays it through public subjects only; [`partner_audit`] compares what the
//! partners were told with the books; [`report`] reports the result.

mod billing;
pub mod dataset;
pub mod generate;
mod partner_audit;
mod play;
mod progress;
pub mod report;
mod run_folder;
pub mod scenario;
pub mod tally;
mod units;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use mesh::topology::ACK_WAIT;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    nats::{folder::Folder, site::Site},
    reconcile::{self, Books, Reconciliation},
    up,
};
use play::Play;
use progress::Progress;
use report::Report;
use run_folder::RunFolder;
use scenario::Scenario;

/// The time in which a partner gets everything it was sent. A document that a node of a cluster
/// delivered as it died is delivered again only when the time for its acknowledgement has run out.
const TOLD_WITHIN: Duration = ACK_WAIT.saturating_add(Duration::from_secs(15));

/// The options of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The number of orders.
    pub orders: usize,
    /// Orders per second of all buyers together; none sends them as fast as they are answered.
    pub rate: Option<u32>,
    /// The seed of all random choices.
    pub seed: u64,
    /// Real data to play instead of a generated scenario.
    pub dataset: Option<PathBuf>,
    /// The mesh's folder; none for a temporary one.
    pub data_dir: Option<PathBuf>,
    /// True to keep a temporary folder.
    pub keep: bool,
    /// The `nats-server` binary to start.
    pub nats_server: Option<PathBuf>,
    /// A PostgreSQL to use instead of files.
    pub database_url: Option<String>,
    /// True to play on the mesh that already runs in `data_dir`, without any orders yet.
    pub attach: bool,
    /// The NATS of that mesh, if not the one that the folder names.
    pub nats_url: Option<String>,
}

/// Plays a run, from an empty folder to reconciled books.
///
/// # Errors
/// Returns an error when the data cannot be read, the mesh cannot be started, or a partner cannot
/// continue.
pub async fn run(options: Options) -> Result<Report> {
    let progress = Progress::new();
    ensure!(options.orders > 0, "a run needs at least one order");
    let scenario = Arc::new(match &options.dataset {
        Some(path) => dataset::scenario(path, options.orders, options.seed)?,
        None => generate::scenario(options.seed, options.orders)?,
    });
    if options.attach {
        return attached(&options, scenario, progress).await;
    }
    let folder = RunFolder::new(options.data_dir.as_deref(), options.keep)?;
    progress.say(&format!("{}: starting a mesh", scenario.title));
    let mut mesh = up::start(up::Options {
        data_dir: folder.path().to_owned(),
        nats_server: options.nats_server.clone(),
        database_url: options.database_url.clone(),
        ..up::Options::default()
    })
    .await?;
    progress.note(&format!("look on at http://{}", mesh.http));
    let site = Site::own(&Folder::at(folder.path())?, &mesh.nats_url);
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let played = tokio::select! {
        played = played(&site, scenario, options.rate, progress) => played,
        failed = mesh.failed() => Err(failed.err().unwrap_or_else(|| anyhow::anyhow!("the mesh ended"))),
        _ = interrupt.recv() => Err(anyhow::anyhow!("interrupted")),
        _ = terminate.recv() => Err(anyhow::anyhow!("terminated")),
    };
    let stopped = mesh.stop().await;
    let report = played.with_context(|| folder.hint())?;
    stopped?;
    Ok(report.kept(folder.end()))
}

/// Plays on a mesh that somebody else runs, and which may be killed and restarted during the run.
async fn attached(
    options: &Options,
    scenario: Arc<Scenario>,
    progress: Progress,
) -> Result<Report> {
    let folder = options.data_dir.as_deref().context("--attach needs --data-dir")?;
    let folder = Folder::at(folder)?;
    let site = Site::find(&folder, options.nats_url.as_deref())?;
    played(&site, scenario, options.rate, progress).await
}

async fn played(
    site: &Site,
    scenario: Arc<Scenario>,
    rate: Option<u32>,
    mut progress: Progress,
) -> Result<Report> {
    progress.say("adding partners");
    let mut play = Play::prepare(site, scenario).await?;
    let begun = Instant::now();
    let finished = play.run(rate, &mut progress).await?;
    let took = begun.elapsed();
    progress.say("reconciling");
    let view = play.view.clone();
    let deadline = Instant::now() + TOLD_WITHIN;
    let compare = |books: &Books| {
        Reconciliation::of(books).and(view.with(|view| partner_audit::checks(view, books)))
    };
    let reconciliation = loop {
        let found = reconcile::settled(&play.operator, compare).await?;
        if found.balanced || Instant::now() > deadline {
            break found;
        }
    };
    progress.finish();
    Ok(view.with(|view| Report::of(view, finished, took, reconciliation)))
}
