//! What tests of the mesh need: a service over a real database without NATS, and a PostgreSQL. A
//! dev-dependency only.

#![expect(clippy::unwrap_used, reason = "a test helper fails its test")]

mod bench;
#[cfg(test)]
mod laws;
mod postgres;

pub use bench::{Bench, Outcome};
pub use postgres::Postgres;
