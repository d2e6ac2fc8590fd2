//! Rule F6: warehouses that are reached by webhook and by files, over real HTTP and real folders.

mod files;
mod replicas;
mod webhook;

use std::{future::Future, path::Path, time::Duration};

use contracts::WarehouseId;
use jiff::Timestamp;
use mesh::DatabaseConnection;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    adapter,
    deliveries::{queue, rows::Delivery},
};

/// Knobs that are quick enough for a test.
const QUICK: &str = "[fulfillment-bridge]\npoll_ms = 10\nretry_first_ms = 10\n\
    retry_most_seconds = 1\nbreaker_failures = 3\nbreaker_open_seconds = 1\ntimeout_seconds = 2\n";

/// The service with warehouses that are reached in these ways.
fn reached(warehouses: &[(&str, String)]) -> FulfillmentBridge {
    let entry = |(id, how): &(&str, String)| {
        format!("[[fulfillment-bridge.warehouses]]\nwarehouse = \"{id}\"\n{how}\n")
    };
    configured(&format!("{QUICK}{}", warehouses.iter().map(entry).collect::<String>()))
}

fn by_webhook(url: &str) -> String {
    format!("webhook = {{ url = \"{url}\", secret = \"s3cret\" }}")
}

fn by_files(folder: &Path) -> String {
    format!("drop = {{ folder = \"{}\", isa_id = \"WMS\" }}", folder.display())
}

/// Everybody is known, and the order.
async fn bench_of(service: &FulfillmentBridge) -> Bench {
    let mut bench = Bench::new(service.clone()).await;
    know_partners(&mut bench).await;
    bench.event(&accepted()).await;
    bench
}

/// The background work of a service, which is killed when this is dropped.
struct Beside {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Beside {
    fn start(service: &FulfillmentBridge, db: &DatabaseConnection) -> Self {
        let (config, db, stop) = (service.config.clone(), db.clone(), CancellationToken::new());
        let mut tasks = JoinSet::new();
        let until = stop.clone();
        tasks.spawn(adapter::run(config, db, until));
        Self { stop, tasks }
    }

    async fn stop(mut self) {
        self.stop.cancel();
        self.tasks.join_next().await.unwrap().unwrap();
    }
}

/// Waits until `look` finds something.
async fn until<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn at(id: &str) -> WarehouseId {
    id.parse().unwrap()
}

async fn waiting(db: &DatabaseConnection, id: &str) -> Vec<Delivery> {
    queue::pending(db, &at(id), 100).await.unwrap()
}
