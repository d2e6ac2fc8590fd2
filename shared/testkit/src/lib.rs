//! What tests of the mesh need: a service over a real database without NATS, a NATS server, a
//! PostgreSQL. A dev-dependency only.

mod bench;

pub use bench::{Bench, Outcome};
