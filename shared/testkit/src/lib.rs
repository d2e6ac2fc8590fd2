//! Test helpers: a service over a real database without NATS, a PostgreSQL server, and a
//! nats-server. For dev-dependencies only.
//!
//! Tests run on SQLite, or on PostgreSQL with `ORDERMESH_TEST_DATABASE=postgres`. Each test has its
//! own database. `with-postgres` starts one server for all of them; without it, each test that
//! needs PostgreSQL starts its own.

#![expect(clippy::unwrap_used, reason = "a test helper fails its test")]

mod bench;
mod database;
mod nats;
pub mod peers;
mod postgres;
mod promtool;
mod scenario;
mod schema;

pub use bench::{Bench, Outcome};
pub use database::{Database, cases, on_postgres};
pub use nats::{Cluster, Nats};
pub use postgres::{Postgres, PostgresServer, SHARED};
pub use promtool::promtool;
pub use scenario::{Decided, Scenario};
pub use schema::{a_schema_is_made_once, replica, steps};
