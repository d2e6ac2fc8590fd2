//! Credit memos as they are kept, and the returns that cause them.

use contracts::{
    CreditMemoNumber, InvoiceNumber, OrderId, PartnerName, PoNumber, Quantity, RmaNumber,
    document::CreditMemo,
};
use mesh::Json;

use super::dispatch;

/// A posted credit memo.
#[derive(Debug, Clone)]
pub struct Memo {
    pub credit_memo_number: CreditMemoNumber,
    /// The place in the series.
    pub place: u64,
    /// The invoice that it corrects.
    pub invoice_number: InvoiceNumber,
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    pub po_number: PoNumber,
    pub rma_number: RmaNumber,
    /// The document as it was sent.
    pub document: Json<CreditMemo>,
}

/// A return that was taken up.
#[derive(Debug, Clone)]
pub struct Return {
    pub rma_number: RmaNumber,
    pub order_id: OrderId,
}

mesh::row!(Memo in "credit_memos" by (credit_memo_number: CreditMemoNumber) {
    credit_memo_number, place, invoice_number, order_id, partner, po_number, rma_number, document
});
mesh::row!(Return in "returns" by (rma_number: RmaNumber) { rma_number, order_id });

/// Units of an invoice line that are credited, and their net in minor units.
#[derive(Debug)]
pub struct Part {
    /// The line as it was before.
    pub row: dispatch::Line,
    pub quantity: Quantity,
    pub net: i64,
}
