//! The surroundings of a decision.

use std::collections::BTreeMap;

use contracts::{
    PartnerName,
    document::Unreadable,
    event::Heading,
    partner::{Partner, Role},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{dates::DateLimits, message::Inbound};

/// The partners that are known, by name.
pub type Partners = BTreeMap<PartnerName, Partner>;

/// All that a decision may know besides the unit of work and the message.
#[derive(Debug)]
pub struct Context<'a> {
    /// The time of the batch.
    pub now: Timestamp,
    /// The allowed distance between a document's date and the day on which it was received.
    pub dates: DateLimits,
    /// The message as it came; `None` for work that is due.
    pub inbound: Option<&'a Inbound>,
    /// Every partner that is known.
    pub partners: &'a Partners,
    /// The message has waited as long as it may: decide without what it waited for. A
    /// [`Halt::Wait`](crate::Halt::Wait) now ends as a dead letter, or as a rejection of the document.
    pub last_chance: bool,
}

impl Context<'_> {
    /// The number and time of the event that is handled; `None` for any other message.
    #[must_use]
    pub fn heading(&self) -> Option<Heading> {
        let event = self.inbound.filter(|inbound| inbound.key().is_some())?;
        serde_json::from_slice(&event.payload).ok()
    }

    /// Refuses a moment too far from the time at which the server took the document (rule D1).
    /// Work of the service's own is not judged again.
    ///
    /// # Errors
    /// `invalid_value` at `path`.
    pub fn check_instant(&self, path: &str, at: Timestamp) -> Result<(), Unreadable> {
        self.inbound.map_or(Ok(()), |inbound| self.dates.check(path, at, inbound.stored_at))
    }

    /// Refuses a day too far from the time at which the server took the document (rule D1). It
    /// counts from its first moment in `zone`, the company's time zone.
    ///
    /// # Errors
    /// `invalid_value` at `path`.
    pub fn check_day(&self, path: &str, day: Date, zone: &TimeZone) -> Result<(), Unreadable> {
        let start = day.to_zoned(zone.clone());
        let start = start.map_err(|error| Unreadable::invalid(path, error.to_string()))?;
        self.check_instant(path, start.timestamp())
    }

    /// The partners of a role.
    pub fn partners_with(&self, role: Role) -> impl Iterator<Item = &PartnerName> {
        let with = move |(_, partner): &(&PartnerName, &Partner)| partner.has_role(role);
        self.partners.iter().filter(with).map(|(name, _)| name)
    }
}
