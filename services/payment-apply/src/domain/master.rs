//! What payment-apply keeps of master data: where days begin, and in what customers are billed.

use contracts::{
    Currency, CustomerId,
    event::{CompanyUpdated, CustomerUpdated},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{Key, Outputs};

use super::{Desk, Set, figures::Stop};

/// What is kept of the seller; there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// Always [`CompanyUpdated::SELLER`].
    pub company: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

/// A customer, as far as cash is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Which.
    pub customer_id: CustomerId,
    /// The currency of its account.
    pub currency: Currency,
}

mesh::row!(Seller in "company" by (company: String) { company, time_zone });
mesh::row!(Customer in "customers" by (customer_id: CustomerId) { customer_id, currency });

/// The seller's day at a moment; none while the seller is not known.
#[must_use]
pub fn day<'a>(sellers: impl IntoIterator<Item = &'a Seller>, moment: Timestamp) -> Option<Date> {
    let seller = sellers.into_iter().next()?;
    let zone = TimeZone::get(&seller.time_zone).unwrap_or(TimeZone::UTC);
    Some(moment.to_zoned(zone).date())
}

/// The seller's time zone; in UTC while the seller is not known.
pub fn zone(set: &Set) -> TimeZone {
    let seller = set.company.iter().next();
    let zone = seller.and_then(|seller| TimeZone::get(&seller.time_zone).ok());
    zone.unwrap_or(TimeZone::UTC)
}

/// The day in UTC.
#[must_use]
pub fn utc_day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// The day on which something is booked that no document dates, and what finance should know of it.
#[derive(Debug, Clone)]
pub struct Today {
    /// The day.
    pub date: Date,
    /// Why it may be another than the seller's.
    pub note: Option<&'static str>,
}

impl Today {
    /// What an entry of that day says: why it was made, and what is to be known of the day.
    #[must_use]
    pub fn noted(&self, why: &str) -> Option<String> {
        let parts = [Some(why).filter(|why| !why.is_empty()), self.note];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// The seller's day. Entries never change, so the seller's record is waited for; what the bank or an
/// operator did is booked all the same when it does not come: on the day in UTC, and the entry says
/// so.
///
/// # Errors
/// Waits for the seller's record.
pub fn today(set: &Set, desk: &Desk<'_>) -> Result<Today, Stop> {
    if let Some(date) = day(set.company.iter(), desk.context.now) {
        return Ok(Today { date, note: None });
    }
    if !desk.context.last_chance {
        return Err(Stop::Wait(Key::new("company", CompanyUpdated::SELLER)));
    }
    let note = Some("the company is not known: this is the day in UTC");
    Ok(Today { date: utc_day(desk.context.now), note })
}

/// The newest record of the seller.
pub fn company(set: &mut Set, updated: &CompanyUpdated) -> Outputs {
    let (company, time_zone) = (updated.company.clone(), updated.record.time_zone.clone());
    set.company.put(Seller { company, time_zone });
    Outputs::none()
}

/// The newest record of a customer.
pub fn customer(set: &mut Set, updated: &CustomerUpdated) -> Outputs {
    let (customer_id, currency) = (updated.customer_id.clone(), updated.customer.currency);
    set.customers.put(Customer { customer_id, currency });
    Outputs::none()
}
