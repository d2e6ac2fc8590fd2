//! What is kept for saying documents in UBL and X12.

use contracts::{
    CustomerId, PartnerName, Sku,
    document::{Customer, ItemCode},
};
use mesh::{Json, text_column};
use strum::{Display, EnumString};

/// Who is billed.
#[derive(Debug, Clone)]
pub struct Buyer {
    /// Which customer.
    pub customer_id: CustomerId,
    /// The whole record.
    pub record: Json<Customer>,
}

/// How an item is called.
#[derive(Debug, Clone)]
pub struct ItemText {
    /// Which.
    pub sku: Sku,
    /// What it is.
    pub description: String,
    /// Its codes elsewhere.
    pub codes: Json<Vec<ItemCode>>,
}

/// The last control number that a partner was sent.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The partner.
    pub partner: PartnerName,
    /// The number.
    pub control: u32,
}

/// A document that was said in JSON because it could not be said in a format that was wanted.
#[derive(Debug, Clone)]
pub struct Unsaid {
    /// Of the invoice or credit memo.
    pub number: String,
    /// The format: `ubl` or `x12`.
    pub format: String,
    /// Who wanted it.
    pub partner: PartnerName,
    /// Why.
    pub reason: Unsayable,
}

/// Why a document can not be said in a format.
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
    /// One that was never used.
    #[must_use]
    pub fn new(partner: PartnerName) -> Self {
        Self { partner, control: BEFORE }
    }

    /// The next control number.
    pub fn take_number(&mut self) -> u32 {
        self.control = if self.control >= LAST { BEFORE + 1 } else { self.control + 1 };
        self.control
    }
}

text_column!(Unsayable);
mesh::row!(Buyer in "customers" by (customer_id: CustomerId) { customer_id, record });
mesh::row!(ItemText in "item_texts" by (sku: Sku) { sku, description, codes });
mesh::row!(Channel in "edi_channels" by (partner: PartnerName) { partner, control });
mesh::row!(Unsaid in "unsaid" by (number: String, format: String) {
    number, format, partner, reason
});
