//! Test helpers: a service over a real database without NATS, a PostgreSQL server, and a
//! nats-server. For dev-dependencies only.
//!
//! Tests run on SQLite, or on PostgreSQL with `ORDERMESH_TEST_DATABASE=postgres`. Each test has its
//! own database. `with-postgres` starts one server for all of them; without it, each test that
//! needs PostgreSQL starts its own.

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
