//! What tests of the mesh need: a service over a real database without NATS, a
//! PostgreSQL, and a nats-server. A dev-dependency only.

#![expect(clippy::unwrap_used, reason = "a test helper fails its test")]

mod bench;
#[cfg(test)]
mod laws;
mod nats;
#[cfg(test)]
mod outages;
pub mod peers;
mod postgres;
#[cfg(test)]
mod toy;

pub use bench::{Bench, Outcome};
pub use nats::{Cluster, Nats};
pub use postgres::Postgres;
