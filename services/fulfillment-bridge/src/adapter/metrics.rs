//! Metrics of deliveries to warehouses that are reached otherwise than over NATS alone. Pending
//! documents are read from the database; a lane reports its own state. The label `warehouse` is one of
//! those that are configured.

use contracts::WarehouseId;
use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr, breaker::State};
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

use crate::{config::Config, deliveries::queue};

/// Documents that a warehouse has not got.
const PENDING: &str = "ordermesh_warehouse_pending_deliveries";
/// Age of the oldest document that a warehouse has not got.
const OLDEST: &str = "ordermesh_warehouse_oldest_delivery_age_seconds";
/// 1 while the oldest has waited longer than is configured.
const STUCK: &str = "ordermesh_warehouse_stuck";
/// The circuit breaker: 0 closed, 1 half open, 2 open.
const BREAKER: &str = "ordermesh_warehouse_breaker";
/// Attempts that failed; `refused` is true if the warehouse answered.
const FAILURES: &str = "ordermesh_warehouse_failures_total";

pub fn describe() {
    describe_gauge!(PENDING, "Documents that a warehouse has not got");
    describe_gauge!(
        OLDEST,
        Unit::Seconds,
        "Age of the oldest document that a warehouse has not got"
    );
    describe_gauge!(STUCK, "1 while a warehouse's oldest document has waited too long");
    describe_gauge!(BREAKER, "A warehouse's circuit breaker: 0 closed, 1 half open, 2 open");
    describe_counter!(FAILURES, "Attempts at a warehouse that failed, by whether it refused");
}

fn figure(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(i32::MAX))
}

/// Reports the pending documents of each warehouse.
pub async fn report(db: &DatabaseConnection, config: &Config, now: Timestamp) -> Result<(), DbErr> {
    for id in config.warehouses.keys() {
        let (pending, oldest) = queue::backlog(db, id).await?;
        let age = oldest.map_or(0, |since| now.duration_since(since).as_secs().max(0));
        gauge!(PENDING, "warehouse" => id.to_string()).set(figure(pending));
        gauge!(OLDEST, "warehouse" => id.to_string()).set(figure(age));
    }
    Ok(())
}

/// Reports the state of a warehouse's circuit breaker.
pub fn breaker(id: &WarehouseId, state: State) {
    let figure = match state {
        State::Closed => 0.0,
        State::HalfOpen => 1.0,
        State::Open => 2.0,
    };
    gauge!(BREAKER, "warehouse" => id.to_string()).set(figure);
}

/// Reports whether a document has waited too long.
pub fn stuck(id: &WarehouseId, stuck: bool) {
    gauge!(STUCK, "warehouse" => id.to_string()).set(if stuck { 1.0 } else { 0.0 });
}

pub fn failed(id: &WarehouseId, refused: bool) {
    let refused = if refused { "true" } else { "false" };
    counter!(FAILURES, "warehouse" => id.to_string(), "refused" => refused).increment(1);
}
