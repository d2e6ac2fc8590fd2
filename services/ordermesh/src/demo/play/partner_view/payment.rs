//! Payments, as the bank knows them. Amounts in minor units.

use std::collections::BTreeMap;

use contracts::{Currency, InvoiceNumber};

use crate::demo::play::position::StreamPosition;

/// A payment that the bank reported.
#[derive(Debug, Clone)]
pub(in crate::demo) struct PaymentSeen {
    pub currency: Currency,
    pub amount: i64,
    /// True if it came before its order was billed.
    pub early: bool,
    pub answered: bool,
    /// The position of the latest acknowledgement.
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
