//! Payments that banks told of: the newest of each bank.

use contracts::{PartnerName, PaymentId, document::Payment};
use mesh::Json;

/// The most payments that one notification may bring.
pub const MAX_ENTRIES: usize = 2_500;
/// Payments that are remembered of a bank: one that goes back does so within months.
pub const MAX_REMEMBERED: u64 = 50_000;

/// A payment as it was handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankCredit {
    pub partner: PartnerName,
    /// The bank's id of the payment.
    pub payment_id: PaymentId,
    /// The place among the bank's payments.
    pub position: u64,
    /// The digest of what the bank told, before anybody's codes were looked up.
    pub digest: String,
    /// The document that it became.
    pub payment: Json<Payment>,
}

/// A name of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankReference {
    pub partner: PartnerName,
    /// The kind of the reference, and the reference: `e2e:…`.
    pub reference: String,
    pub payment_id: PaymentId,
    /// The place among the bank's payments.
    pub position: u64,
}

mesh::row!(BankCredit in "bank_credits" by (partner: PartnerName, payment_id: PaymentId) {
    partner, payment_id, position, digest, payment
});
mesh::row!(BankReference in "bank_references" by
    (partner: PartnerName, reference: String, payment_id: PaymentId) {
    partner, reference, payment_id, position
});
