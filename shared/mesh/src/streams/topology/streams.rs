//! Every stream keeps its messages by age and size, on file, and refuses when it is full: the
//! other kinds of retention forget their deduplication when the server restarts.

use std::time::Duration;

use async_nats::jetstream::stream::{
    Config, DiscardPolicy, Republish, RetentionPolicy, StorageType,
};
use contracts::{PartnerName, subject};

use super::Settings;
use crate::manifest::Manifest;

/// The subject prefix under which ingress is repeated for the operator.
pub const HEARD: &str = "heard";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const INGRESS_AGE: Duration = DAY.saturating_mul(7);
const MONTH: Duration = DAY.saturating_mul(30);
const DEAD_LETTER_AGE: Duration = DAY.saturating_mul(90);

/// The time that our publishers' `Nats-Msg-Id`s are remembered: longer than any retry of a relay.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// The smallest window there is: a partner's `Nats-Msg-Id` must not hide a second document.
const INGRESS_DUPLICATE_WINDOW: Duration = Duration::from_millis(100);
/// A document of 1 MiB, and 64 KiB for the headers that JetStream counts with it.
const INGRESS_MESSAGE: i32 = (1 << 20) + (64 << 10);

pub(super) fn of_mesh(settings: &Settings, manifests: &[Manifest]) -> Vec<Config> {
    let limits = &settings.limits;
    let fixed = [
        (subject::EVENTS.to_owned(), "events.>".to_owned(), MONTH, limits.events),
        (subject::COMMANDS.to_owned(), "commands.>".to_owned(), MONTH, limits.commands),
        egress(subject::OPERATOR, settings),
    ];
    let dead_letters = manifests.iter().map(|manifest| {
        let name = subject::dead_letter_stream(manifest.service);
        (name, format!("dlq.{}.>", manifest.service), DEAD_LETTER_AGE, limits.dead_letters)
    });
    let all = fixed.into_iter().chain(dead_letters);
    all.map(|(name, subjects, age, bytes)| base(settings, name, subjects, age, bytes)).collect()
}

pub(super) fn of_partner(settings: &Settings, partner: &PartnerName) -> Vec<Config> {
    let (name, subjects, age, bytes) = egress(partner.as_str(), settings);
    let ingress = base(
        settings,
        subject::ingress_stream(partner),
        format!("ingress.{partner}.>"),
        INGRESS_AGE,
        settings.limits.ingress,
    );
    vec![
        Config {
            duplicate_window: INGRESS_DUPLICATE_WINDOW,
            max_message_size: INGRESS_MESSAGE,
            republish: Some(heard(partner)),
            ..ingress
        },
        base(settings, name, subjects, age, bytes),
    ]
}

/// The server hands no message that came by one account's service import on to another account's
/// stream import: a partner's message is repeated for the operator when it is stored.
fn heard(partner: &PartnerName) -> Republish {
    let source = format!("ingress.{partner}.>");
    let destination = format!("{HEARD}.{source}");
    Republish { source, destination, headers_only: false }
}

fn egress(recipient: &str, settings: &Settings) -> (String, String, Duration, i64) {
    let name = subject::egress_stream(recipient);
    (name, format!("egress.{recipient}.>"), MONTH, settings.limits.egress)
}

/// Deleting and purging single messages is denied: nothing in the mesh does it, and a stream that
/// has lost a message cannot be told from one that never had it.
fn base(
    settings: &Settings,
    name: String,
    subjects: String,
    max_age: Duration,
    max_bytes: i64,
) -> Config {
    Config {
        name,
        subjects: vec![subjects],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        max_age,
        max_bytes,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_message_size: -1,
        max_consumers: -1,
        num_replicas: settings.replicas,
        duplicate_window: DUPLICATE_WINDOW,
        allow_direct: true,
        deny_delete: true,
        deny_purge: true,
        ..Config::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::topology::manifests;

    #[test]
    fn the_mesh_has_the_streams_of_the_contract() {
        let streams = of_mesh(&Settings::default(), &manifests());
        let names: Vec<_> = streams.iter().map(|s| (&*s.name, &*s.subjects[0])).collect();
        let expected = [
            ("EVENTS", "events.>"),
            ("COMMANDS", "commands.>"),
            ("EGRESS_OPERATOR", "egress.operator.>"),
            ("DLQ_ORDER_INTAKE", "dlq.order-intake.>"),
            ("DLQ_RETURNS", "dlq.returns.>"),
        ];
        assert_eq!(names, expected);
        assert!(streams.iter().all(|s| s.discard == DiscardPolicy::New && s.max_bytes > 0));
    }

    #[test]
    fn a_partner_has_a_stream_each_way() -> Result<(), contracts::ids::IdError> {
        let streams = of_partner(&Settings::default(), &PartnerName::new("acme-east")?);
        let [ingress, egress] = streams.as_slice() else { panic!("two streams: {streams:?}") };
        assert_eq!((&*ingress.name, &*egress.name), ("INGRESS_ACME_EAST", "EGRESS_ACME_EAST"));
        assert_eq!(ingress.subjects, ["ingress.acme-east.>"]);
        let heard = ingress.republish.as_ref().map(|heard| heard.destination.as_str());
        assert_eq!(heard, Some("heard.ingress.acme-east.>"));
        assert_eq!((ingress.max_age, egress.max_age), (7 * DAY, 30 * DAY));
        assert_eq!(ingress.duplicate_window, Duration::from_millis(100));
        assert!(ingress.max_message_size > 1 << 20, "headers do not shrink the document");
        Ok(())
    }
}
