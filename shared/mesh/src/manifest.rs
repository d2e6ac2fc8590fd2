//! A service's manifest: what it publishes, consumes and answers. Subscriptions, durables and the
//! NATS server's permissions are all made from it, and it is made from the service's own lists.

use contracts::subject;

use crate::{handler::Trigger, service::Service};

/// The wildcard for the events of all aggregates.
pub const ALL: &str = "*";

/// The messages of one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The service's name, which is also the name of its durables.
    pub service: &'static str,
    /// Aggregates whose events it publishes.
    pub owns: Vec<&'static str>,
    /// Aggregates whose events it consumes, whole: `["order", "shipment"]`, or `["*"]` for all. A
    /// service that consumes all events and answers no documents reads every command too, and
    /// refuses those to a service that does not exist.
    /// `partner` is consumed by every service, `document` by each that answers documents (a document
    /// in another format reaches its owner that way): neither is named.
    pub events: Vec<&'static str>,
    /// Ingress documents that it answers: `["order"]`.
    pub documents: Vec<&'static str>,
    /// Reads every ingress document, and answers those without an owner.
    pub gatekeeper: bool,
    /// Commands that it carries out, by their verbs.
    pub commands: Vec<&'static str>,
    /// Questions that it answers: `["availability"]`.
    pub endpoints: Vec<&'static str>,
}

impl Manifest {
    /// The manifest of a service, from its lists.
    #[must_use]
    pub fn of<S: Service>() -> Self {
        let mut manifest = Self {
            service: S::NAME,
            owns: contracts::event::owned_by(S::NAME),
            gatekeeper: S::GATEKEEPER,
            endpoints: S::ENDPOINTS.iter().map(|endpoint| endpoint.question).collect(),
            ..Self::default()
        };
        for handler in S::HANDLERS {
            let (list, name) = match handler.trigger() {
                Trigger::Event { aggregate, .. } => (&mut manifest.events, aggregate),
                Trigger::EveryEvent => (&mut manifest.events, ALL),
                Trigger::Document(document) => (&mut manifest.documents, document),
                Trigger::Command(verb) => (&mut manifest.commands, verb),
                Trigger::Due => continue,
            };
            if !list.contains(&name) {
                list.push(name);
            }
        }
        manifest
    }

    /// Returns true if it consumes all events and so answers for services that do not exist.
    pub(crate) fn hears_all(&self) -> bool {
        self.events.contains(&ALL) && self.documents.is_empty()
    }

    /// The subjects of the `COMMANDS` stream that its durable reads.
    #[must_use]
    pub fn command_subjects(&self) -> Vec<String> {
        if self.hears_all() {
            return vec!["commands.>".to_owned()];
        }
        vec![format!("commands.{}.>", self.service)]
    }

    /// The subjects of the `EVENTS` stream that its durable reads.
    #[must_use]
    pub fn event_subjects(&self) -> Vec<String> {
        if self.events.contains(&ALL) {
            return vec!["events.>".to_owned()];
        }
        let unnamed = |aggregate: &&str| !self.events.contains(aggregate);
        let document = (!self.documents.is_empty()).then_some("document").filter(unnamed);
        let partner = Some("partner").filter(unnamed);
        let aggregates = self.events.iter().copied().chain(document).chain(partner);
        aggregates.map(subject::events_of).collect()
    }

    /// The subjects of a partner's ingress stream that its durable reads; every version of its
    /// documents, so that an unsupported version is answered too.
    #[must_use]
    pub fn ingress_subjects(&self, partner: &contracts::PartnerName) -> Vec<String> {
        if self.gatekeeper {
            return vec![format!("ingress.{partner}.>")];
        }
        self.documents.iter().map(|document| subject::ingress(partner, document)).collect()
    }
}
