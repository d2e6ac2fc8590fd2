//! What tests of the mesh need: a service over a real database without NATS, a
//! PostgreSQL, and a nats-server. A dev-dependency only.
//!
//! Tests run on SQLite, and with `ORDERMESH_TEST_DATABASE=postgres` on PostgreSQL. Each has a
//! database of its own, on the one server that `with-postgres` started for them all; without it,
//! each that needs one starts a server.

#![expect(clippy::unwrap_used, reason = "a test helper fails its test")]

mod bench;
#[cfg(test)]
mod commands;
mod database;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod letters;
mod nats;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod patience;
pub mod peers;
mod postgres;
mod promtool;
mod scenario;
mod schema;
#[cfg(test)]
mod topology;
#[cfg(test)]
mod toy;
#[cfg(test)]
mod turns;
#[cfg(test)]
mod watching;

pub use bench::{Bench, Outcome};
pub use database::{Database, cases};
pub use nats::{Cluster, Nats};
pub use postgres::{Postgres, PostgresServer, SHARED};
pub use promtool::promtool;
pub use scenario::{Decided, Scenario};
pub use schema::a_schema_is_made_once;
