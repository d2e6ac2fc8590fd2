//! A document on a customer's statement.

use contracts::{Currency, CustomerId, question::StatementKind};
use jiff::{Timestamp, civil::Date};
use mesh::text_column;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// A key such as `invoice/INV-1` or `payment/bank/CHK-1`.
    pub document: String,
    /// The customer whose statement it is; `None` while nobody knows.
    pub customer_id: Option<CustomerId>,
    pub currency: Currency,
    /// The day on which it counts.
    pub date: Date,
    /// The order within a day.
    pub recorded_at: Timestamp,
    pub kind: Kind,
    /// The name that people use.
    pub reference: String,
    /// The increase of what is owed, in minor units.
    pub amount: i64,
}

/// The kind of a document, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub StatementKind);

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("`{text}` stands on no statement"))
    }
}

text_column!(Kind);
mesh::row!(StatementLine in "statement_lines" by (document: String) {
    document, customer_id, currency, date, recorded_at, kind, reference, amount
});
