//! Everything that an order or a line is judged by.

use contracts::partner::Partner;
use jiff::{Timestamp, civil::Date};

use crate::{
    domain::master::{SELLER, day_of},
    unit_of_work::UnitOfWork,
};

/// Everything that an order or a line is judged by.
pub struct Judge<'a> {
    pub work: &'a UnitOfWork,
    pub partner: &'a Partner,
    pub now: Timestamp,
    /// Decide without what is still unknown.
    pub last_chance: bool,
}

impl Judge<'_> {
    /// The day in the seller's time zone.
    #[must_use]
    pub fn today(&self) -> Date {
        day_of(self.work.company.get(&SELLER.to_owned()), self.now)
    }
}
