//! Figures of deliveries to warehouses that are reached otherwise than over NATS alone. What is
//! pending is read from the database; a lane tells how it is doing itself. The label `warehouse` is
//! one of those that are configured.

use contracts::WarehouseId;
use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr};
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

use super::State;
use crate::{config::Config, deliveries};

/// Documents that a warehouse has not got.
pub const PENDING: &str = "ordermesh_warehouse_pending_deliveries";
/// Age of the oldest of them.
pub const OLDEST: &str = "ordermesh_warehouse_oldest_delivery_age_seconds";
/// 1 while the oldest has waited longer than is configured.
pub const STUCK: &str = "ordermesh_warehouse_stuck";
/// The circuit breaker: 0 closed, 1 half open, 2 open.
pub const BREAKER: &str = "ordermesh_warehouse_breaker";
/// Attempts that failed; `refused` says whether the warehouse answered.
pub const FAILURES: &str = "ordermesh_warehouse_failures_total";
/// Confirmations that came as files and are not decided.
pub const ARRIVALS: &str = "ordermesh_warehouse_undecided_confirmations";

/// Says what each figure means.
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
    describe_gauge!(ARRIVALS, "Confirmations that came as files and are not decided");
}

fn figure(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(i32::MAX))
}

/// Says how things are, on the service's timer.
pub async fn report(db: &DatabaseConnection, config: &Config, now: Timestamp) -> Result<(), DbErr> {
    for id in config.warehouses.keys() {
        let (pending, oldest) = deliveries::backlog(db, id).await?;
        let age = oldest.map_or(0, |since| now.duration_since(since).as_secs().max(0));
        gauge!(PENDING, "warehouse" => id.to_string()).set(figure(pending));
        gauge!(OLDEST, "warehouse" => id.to_string()).set(figure(age));
    }
    mesh::metrics::set(ARRIVALS, deliveries::undecided(db).await?);
    Ok(())
}

/// How a warehouse is thought to be.
pub fn breaker(id: &WarehouseId, state: State) {
    let figure = match state {
        State::Closed => 0.0,
        State::HalfOpen => 1.0,
        State::Open => 2.0,
    };
    gauge!(BREAKER, "warehouse" => id.to_string()).set(figure);
}

/// Whether a document has waited too long.
pub fn stuck(id: &WarehouseId, stuck: bool) {
    gauge!(STUCK, "warehouse" => id.to_string()).set(if stuck { 1.0 } else { 0.0 });
}

/// An attempt failed.
pub fn failed(id: &WarehouseId, refused: bool) {
    let refused = if refused { "true" } else { "false" };
    counter!(FAILURES, "warehouse" => id.to_string(), "refused" => refused).increment(1);
}
