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
    Order(Box<Order>),
    Change(OrderChange),
    Cancel(OrderCancel),
    Payment(Box<Payment>),
    Returned(PaymentReversal),
    Shipped(Box<ShipConfirm>),
}

impl Document {
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

    /// The number of the order, where it is about one of the sender's.
    #[must_use]
    pub fn po_number(&self) -> Option<&PoNumber> {
        match self {
            Self::Order(order) => Some(&order.po_number),
            Self::Change(change) => Some(&change.po_number),
            Self::Cancel(cancel) => Some(&cancel.po_number),
            Self::Payment(_) | Self::Returned(_) | Self::Shipped(_) => None,
        }
    }

    /// The document as JSON.
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
    pub document: Document,
    pub about: About,
}

/// The part of a document that later ones are read by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The sender's names of an order's parts.
    Order(Box<Reference>),
    /// The bank's names of a payment.
    Money(Names),
    Nothing,
}

impl Translation {
    /// A document about an order.
    #[must_use]
    pub fn of_order(document: Document, reference: Reference) -> Self {
        Self { document, about: About::Order(Box::new(reference)) }
    }
}

/// The numbers of lines of these ids: the same where all are numbers, else counted.
#[must_use]
pub fn numbers(ids: &[&str]) -> Vec<u32> {
    let given: Option<Vec<u32>> =
        ids.iter().map(|id| id.parse().ok().filter(|number| *number > 0)).collect();
    given.unwrap_or_else(|| (1_u32..).take(ids.len()).collect())
}
