//! A document in another format, translated to this contract's terms.

use contracts::{
    PoNumber,
    document::{Ingress, Order, OrderCancel, OrderChange, Payment, PaymentReversal, ShipConfirm},
};
use serde_json::Value;

use super::{bank::names::Names, reference::Reference};

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
    Money(Names),
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
