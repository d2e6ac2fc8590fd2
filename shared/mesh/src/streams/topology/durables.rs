//! Every durable is pulled and acknowledged one by one, and the server never gives up on a
//! message: with a `max_deliver` it would skip one silently after a long outage.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use contracts::{PartnerName, partner::ACK_WAIT_SECONDS, subject};

use crate::manifest::Manifest;

/// Longer than any batch takes, so that a slow commit is not delivered twice.
pub const ACK_WAIT: Duration = Duration::from_secs(60);
/// Four batches of 256: one at work, the others on their way.
const MAX_ACK_PENDING: i64 = 1024;

/// A durable consumer and the stream that it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Durable {
    pub stream: String,
    /// The durable's name: a service's, or `partner`.
    pub name: String,
    /// The subjects it reads; empty for all of the stream.
    pub filters: Vec<String>,
    /// The time that the server waits for an acknowledgement before it delivers a message again;
    /// `None` keeps the present value, and a new durable gets a partner's default.
    pub ack_wait: Option<Duration>,
}

impl Durable {
    fn new(stream: impl Into<String>, name: &str, filters: Vec<String>) -> Self {
        Self { stream: stream.into(), name: name.to_owned(), filters, ack_wait: Some(ACK_WAIT) }
    }

    /// The durable's configuration on top of `base`, which keeps the settings that are not managed
    /// here.
    pub(super) fn config(&self, base: pull::Config) -> pull::Config {
        let (filter_subject, filter_subjects) = match self.filters.as_slice() {
            [one] => (one.clone(), Vec::new()),
            many => (String::new(), many.to_vec()),
        };
        let there = Some(base.ack_wait).filter(|wait| !wait.is_zero());
        let by_default = Duration::from_secs(ACK_WAIT_SECONDS.into());
        pull::Config {
            durable_name: Some(self.name.clone()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait.or(there).unwrap_or(by_default),
            max_deliver: -1,
            max_ack_pending: MAX_ACK_PENDING,
            filter_subject,
            filter_subjects,
            ..base
        }
    }
}

pub(super) fn of_mesh(manifests: &[Manifest]) -> Vec<Durable> {
    let of = |manifest: &Manifest| {
        [
            Durable::new(subject::EVENTS, manifest.service, manifest.event_subjects()),
            Durable::new(subject::COMMANDS, manifest.service, manifest.command_subjects()),
        ]
    };
    manifests.iter().flat_map(of).collect()
}

/// `ack_wait` is the partner's own, where it is known: what it was given and lost comes again after as
/// long.
pub(super) fn of_partner(
    manifests: &[Manifest],
    partner: &PartnerName,
    ack_wait: Option<Duration>,
) -> Vec<Durable> {
    let stream = subject::ingress_stream(partner);
    let reads = manifests.iter().filter(|manifest| !manifest.documents.is_empty());
    let ingress = reads.map(|manifest| {
        Durable::new(&*stream, manifest.service, manifest.ingress_subjects(partner))
    });
    let egress = subject::egress_stream(partner.as_str());
    let own = Durable::new(egress, subject::PARTNER_DURABLE, Vec::new());
    ingress.chain([Durable { ack_wait, ..own }]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::topology::manifests;

    #[test]
    fn every_service_reads_events_and_its_commands() {
        let durables = of_mesh(&manifests());
        let [_, _, events, commands] = durables.as_slice() else { panic!("{durables:?}") };
        let aggregates = ["order", "shipment", "document", "partner"];
        let aggregates = aggregates.map(|aggregate| format!("events.{aggregate}.*.v1.*"));
        assert_eq!(*events, Durable::new("EVENTS", "returns", aggregates.into()));
        assert_eq!(commands.filters, ["commands.returns.>"]);
    }

    #[test]
    fn who_hears_everything_reads_every_command() {
        let [_, returns] = manifests();
        let all = Manifest {
            service: "control-tower",
            events: vec!["*"],
            documents: Vec::new(),
            ..returns
        };
        let durables = of_mesh(&[all]);
        assert_eq!(durables[1].filters, ["commands.>"]);
    }

    #[test]
    fn a_partner_is_read_by_those_who_answer_it() -> Result<(), contracts::ids::IdError> {
        let ack_wait = Duration::from_secs(10);
        let durables = of_partner(&manifests(), &PartnerName::new("acme")?, None);
        let read: Vec<_> = durables.iter().map(|d| (&*d.stream, &*d.name)).collect();
        let expected = [
            ("INGRESS_ACME", "order-intake"),
            ("INGRESS_ACME", "returns"),
            ("EGRESS_ACME", "partner"),
        ];
        assert_eq!(read, expected);
        assert_eq!(durables[0].filters, ["ingress.acme.>"]);
        let waits = durables.iter().map(|durable| durable.config(pull::Config::default()).ack_wait);
        assert_eq!(waits.collect::<Vec<_>>(), [ACK_WAIT, ACK_WAIT, ack_wait]);
        let told = of_partner(&manifests(), &PartnerName::new("acme")?, Some(ACK_WAIT));
        let there = pull::Config { ack_wait: 2 * ack_wait, ..Default::default() };
        assert_eq!(durables[2].config(there.clone()).ack_wait, 2 * ack_wait, "it stays");
        assert_eq!(told[2].config(there).ack_wait, ACK_WAIT);
        Ok(())
    }

    #[test]
    fn one_filter_and_many_are_said_differently() {
        let one = Durable::new("S", "d", vec!["a.>".into()]).config(pull::Config::default());
        assert_eq!((one.filter_subject.as_str(), one.filter_subjects.len()), ("a.>", 0));
        let two = Durable::new("S", "d", vec!["a".into(), "b".into()]);
        assert_eq!(two.config(pull::Config::default()).filter_subjects, ["a", "b"]);
    }
}
