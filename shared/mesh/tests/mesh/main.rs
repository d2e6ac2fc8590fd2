//! The mesh's rules, on services of the tests' own: over a real database, and with a real
//! nats-server that is killed and robbed.

#![expect(clippy::unwrap_used, reason = "a test helper fails its test")]

mod commands;
mod desk;
mod figures;
mod laws;
mod letters;
mod outages;
mod patience;
mod schema;
mod topology;
mod toy;
mod turns;
mod watching;
