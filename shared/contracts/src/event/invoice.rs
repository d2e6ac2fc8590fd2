//! Events of invoices, credit memos and the journal.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::events;
use crate::{
    document::{CreditMemo, Invoice, Journal, JournalLine, LineQuantity},
    ids::{CreditMemoNumber, EntryId, InvoiceNumber, OrderId, PartnerName},
    money::Currency,
    reason::Reason,
};

/// An invoice stands in the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoicePosted {
    /// The invoice's number, gapless per series.
    pub invoice_number: InvoiceNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The invoice as the buyer receives it.
    pub invoice: Invoice,
    /// The reason for taxing by the built-in table instead of the tax engine, where that happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_fallback: Option<String>,
}

/// A dispatch cannot be billed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceWaiting {
    /// The dispatch to bill, `<shipment_id>/<confirmation_id>`.
    pub invoice: String,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The reason for the wait, as a code for programs.
    pub reason: Reason,
    /// The same as a sentence for people.
    pub message: String,
}

/// Units of a dispatch came back before it was billed; no invoice will bill them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceReduced {
    /// The dispatch, `<shipment_id>/<confirmation_id>`.
    pub invoice: String,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The items and quantities that will not be billed.
    pub lines: Vec<LineQuantity>,
    /// True if nothing of the dispatch is left to bill, so that no invoice will follow.
    #[serde(default)]
    pub nothing_left: bool,
}

/// A credit memo stands in the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CreditMemoPosted {
    /// The credit memo's number, gapless per series.
    pub credit_memo_number: CreditMemoNumber,
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The credit memo as the buyer receives it.
    pub credit_memo: CreditMemo,
}

/// A balanced entry stands in the general ledger; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JournalPosted {
    /// The journal entry's id, a UUID.
    pub entry_id: EntryId,
    /// The accounting day, on which the entry counts.
    pub date: Date,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The business document behind the entry, such as `invoice/INV-000123`.
    pub source: String,
    /// A note to finance, such as the reason for a later accounting day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The debits and credits, equal in sum.
    pub lines: Vec<JournalLine>,
}

events! {
    InvoicePosted: "invoice", "posted", invoice_number, order;
    InvoiceWaiting: "invoice", "waiting", invoice, order;
    InvoiceReduced: "invoice", "reduced", invoice, order;
    CreditMemoPosted: "credit-memo", "posted", credit_memo_number, order;
    JournalPosted: "journal", "posted", entry_id;
}

impl From<JournalPosted> for Journal {
    fn from(posted: JournalPosted) -> Self {
        let JournalPosted { entry_id, date, currency, source, note, lines } = posted;
        Self { entry_id, date, currency, source, note, lines }
    }
}
