//! The wait for servers that somebody else runs, each of which takes up a partner's account in its
//! own time.

use std::{fmt, time::Duration};

use anyhow::{Result, bail, ensure};
use async_nats::jetstream::{consumer::pull, context::ContextBuilder};
use contracts::{
    PartnerName,
    subject::{self, PARTNER_DURABLE},
};
use mesh::{Manifest, connection::servers};
use tokio::time::{Instant, sleep};

use super::{
    connect,
    folder::{PartnersLock, read_seed},
    include,
    site::Site,
};

/// The time in which servers reload their accounts.
const WITHIN: Duration = Duration::from_secs(30);
/// The pause between two checks.
const PAUSE: Duration = Duration::from_millis(300);
/// The time in which a server that serves a partner answers it.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// The time after which the accounts are written once more.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// A server's reason for not serving a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lack {
    /// The server has not read the accounts.
    Account,
    /// The account is there and its imports do not work yet. A partner that is new in a reload has
    /// its keys and permissions at once, and its service imports only after the next reload (seen
    /// in 2.15.1).
    Imports,
}

/// A partner at one server that does not serve it yet.
#[derive(Debug)]
struct Missing<'a> {
    partner: &'a PartnerName,
    server: &'a str,
    lack: Lack,
}

impl fmt::Display for Missing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partner, server, lack } = self;
        match lack {
            Lack::Account => write!(f, "the server {server} does not know `{partner}` yet"),
            Lack::Imports => {
                write!(f, "the server {server} knows `{partner}` and is yet to serve it")
            }
        }
    }
}

/// Waits until every server of the site serves these partners, given with their seeds. The accounts
/// are already written; if a server must read them a second time, they are written again.
pub(super) async fn wait(
    site: &Site,
    held: &PartnersLock,
    manifests: &[Manifest],
    partners: &[PartnerName],
) -> Result<()> {
    let deadline = Instant::now() + WITHIN;
    let all = servers(site.url());
    let pairs = all.iter().flat_map(|server| partners.iter().map(move |it| (it, *server)));
    let mut open: Vec<(&PartnerName, &str)> = pairs.collect();
    let (mut written, mut reported) = (None::<Instant>, false);
    loop {
        let missing = look(site, &open).await?;
        let Some(worst) = missing.iter().find(|it| it.lack == Lack::Account).or(missing.first())
        else {
            return Ok(());
        };
        let (file, lack) = (include::path(site.folder()), worst.lack);
        if !reported {
            eprintln!("{worst}: waiting until it has read {} again", file.display());
            reported = true;
        }
        // Only once all have read it: a late server would read both versions in one reload.
        if lack == Lack::Imports && written.is_none_or(|at| at.elapsed() > AGAIN_AFTER) {
            include::write_again(site.folder(), held, manifests)?;
            written = Some(Instant::now());
        }
        if Instant::now() > deadline {
            bail!(
                "{worst}: it includes {} in its configuration; have it read that again \
                 (`nats-server --signal reload`, or the reloader of its chart), then run this \
                 again; a partner keeps its key",
                file.display()
            );
        }
        open = missing.into_iter().map(|it| (it.partner, it.server)).collect();
        sleep(PAUSE).await;
    }
}

/// Finds the partners that are not served. A server that cannot be reached reads the accounts when
/// it starts.
async fn look<'a>(site: &Site, pairs: &[(&'a PartnerName, &'a str)]) -> Result<Vec<Missing<'a>>> {
    let (mut missing, mut reached) = (Vec::new(), pairs.is_empty());
    for &(partner, server) in pairs {
        let seed = read_seed(&site.folder().seed_of(partner.as_str()))?;
        match connect::options(&seed, partner.as_str()).connect(server).await {
            Ok(client) => {
                reached = true;
                if !is_served(&client, partner).await {
                    missing.push(Missing { partner, server, lack: Lack::Imports });
                }
                let _ = client.drain().await;
            }
            Err(error) if connect::is_refused(&error) => {
                reached = true;
                missing.push(Missing { partner, server, lack: Lack::Account });
            }
            Err(error) => tracing::debug!(server, %error, "not reached"),
        }
    }
    ensure!(reached, "no NATS answers at {}: is it running?", site.url());
    Ok(missing)
}

/// Checks that the partner itself finds its durable, through the imports of its account.
async fn is_served(client: &async_nats::Client, partner: &PartnerName) -> bool {
    let js = ContextBuilder::new().timeout(ANSWERS_WITHIN).build(client.clone());
    let stream = subject::egress_stream(partner.as_str());
    js.get_consumer_from_stream::<pull::Config, _, _>(PARTNER_DURABLE, stream).await.is_ok()
}
