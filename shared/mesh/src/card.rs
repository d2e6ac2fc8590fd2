//! A service's card: what it owns, consumes and answers. Subscriptions, durables and the NATS
//! server's permissions are all made from it, so that none can say something else.

/// What one service speaks and hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// The service's name, which is also the name of its durables.
    pub service: &'static str,
    /// Aggregates whose events it alone publishes (`journal` has two writers, each of its own entries).
    pub owns: &'static [&'static str],
    /// Aggregates whose events it consumes, whole: `["order", "shipment"]`, or `["*"]` for all. Who
    /// hears all events and answers no documents reads every command too, and refuses those to a
    /// service that there is not.
    /// `partner` is consumed by every service, `document` by each that answers documents (one that
    /// came in another format reaches its owner that way): they need not be named.
    pub events: &'static [&'static str],
    /// Ingress documents that it answers: `["order"]`, or `["*"]` for all; empty for none.
    pub documents: &'static [&'static str],
    /// Questions that it answers: `["availability"]`.
    pub answers: &'static [&'static str],
}

/// Every aggregate, or every document.
pub const ALL: &str = "*";

impl Card {
    /// Whether it watches over the others: it answers for a service that there is not.
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
        aggregates.map(contracts::subject::events_of).collect()
    }

    /// The subjects of a partner's ingress stream that its durable reads; every version of its
    /// documents, so that one it does not speak is answered too.
    #[must_use]
    pub fn ingress_subjects(&self, partner: &contracts::PartnerName) -> Vec<String> {
        if self.documents.contains(&ALL) {
            return vec![format!("ingress.{partner}.>")];
        }
        self.documents
            .iter()
            .map(|document| contracts::subject::ingress(partner, document))
            .collect()
    }
}
