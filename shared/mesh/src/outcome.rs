//! What a decision comes to: outgoing messages, a wait, or a message that can never work.

use contracts::{OrderId, PartnerName, document::Egress, event::Event, subject::OPERATOR};
use serde_json::Value;

use crate::message::Key;

/// What `decide` says of one message.
#[derive(Debug)]
pub enum Decision {
    /// Decided; the working set holds the change, and this goes out.
    Done(Outputs),
    /// It needs something that has not been seen: the message is parked until an event of that
    /// aggregate is handled or published here, or until its deadline passes.
    Wait(Key),
    /// It can never work: it becomes a dead letter, and later events of its aggregate wait.
    Poison {
        /// Why, from a closed set.
        code: &'static str,
        /// Why, in words.
        reason: String,
    },
}

impl From<Outputs> for Decision {
    fn from(outputs: Outputs) -> Self {
        Self::Done(outputs)
    }
}

/// The messages that a decision sends, in their order.
#[derive(Debug, Default)]
pub struct Outputs {
    pub(crate) items: Vec<Output>,
    pub(crate) order: Option<OrderId>,
    pub(crate) more_due: bool,
    pub(crate) advanced: Vec<Key>,
}

/// One outgoing message, before it has an id.
#[derive(Debug)]
pub(crate) enum Output {
    Event {
        aggregate: &'static str,
        name: &'static str,
        id_field: &'static str,
        id: String,
        order: Option<OrderId>,
        data: Value,
    },
    Document {
        recipient: String,
        document: &'static str,
        body: Value,
    },
}

impl Outputs {
    /// Nothing to say.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Announces what happened. The mesh numbers it when it commits.
    pub fn event<E: Event>(&mut self, event: &E) -> &mut Self {
        self.items.push(Output::Event {
            aggregate: E::AGGREGATE,
            name: E::NAME,
            id_field: E::ID_FIELD,
            id: event.id(),
            order: event.order(),
            data: serde_json::to_value(event).expect("a wire type is always JSON"),
        });
        self
    }

    /// Tells a partner. The document's cause is the event announced just before it, where there is
    /// one, else the message that is being handled: a partner gets one document of a kind per
    /// cause, so announce each event right before the documents that follow from it.
    pub fn document<D: Egress>(&mut self, partner: &PartnerName, document: &D) -> &mut Self {
        self.send(partner.to_string(), document)
    }

    /// Tells the operators.
    pub fn to_operator<D: Egress>(&mut self, document: &D) -> &mut Self {
        self.send(OPERATOR.to_owned(), document)
    }

    fn send<D: Egress>(&mut self, recipient: String, document: &D) -> &mut Self {
        let body = serde_json::to_value(document).expect("a wire type is always JSON");
        self.items.push(Output::Document { recipient, document: D::DOCUMENT, body });
        self
    }

    /// Names the order that documents belong to, where no event before them says it.
    pub fn about(&mut self, order: OrderId) -> &mut Self {
        self.order = Some(order);
        self
    }

    /// Says that something other than an announced aggregate is there now, for those that
    /// [wait](Decision::Wait) for it.
    pub fn advances(&mut self, key: Key) -> &mut Self {
        self.advanced.push(key);
        self
    }

    /// Says that the decision left work for [`Service::due`](crate::Service::due), to be taken up
    /// at once.
    pub fn more_due(&mut self) -> &mut Self {
        self.more_due = true;
        self
    }

    /// Appends everything that `other` sends.
    pub fn extend(&mut self, other: Self) -> &mut Self {
        self.items.extend(other.items);
        self.order = self.order.or(other.order);
        self.more_due |= other.more_due;
        self.advanced.extend(other.advanced);
        self
    }
}
