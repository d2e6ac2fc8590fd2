//! What is billed, credited and booked.

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
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The invoice.
    pub invoice: Invoice,
    /// Why its tax is the built-in table's and not the tax engine's, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_fallback: Option<String>,
}

/// A dispatch can not be billed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceWaiting {
    /// `<shipment_id>/<confirmation_id>`: what would be billed.
    pub invoice: String,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// What is missing.
    pub reason: Reason,
    /// The same in words.
    pub message: String,
}

/// Units of a dispatch that waits to be billed came back first: no invoice will bill them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvoiceReduced {
    /// `<shipment_id>/<confirmation_id>`: what would have billed them.
    pub invoice: String,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// What will not be billed.
    pub lines: Vec<LineQuantity>,
    /// Whether nothing is left of the dispatch that could be billed: no invoice will come of it.
    #[serde(default)]
    pub nothing_left: bool,
}

/// A credit memo stands in the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CreditMemoPosted {
    /// The credit memo.
    pub credit_memo_number: CreditMemoNumber,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The credit memo.
    pub credit_memo: CreditMemo,
}

/// A balanced entry stands in the general ledger; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JournalPosted {
    /// The entry.
    pub entry_id: EntryId,
    /// The day it counts.
    pub date: Date,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it is of, such as `invoice/INV-000123`.
    pub source: String,
    /// What finance should know of it, such as why it counts on another day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Debits and credits, equal in sum.
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
