//! The outgoing messages of a decision, typed until they are bytes.

mod formats;
mod output;

use contracts::{OrderId, PartnerName, document::Egress, event::Event, subject::OPERATOR};

use crate::message::Key;

pub(crate) use output::{Body, Output};
pub use output::{Formatted, Raw};

/// The messages that a decision sends, in their order.
#[derive(Debug, Default)]
pub struct Outputs {
    pub(crate) items: Vec<Output>,
    pub(crate) order: Option<OrderId>,
    pub(crate) cause: Option<String>,
    pub(crate) more_due: bool,
    pub(crate) advanced: Vec<Key>,
}

impl Outputs {
    /// Returns true if a document of the decision refuses the message.
    pub(crate) fn refuses(&self) -> bool {
        self.items.iter().any(|item| match item {
            Output::Document { body: Body::Json(document), .. } => document.refuses(),
            Output::Document { body: Body::Raw(_), .. } | Output::Event(_) => false,
        })
    }

    /// Returns the events of a type, in order.
    #[must_use]
    pub fn events<E: Event>(&self) -> Vec<E> {
        let events = self.items.iter().filter_map(|item| match item {
            Output::Event(event) => event.as_any().downcast_ref::<E>(),
            Output::Document { .. } => None,
        });
        events.cloned().collect()
    }

    /// Returns the documents of a type to a partner, in order.
    #[must_use]
    pub fn documents<D: Egress>(&self, partner: &str) -> Vec<D> {
        let documents = self.items.iter().filter_map(|item| match item {
            Output::Document { recipient, body: Body::Json(document), .. } => {
                document.as_any().downcast_ref::<D>().filter(|_| recipient == partner)
            }
            Output::Document { .. } | Output::Event(_) => None,
        });
        documents.cloned().collect()
    }

    /// Returns true if the decision sends nothing.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.items.is_empty()
    }

    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Publishes an event. The mesh numbers it when the batch commits.
    pub fn event<E: Event>(&mut self, event: &E) -> &mut Self {
        self.items.push(Output::Event(Box::new(event.clone())));
        self
    }

    /// Sends a document to a partner. Its cause is the event published just before it, or else the
    /// message that is being handled. A partner gets one document of a kind per cause, so publish
    /// each event right before the documents that follow from it.
    pub fn document<D: Egress>(&mut self, partner: &PartnerName, document: &D) -> &mut Self {
        self.send(partner.to_string(), document, None)
    }

    /// Sends a document to a partner in answer to an earlier message: its
    /// [causation](crate::Inbound::causation) was kept. Each such message gets a document of its own.
    pub fn answer<D: Egress>(
        &mut self,
        cause: impl Into<String>,
        partner: &PartnerName,
        document: &D,
    ) -> &mut Self {
        self.send(partner.to_string(), document, Some(cause.into()))
    }

    /// Sends a document to the operators.
    pub fn to_operator<D: Egress>(&mut self, document: &D) -> &mut Self {
        self.send(OPERATOR.to_owned(), document, None)
    }

    fn send<D: Egress>(
        &mut self,
        recipient: String,
        document: &D,
        cause: Option<String>,
    ) -> &mut Self {
        let body = Body::Json(Box::new(document.clone()));
        self.items.push(Output::Document { recipient, cause, body });
        self
    }

    /// Sets the order that documents belong to, if no event before them names it.
    pub fn about(&mut self, order: OrderId) -> &mut Self {
        self.order = Some(order);
        self
    }

    /// Sets the cause of documents that neither an event nor a message caused, such as those of
    /// [`OnDue`](crate::OnDue). It must be the same for the same work and unique to it, because the
    /// ids of the documents are derived from it.
    pub fn because_of(&mut self, cause: impl Into<String>) -> &mut Self {
        self.cause = Some(cause.into());
        self
    }

    /// Wakes the messages that [wait](crate::Halt::Wait) for a key other than that of a published
    /// event.
    pub fn advances(&mut self, key: Key) -> &mut Self {
        self.advanced.push(key);
        self
    }

    /// Reports that the decision left work for [`OnDue`](crate::OnDue), to be taken up at once.
    pub fn more_due(&mut self) -> &mut Self {
        self.more_due = true;
        self
    }

    /// Appends everything that `other` sends.
    pub fn extend(&mut self, other: Self) -> &mut Self {
        self.items.extend(other.items);
        self.order = self.order.or(other.order);
        self.cause = self.cause.take().or(other.cause);
        self.more_due |= other.more_due;
        self.advanced.extend(other.advanced);
        self
    }
}
