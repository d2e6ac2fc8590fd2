//! The mesh's own `nats-server`: found or fetched, configured, started, watched and ended; who
//! may connect to it and what each of them may say.
//!
//! Reading order: [`find`] and [`install`] give a binary, [`folder`] holds what outlives a
//! process, [`accounts`] is the table of permissions, [`server`] runs the child, [`connect`] and
//! [`partner`] use it.

pub mod accounts;
pub mod connect;
pub mod find;
pub mod folder;
pub mod install;
mod orphan;
pub mod partner;
pub mod server;

#[cfg(test)]
mod tests;
