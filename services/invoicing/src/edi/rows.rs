//! The rows that documents in UBL and X12 need.

use contracts::{
    CustomerId, PartnerName, Sku,
    document::{Customer, ItemCode},
};
use mesh::{Json, text_column};
use strum::{Display, EnumString};

/// The customer that is billed.
#[derive(Debug, Clone)]
pub struct Buyer {
    pub customer_id: CustomerId,
    pub record: Json<Customer>,
}

/// The name and codes of an item.
#[derive(Debug, Clone)]
pub struct ItemText {
    pub sku: Sku,
    pub description: String,
    /// The codes that others know it by.
    pub codes: Json<Vec<ItemCode>>,
}

/// The last control number that a partner was sent.
#[derive(Debug, Clone)]
pub struct Channel {
    pub partner: PartnerName,
    pub control: u32,
}

/// A document that was sent in JSON because it could not be written in a format that was wanted.
#[derive(Debug, Clone)]
pub struct FormatFallback {
    /// The invoice's or credit memo's.
    pub number: String,
    /// `ubl` or `x12`.
    pub format: String,
    pub partner: PartnerName,
    pub reason: Unsayable,
}

/// The reason for which a document cannot be written in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Unsayable {
    /// The customer's record has not been seen: nobody knows who is billed.
    Customer,
    /// The seller's record, the order or the dispatch has not been seen.
    Order,
    /// An item's record has not been seen, or it has no name.
    Item,
    /// A name that must be there is empty.
    Name,
    /// An amount needs more than two decimals, which both formats do not have.
    Decimals,
    /// A rate that does not go with its category, or tax that is not what the rate makes.
    Tax,
    /// A tax number is missing that this way of taxing needs.
    TaxNumber,
    /// The partner's record has no X12 address.
    Address,
}

/// The first number is the next.
const BEFORE: u32 = 300_000_000;
/// The last number of the range.
const LAST: u32 = 399_999_999;

impl Channel {
    /// A channel that was never used.
    #[must_use]
    pub fn new(partner: PartnerName) -> Self {
        Self { partner, control: BEFORE }
    }

    /// Takes the next control number.
    pub fn take_number(&mut self) -> u32 {
        self.control = if self.control >= LAST { BEFORE + 1 } else { self.control + 1 };
        self.control
    }
}

text_column!(Unsayable);
mesh::row!(Buyer in "customers" by (customer_id: CustomerId) { customer_id, record });
mesh::row!(ItemText in "item_texts" by (sku: Sku) { sku, description, codes });
mesh::row!(Channel in "edi_channels" by (partner: PartnerName) { partner, control });
mesh::row!(FormatFallback in "format_fallbacks" by (number: String, format: String) {
    number, format, partner, reason
});
