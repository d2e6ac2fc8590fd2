//! The mesh's own `nats-server`: found or fetched, configured, started, watched and ended; or
//! servers that somebody else runs; who may connect and what each of them may say.
//!
//! Reading order: [`find`] and [`install`] give a binary, [`folder`] holds what outlives a
//! process, [`accounts`] is the table of permissions, [`server`] runs the child, [`include`] writes
//! the accounts for servers of somebody else, [`site`] says which of the two it is, [`connect`] and
//! [`partner`] use it.

pub mod accounts;
pub mod connect;
pub mod find;
pub mod folder;
pub mod include;
pub mod install;
mod orphan;
pub mod partner;
pub mod server;
mod serving;
pub mod site;
pub mod version;

#[cfg(test)]
mod tests;
