//! The day on which something is booked that no document dates.

use contracts::event::CompanyUpdated;
use jiff::civil::Date;
use mesh::{Context, Halt, Key, Rows};

use super::master::{Seller, utc_day};

/// The day, and what finance should know of it.
#[derive(Debug, Clone)]
pub struct Today {
    pub date: Date,
    /// The reason why it may be another day than the seller's.
    pub note: Option<&'static str>,
}

impl Today {
    /// The note of an entry of that day: the reason of the entry, and what is to be known of the day.
    pub fn noted(&self, why: &str) -> Option<String> {
        let parts = [Some(why).filter(|why| !why.is_empty()), self.note];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

pub fn seller(company: &Rows<Seller>) -> Option<&Seller> {
    company.get(&CompanyUpdated::SELLER.to_owned())
}

/// A wait for the seller's record.
pub fn wait_for_seller() -> Halt {
    Halt::Wait(Key::new("company", CompanyUpdated::SELLER))
}

/// The seller's day. Entries never change, so the seller's record is waited for. If it does not come,
/// what the bank or an operator did is booked all the same: on the day in UTC, and the entry says so.
pub fn today(company: &Rows<Seller>, context: &Context<'_>) -> Result<Today, Halt> {
    if let Some(seller) = seller(company) {
        return Ok(Today { date: seller.day(context.now), note: None });
    }
    if !context.last_chance {
        return Err(wait_for_seller());
    }
    let note = Some("the company is not known: this is the day in UTC");
    Ok(Today { date: utc_day(context.now), note })
}
