//! What tests of the mesh need: a service over a real database without NATS, a NATS server, a
//! PostgreSQL. A dev-dependency only.

#![expect(clippy::unwrap_used, reason = "a test helper fails its test")]

mod bench;

pub use bench::{Bench, Outcome};
