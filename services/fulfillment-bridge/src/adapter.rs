//! Rule F6: reaches warehouses. Over NATS every document is on its way already; here it also goes
//! by signed HTTP request, or as a file of X12, to those that are configured so. Each warehouse has
//! a lane of its own: one that is down holds its own documents and nothing else.
//!
//! NATS is no [`Adapter`]: the outbox, which commits with the decision, is what sends, orders and
//! repeats there, and behind the trait it would be written a second time.

mod drop;
mod intake;
mod lane;
mod metrics;
mod signature;
mod webhook;

use std::{future::Future, sync::Arc, time::Duration};

use contracts::WarehouseId;
use futures::future::join_all;
use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, Reach},
    deliveries::Delivery,
};
use drop::Folder;
use lane::Lane;
use mesh::breaker::State;
pub(crate) use metrics::{describe, report};
use webhook::Hook;

/// A way to reach a warehouse besides NATS.
pub(crate) trait Adapter: Send + Sync {
    /// Hands a document over. The same one may be handed over more than once.
    fn deliver(&self, delivery: &Delivery) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Takes in what the warehouse has put where it is looked for, and writes rows of it.
    fn collect(
        &self,
        _db: &DatabaseConnection,
        _now: Timestamp,
    ) -> impl Future<Output = Result<(), DbErr>> + Send {
        async { Ok(()) }
    }
}

/// Why a document was not handed over.
#[derive(Debug)]
pub(crate) struct Failure {
    /// In words, without a secret.
    pub why: String,
    /// Whether the warehouse is there and refuses this one document.
    pub refused: bool,
    /// How long it asks to be left alone.
    pub again_after: Option<Duration>,
}

impl Failure {
    fn unreached(why: impl Into<String>) -> Self {
        Self { why: why.into(), refused: false, again_after: None }
    }
}

/// Delivers and collects until it is told to stop.
pub(crate) async fn run(config: Arc<Config>, db: DatabaseConnection, shutdown: CancellationToken) {
    let holder = format!("{}-{:016x}", std::process::id(), rand::random::<u64>());
    let lanes = config.warehouses.iter().map(|(id, reach)| {
        let (config, db, shutdown) = (config.clone(), db.clone(), shutdown.clone());
        let holder = holder.clone();
        async move { reached(id, reach, &config, db, holder, shutdown).await }
    });
    join_all(lanes).await;
}

async fn reached(
    id: &WarehouseId,
    reach: &Reach,
    config: &Config,
    db: DatabaseConnection,
    holder: String,
    shutdown: CancellationToken,
) {
    match reach {
        Reach::Webhook(webhook) => match Hook::new(webhook, config.timeout()) {
            Ok(hook) => Lane::new(id, hook, config, db, holder).run(shutdown).await,
            Err(error) => {
                tracing::error!(warehouse = %id, %error, "no webhook can be called");
            }
        },
        Reach::Drop(drop) => {
            let folder = Folder::new(id, drop);
            Lane::new(id, folder, config, db, holder).run(shutdown).await;
        }
    }
}
