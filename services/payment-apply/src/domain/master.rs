//! The records of the seller and of customers, as far as cash is concerned.

use contracts::{Currency, CustomerId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The seller; there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// Always [`CompanyUpdated::SELLER`](contracts::event::CompanyUpdated::SELLER).
    pub company: String,
    /// IANA name of the time zone.
    pub time_zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub customer_id: CustomerId,
    /// The currency of the account.
    pub currency: Currency,
}

mesh::row!(Seller in "company" by (company: String) { company, time_zone });
mesh::row!(Customer in "customers" by (customer_id: CustomerId) { customer_id, currency });

impl Seller {
    /// The time zone in which the seller's days begin.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// The seller's day at a moment.
    pub fn day(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.zone()).date()
    }
}

/// The day in UTC.
pub fn utc_day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}
