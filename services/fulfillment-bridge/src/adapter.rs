//! Rule F6: the other ways to reach warehouses. Over NATS every document is on its way already; here
//! it also goes by signed HTTP request, or as a file of X12, to those that are configured so. Each
//! warehouse has a lane of its own: one that is down holds its own documents and nothing else.
//!
//! NATS is no [`Transport`](transport::Transport): the outbox, which commits with the decision, is
//! what sends, orders and repeats there, and behind the trait it would be written a second time.

mod alarm;
mod drop;
mod intake;
mod lane;
mod metrics;
mod signature;
mod transport;
mod verdict;
mod webhook;

use std::sync::Arc;

use contracts::WarehouseId;
use futures::future::join_all;
use mesh::DatabaseConnection;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Reach};
use drop::Folder;
use lane::Lane;
pub use metrics::{describe, report};
use webhook::Hook;

/// Delivers and collects until shutdown.
pub async fn run(config: Arc<Config>, db: DatabaseConnection, shutdown: CancellationToken) {
    let holder = format!("{}-{:016x}", std::process::id(), rand::random::<u64>());
    let lanes = config.warehouses.iter().map(|(id, reach)| {
        let (config, db, shutdown) = (config.clone(), db.clone(), shutdown.clone());
        let holder = holder.clone();
        async move { run_lane(id, reach, &config, db, holder, shutdown).await }
    });
    join_all(lanes).await;
}

async fn run_lane(
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
