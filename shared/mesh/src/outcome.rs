//! The outgoing messages of a decision, typed until they are bytes.

use contracts::{OrderId, PartnerName, Reason, document::Egress, event::Event, subject::OPERATOR};

use crate::{
    message::Key,
    typed::{AnyDocument, AnyEvent},
};

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
        code: Reason,
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
    pub(crate) cause: Option<String>,
    pub(crate) more_due: bool,
    pub(crate) advanced: Vec<Key>,
}

/// One outgoing message, before it has an id.
#[derive(Debug)]
pub(crate) enum Output {
    Event(Box<dyn AnyEvent>),
    Document {
        recipient: String,
        /// Its own cause, where it is neither the event before it nor the message.
        cause: Option<String>,
        body: Body,
    },
}

/// A document in its format.
#[derive(Debug)]
pub(crate) enum Body {
    Json(Box<dyn AnyDocument>),
    Raw(Raw),
}

impl Body {
    pub fn document(&self) -> &'static str {
        match self {
            Self::Json(document) => document.name(),
            Self::Raw(raw) => raw.document,
        }
    }
}

/// A document that is not JSON: an X12 interchange, a UBL document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// Its name in subjects: `x12`.
    pub document: &'static str,
    /// What it is written in: `application/edi-x12`.
    pub content_type: &'static str,
    /// The document.
    pub bytes: Vec<u8>,
}

/// How else a JSON document is said; see [`Outputs::formatted`].
#[derive(Debug, Default)]
pub struct Formatted {
    /// Not in JSON.
    pub instead: bool,
    /// In these formats.
    pub raw: Vec<Raw>,
}

impl Outputs {
    /// Returns whether it refuses the message that it answers.
    pub(crate) fn refuses(&self) -> bool {
        self.items.iter().any(|item| match item {
            Output::Document { body: Body::Json(document), .. } => document.refuses(),
            Output::Document { body: Body::Raw(_), .. } | Output::Event(_) => false,
        })
    }

    /// The events of a type that are announced, in order.
    #[must_use]
    pub fn events<E: Event>(&self) -> Vec<E> {
        let events = self.items.iter().filter_map(|item| match item {
            Output::Event(event) => event.as_any().downcast_ref::<E>(),
            Output::Document { .. } => None,
        });
        events.cloned().collect()
    }

    /// The documents of a type that a partner is sent, in order.
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

    /// Returns whether nothing is announced and nobody is told.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.items.is_empty()
    }

    /// Nothing to say.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Announces what happened. The mesh numbers it when it commits.
    pub fn event<E: Event>(&mut self, event: &E) -> &mut Self {
        self.items.push(Output::Event(Box::new(event.clone())));
        self
    }

    /// Tells a partner. The document's cause is the event announced just before it, where there is
    /// one, else the message that is being handled: a partner gets one document of a kind per
    /// cause, so announce each event right before the documents that follow from it.
    pub fn document<D: Egress>(&mut self, partner: &PartnerName, document: &D) -> &mut Self {
        self.send(partner.to_string(), document, None)
    }

    /// Tells a partner, in answer to an earlier message of its own: its
    /// [causation](crate::Inbound::causation) was kept. Each such message gets a document of its own.
    pub fn answer<D: Egress>(
        &mut self,
        cause: impl Into<String>,
        partner: &PartnerName,
        document: &D,
    ) -> &mut Self {
        self.send(partner.to_string(), document, Some(cause.into()))
    }

    /// Tells the operators.
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

    /// Sends a partner a document that is not JSON. Its cause is found as for [`Outputs::document`];
    /// a second one of its kind under the same cause is written behind the first.
    pub fn raw(&mut self, partner: &PartnerName, raw: Raw) -> &mut Self {
        self.raw_because(partner, raw, None)
    }

    fn raw_because(&mut self, partner: &PartnerName, raw: Raw, cause: Option<String>) -> &mut Self {
        let recipient = partner.to_string();
        let since = self.items.iter_mut().rev();
        for item in since.take_while(|item| !matches!(item, Output::Event(_))) {
            if let Output::Document { recipient: to, cause: because, body: Body::Raw(before) } =
                item
                && (&*to, &*because, before.document) == (&recipient, &cause, raw.document)
            {
                before.bytes.extend(raw.bytes);
                return self;
            }
        }
        self.items.push(Output::Document { recipient, cause, body: Body::Raw(raw) });
        self
    }

    /// As [`Outputs::in_formats`], of the document's name and JSON.
    pub fn formatted(
        &mut self,
        mut other: impl FnMut(&PartnerName, &str, &serde_json::Value) -> Formatted,
    ) -> &mut Self {
        self.in_formats(|partner, document| {
            let json = document.to_json().expect("a wire type is always JSON");
            let json = serde_json::from_slice(&json).expect("it was just written");
            other(partner, document.name(), &json)
        })
    }

    /// Writes JSON documents in other formats too, or instead: `other` is asked for each document to
    /// each partner, wherever in the decision it was sent.
    pub fn in_formats(
        &mut self,
        mut other: impl FnMut(&PartnerName, &dyn AnyDocument) -> Formatted,
    ) -> &mut Self {
        for item in std::mem::take(&mut self.items) {
            let Output::Document { recipient, cause, body: Body::Json(document) } = &item else {
                self.items.push(item);
                continue;
            };
            let partner = PartnerName::new(recipient).ok().filter(|_| recipient != OPERATOR);
            let Some(partner) = partner else {
                self.items.push(item);
                continue;
            };
            let Formatted { instead, raw } = other(&partner, &**document);
            let cause = cause.clone();
            if !instead {
                self.items.push(item);
            }
            raw.into_iter().for_each(|raw| {
                self.raw_because(&partner, raw, cause.clone());
            });
        }
        self
    }

    /// Names the order that documents belong to, where no event before them says it.
    pub fn about(&mut self, order: OrderId) -> &mut Self {
        self.order = Some(order);
        self
    }

    /// Names the cause of documents that no event and no message before them caused: work from
    /// [`OnDue`](crate::OnDue) has none of its own. The same for the same work, and
    /// for no other, since documents' ids are made of it.
    pub fn because_of(&mut self, cause: impl Into<String>) -> &mut Self {
        self.cause = Some(cause.into());
        self
    }

    /// Says that something other than an announced aggregate is there now, for those that
    /// [wait](crate::Halt::Wait) for it.
    pub fn advances(&mut self, key: Key) -> &mut Self {
        self.advanced.push(key);
        self
    }

    /// Says that the decision left work for [`OnDue`](crate::OnDue), to be taken up
    /// at once.
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
