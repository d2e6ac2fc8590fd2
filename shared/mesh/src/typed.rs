//! Events and documents without their types, serialised once, when their number is known.

use std::{any::Any, fmt::Debug};

use contracts::{
    OrderId,
    document::Egress,
    event::{self, Event},
};
use jiff::Timestamp;

/// An [`Event`] of whichever type.
pub(crate) trait AnyEvent: Debug + Send + Sync {
    fn aggregate(&self) -> &'static str;
    fn name(&self) -> &'static str;
    fn id(&self) -> String;
    fn order(&self) -> Option<OrderId>;
    /// Returns true if it is numbered after the handled event of the same aggregate.
    fn continues(&self) -> bool;
    fn to_json(&self, sequence: u64, occurred_at: Timestamp) -> serde_json::Result<Vec<u8>>;
    fn as_any(&self) -> &dyn Any;
}

impl<E: Event> AnyEvent for E {
    fn aggregate(&self) -> &'static str {
        E::AGGREGATE
    }

    fn name(&self) -> &'static str {
        E::NAME
    }

    fn id(&self) -> String {
        Event::id(self)
    }

    fn order(&self) -> Option<OrderId> {
        Event::order(self)
    }

    fn continues(&self) -> bool {
        E::CONTINUES
    }

    fn to_json(&self, sequence: u64, occurred_at: Timestamp) -> serde_json::Result<Vec<u8>> {
        event::to_json(self, sequence, occurred_at)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A document to a partner, of whichever type.
pub trait AnyDocument: Debug + Send + Sync {
    /// The document's name in NATS subjects.
    fn name(&self) -> &'static str;
    /// Returns true if it refuses the message that it answers.
    fn refuses(&self) -> bool;
    /// Serialises the document as JSON.
    ///
    /// # Errors
    /// When serialisation fails.
    fn to_json(&self) -> serde_json::Result<Vec<u8>>;
    /// The document, for a `downcast_ref` to its type.
    fn as_any(&self) -> &dyn Any;
}

impl<D: Egress> AnyDocument for D {
    fn name(&self) -> &'static str {
        D::DOCUMENT
    }

    fn refuses(&self) -> bool {
        Egress::refuses(self)
    }

    fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
