//! The projection of an event: the facts that the read model takes from it.

use contracts::event::{self, Event};
use jiff::Timestamp;

use super::facts::Facts;

/// The projection of events of one kind.
pub trait Projection: Sync {
    /// The aggregate and the name of the events.
    fn event(&self) -> (&'static str, &'static str);

    /// The time of an event, and its facts.
    ///
    /// # Errors
    /// When it cannot be read.
    fn project(&self, payload: &[u8]) -> Result<(Timestamp, Facts), serde_json::Error>;
}

/// The projection of events of a type, by the function that adds their facts.
pub struct OfEvent<E>(pub fn(&E, &mut Facts));

impl<E: Event> Projection for OfEvent<E> {
    fn event(&self) -> (&'static str, &'static str) {
        (E::AGGREGATE, E::NAME)
    }

    fn project(&self, payload: &[u8]) -> Result<(Timestamp, Facts), serde_json::Error> {
        let event = event::from_json::<E>(payload)?;
        let orders = event.data.order().into_iter().collect();
        let mut facts = Facts { orders, ..Facts::default() };
        (self.0)(&event.data, &mut facts);
        Ok((event.occurred_at, facts))
    }
}
