//! The mesh's own `nats-server`, or servers that somebody else runs, and the permissions of
//! everyone who connects.
//!
//! Reading order: [`find`] and [`install`] provide a binary of a suitable [`version`], [`folder`]
//! holds what outlives a process, [`accounts`] is the table of permissions, [`server`] runs the
//! child, [`include`] writes the accounts for servers of somebody else, [`site`] tells the two
//! apart, and [`connect`] and [`partner`] use it.

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
