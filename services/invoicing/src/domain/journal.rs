//! The heads of invoicing's journal entries (rule I8).

use contracts::{Currency, EntryId, ids::derived};
use jiff::civil::Date;
use mesh::books::EntryHead;

/// The head of an entry. Its id is derived from the source: the same source is booked once.
#[must_use]
pub fn head(source: String, date: Date, note: Option<String>, currency: Currency) -> EntryHead {
    let entry_id = EntryId(derived(&["journal", "invoicing", &source]));
    EntryHead { entry_id, date, currency, source, note }
}
