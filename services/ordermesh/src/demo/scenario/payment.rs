//! Planned payments, and the data's own count of them.

use contracts::{Currency, CustomerId, PaymentId};
use serde::Serialize;

/// A payment without remittance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPayment {
    /// The bank's id of the payment.
    pub payment_id: PaymentId,
    pub customer: CustomerId,
    pub currency: Currency,
    /// The amount in minor units.
    pub amount: i64,
    /// The order that must be billed first, as an index into the orders.
    pub after: Option<usize>,
    /// True if it equals that order's total.
    pub as_ordered: bool,
}

/// The data's own count of payments that equal the total of one of the customer's orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LikeOrders {
    /// The count of the payments and orders that are played.
    pub played: Like,
    /// The count of all payments and orders.
    pub all: Like,
}

/// The number of payments, and of those that equal an order's total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Like {
    pub payments: usize,
    pub like_an_order: usize,
}

impl Like {
    /// Counts one more payment.
    pub fn count(&mut self, is_like_an_order: bool) {
        self.payments += 1;
        self.like_an_order += usize::from(is_like_an_order);
    }
}
