//! What an order's own document said and the order does not: it is echoed in the answers.

use contracts::{
    PoNumber,
    document::{
        Ingress, ItemCode, Order, OrderCancel, OrderChange, Payment, PaymentReversal, ShipConfirm,
    },
    partner::Format,
};
use edi::ubl::ResponseParty;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bank::Named;

/// How an order came, and how its sender calls its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The format that it came in.
    pub format: Format,
    /// ISA15: a test is answered as a test.
    #[serde(default)]
    pub usage: String,
    /// The day of the order, as its document says.
    #[serde(default)]
    pub order_date: Option<Date>,
    /// BEG04.
    #[serde(default)]
    pub release: String,
    /// Its lines.
    #[serde(default)]
    pub lines: Vec<LineReference>,
    /// What a UBL answer repeats.
    #[serde(default)]
    pub ubl: Option<UblReference>,
}

/// How the sender calls a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReference {
    /// The line's number here.
    pub line: u32,
    /// Its id there.
    pub id: String,
    /// The unit as sent.
    #[serde(default)]
    pub uom: String,
    /// The item's codes as sent.
    #[serde(default)]
    pub codes: Vec<ItemCode>,
    /// The item's name as sent.
    #[serde(default)]
    pub name: String,
}

/// What a UBL answer repeats of its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UblReference {
    /// `CustomizationID`.
    pub customization: Option<String>,
    /// `ProfileID`.
    pub profile: Option<String>,
    /// Who sells.
    pub seller: ResponseParty,
    /// Who buys.
    pub buyer: ResponseParty,
}

impl Reference {
    /// A document of a format of which nothing more is known.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            usage: String::new(),
            order_date: None,
            release: String::new(),
            lines: Vec::new(),
            ubl: None,
        }
    }

    /// How the sender calls a line.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&LineReference> {
        self.lines.iter().find(|line| line.line == number)
    }

    /// The number here of the line that the sender calls `id`.
    #[must_use]
    pub fn number_of(&self, id: &str) -> Option<u32> {
        self.lines.iter().find(|line| line.id == id).map(|line| line.line)
    }
}

/// A document in this contract's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// A purchase order.
    Order(Box<Order>),
    /// New quantities.
    Change(OrderChange),
    /// The rest is not wanted.
    Cancel(OrderCancel),
    /// Money that came in.
    Payment(Box<Payment>),
    /// Money that went back.
    Returned(PaymentReversal),
    /// What left a warehouse.
    Shipped(Box<ShipConfirm>),
}

impl Document {
    /// Which one.
    #[must_use]
    pub fn kind(&self) -> contracts::Kind {
        match self {
            Self::Order(_) => Order::KIND,
            Self::Change(_) => OrderChange::KIND,
            Self::Cancel(_) => OrderCancel::KIND,
            Self::Payment(_) => Payment::KIND,
            Self::Returned(_) => PaymentReversal::KIND,
            Self::Shipped(_) => ShipConfirm::KIND,
        }
    }

    /// Of which order, where it is about one of the sender's.
    #[must_use]
    pub fn po_number(&self) -> Option<&PoNumber> {
        match self {
            Self::Order(order) => Some(&order.po_number),
            Self::Change(change) => Some(&change.po_number),
            Self::Cancel(cancel) => Some(&cancel.po_number),
            Self::Payment(_) | Self::Returned(_) | Self::Shipped(_) => None,
        }
    }

    /// Its JSON.
    ///
    /// # Panics
    /// Never: a wire type is always JSON.
    #[must_use]
    pub fn body(&self) -> Value {
        let body = match self {
            Self::Order(order) => serde_json::to_value(order),
            Self::Change(change) => serde_json::to_value(change),
            Self::Cancel(cancel) => serde_json::to_value(cancel),
            Self::Payment(payment) => serde_json::to_value(payment),
            Self::Returned(reversal) => serde_json::to_value(reversal),
            Self::Shipped(confirm) => serde_json::to_value(confirm),
        };
        body.expect("a wire type is always JSON")
    }
}

/// A document, and what is to be remembered of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The document.
    pub document: Document,
    /// What later documents are read by.
    pub about: About,
}

/// What later documents are read by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// How an order's sender calls its parts.
    Order(Box<Reference>),
    /// How a bank calls a payment.
    Money(Named),
    /// Nothing.
    Nothing,
}

impl Translation {
    /// A document about an order.
    #[must_use]
    pub fn of_order(document: Document, reference: Reference) -> Self {
        Self { document, about: About::Order(Box::new(reference)) }
    }
}

/// The numbers of lines that are called `ids`: the same where all are numbers, else counted.
#[must_use]
pub fn numbers(ids: &[&str]) -> Vec<u32> {
    let given: Option<Vec<u32>> =
        ids.iter().map(|id| id.parse().ok().filter(|number| *number > 0)).collect();
    given.unwrap_or_else(|| (1_u32..).take(ids.len()).collect())
}
