//! The mesh's rules, on services of the tests' own: over a real database, and with a real
//! nats-server that is killed and loses data.

#![expect(clippy::unwrap_used, reason = "a test helper fails its test")]

mod commands;
mod headers;
mod intake;
mod laws;
mod metrics;
mod outages;
mod patience;
mod schema;
mod singleton;
mod topology;
mod toy;
mod watching;
