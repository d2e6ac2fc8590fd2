//! A payment, as its bank knows it. Amounts in minor units.

use std::collections::BTreeMap;

use contracts::{Currency, InvoiceNumber};

use crate::demo::play::position::StreamPosition;

/// A payment that the bank reported.
#[derive(Debug, Clone)]
pub(in crate::demo) struct PaymentSeen {
    pub currency: Currency,
    pub amount: i64,
    /// It came before the order it is of was billed.
    pub early: bool,
    /// Whether it was answered.
    pub answered: bool,
    /// When the latest answer was said.
    pub latest: StreamPosition,
    /// Cash and discount, by invoice.
    pub applied: BTreeMap<InvoiceNumber, (i64, i64)>,
    pub unapplied: i64,
}

impl PaymentSeen {
    pub fn new(currency: Currency, amount: i64) -> Self {
        let (early, answered, applied, unapplied) = (false, false, BTreeMap::new(), 0);
        Self {
            currency,
            amount,
            early,
            answered,
            latest: StreamPosition::default(),
            applied,
            unapplied,
        }
    }
}
