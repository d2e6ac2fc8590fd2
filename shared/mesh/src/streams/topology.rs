//! The streams and durables of the mesh: what must exist, and how it is made so.
//!
//! [`Plan`] says what must be there and is pure; [`ensure`] compares it with a server and creates
//! or updates. Nothing is ever deleted, and what cannot be changed without losing messages is
//! refused by name. Only a provisioning credential may run it: a service checks its streams at
//! start and never edits them.

mod drift;
mod durables;
mod ensure;
mod streams;

use std::time::Duration;

pub use self::{
    durables::{ACK_WAIT, Durable},
    ensure::{Applied, Error, Steps, ensure},
    streams::HEARD,
};

use async_nats::jetstream::stream;
use contracts::{Partner, PartnerName};
use serde::Deserialize;

use crate::manifest::Manifest;

const GIB: i64 = 1 << 30;

/// The settings of streams that a deployment chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Copies of every stream: 1 for one server, 3 or 5 in a cluster.
    pub replicas: usize,
    /// The size limit of each stream.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self { replicas: 1, limits: Limits::default() }
    }
}

/// Bytes that each stream may hold. A full stream refuses new messages and loses none: a partner
/// is told so by the publish acknowledgement, a service's outbox waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// `EVENTS`, 32 GiB: some ten million orders of 30 days.
    pub events: i64,
    /// `COMMANDS`, 1 GiB: people type these.
    pub commands: i64,
    /// Each `INGRESS_*`, 2 GiB: what one partner may send in 7 days.
    pub ingress: i64,
    /// Each `EGRESS_*`, 4 GiB: one partner's documents of 30 days.
    pub egress: i64,
    /// Each `DLQ_*`, 4 GiB: a dead letter is the exception.
    pub dead_letters: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            events: 32 * GIB,
            commands: GIB,
            ingress: 2 * GIB,
            egress: 4 * GIB,
            dead_letters: 4 * GIB,
        }
    }
}

/// Streams and durables that must exist.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub streams: Vec<stream::Config>,
    /// The durables, made after the streams.
    pub durables: Vec<Durable>,
}

impl Plan {
    /// The streams and durables that are needed regardless of partners.
    #[must_use]
    pub fn mesh(settings: &Settings, manifests: &[Manifest]) -> Self {
        Self {
            streams: streams::of_mesh(settings, manifests),
            durables: durables::of_mesh(manifests),
        }
    }

    /// The additions for one partner, regardless of its record: an existing durable keeps its wait.
    #[must_use]
    pub fn partner(settings: &Settings, manifests: &[Manifest], partner: &PartnerName) -> Self {
        Self {
            streams: streams::of_partner(settings, partner),
            durables: durables::of_partner(manifests, partner, None),
        }
    }

    /// The additions for one partner, by its record: its durable waits as long as the record says.
    #[must_use]
    pub fn partner_of(settings: &Settings, manifests: &[Manifest], record: &Partner) -> Self {
        let ack_wait = Duration::from_secs(record.ack_wait_seconds.max(1).into());
        Self {
            streams: streams::of_partner(settings, &record.partner),
            durables: durables::of_partner(manifests, &record.partner, Some(ack_wait)),
        }
    }

    /// The union of two plans.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.streams.extend(other.streams);
        self.durables.extend(other.durables);
        self
    }
}

/// Two manifests for the tests of this crate.
#[cfg(test)]
pub(crate) fn manifests() -> [Manifest; 2] {
    let intake = Manifest {
        service: "order-intake",
        owns: vec!["order", "partner"],
        events: vec!["*"],
        documents: vec!["order"],
        gatekeeper: true,
        endpoints: vec!["price"],
        ..Manifest::default()
    };
    let returns = Manifest {
        service: "returns",
        owns: vec!["return"],
        events: vec!["order", "shipment"],
        documents: vec!["return-request", "return-receipt"],
        ..Manifest::default()
    };
    [intake, returns]
}
