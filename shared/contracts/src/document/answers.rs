//! Answers of every service, and the general ledger's entries.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::egress;
use crate::{
    closed::closed_set,
    ids::{CommandId, DocumentId, EntryId},
    money::{Amount, Currency},
    reason::{ReasonLine, ReasonPath},
};

closed_set! {
    /// The status of a document that was taken.
    AckStatus {
        /// It was taken.
        Accepted,
    }
}

/// A document was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DocumentAck {
    /// Its name.
    pub document: String,
    /// The partner's own key of it.
    pub document_id: Option<DocumentId>,
    /// Its business key.
    pub key: String,
    /// `accepted`.
    pub status: AckStatus,
    /// Parts of it that call for nothing here and were passed over, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<ReasonPath>,
}

impl DocumentAck {
    /// The acknowledgement of `document`.
    #[must_use]
    pub fn of<T: super::Ingress>(document: &T) -> Self {
        Self {
            document: T::DOCUMENT.to_owned(),
            document_id: document.document_id().cloned(),
            key: document.key(),
            status: AckStatus::Accepted,
            notes: Vec::new(),
        }
    }
}

/// A document was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rejection {
    /// Its name, as in the subject it came on.
    pub document: String,
    /// The partner's own key of it, where it could be read.
    pub document_id: Option<DocumentId>,
    /// Its business key, where it could be read.
    pub key: Option<String>,
    /// Why.
    pub reasons: Vec<ReasonPath>,
}

impl Rejection {
    /// The refusal of a document that could be read.
    #[must_use]
    pub fn of<T: super::Ingress>(document: &T, reasons: Vec<ReasonPath>) -> Self {
        Self {
            document: T::DOCUMENT.to_owned(),
            document_id: document.document_id().cloned(),
            key: Some(document.key()),
            reasons,
        }
    }

    /// The refusal of a payload that may be anything.
    #[must_use]
    pub fn of_payload(document: &str, payload: &[u8], reasons: Vec<ReasonPath>) -> Self {
        let (document_id, key) = super::peek(document, payload);
        Self { document: document.to_owned(), document_id, key, reasons }
    }
}

closed_set! {
    /// What became of a command.
    CommandStatus {
        /// Done, now or before.
        Done,
        /// Refused; nothing changed.
        Refused,
    }
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CommandResult {
    /// The command.
    pub command_id: CommandId,
    /// What became of it.
    pub status: CommandStatus,
    /// Why not.
    pub reasons: Vec<ReasonLine>,
}

closed_set! {
    /// An account of the general ledger.
    LedgerAccount {
        /// What customers owe.
        Receivable,
        /// Money in the bank.
        Cash,
        /// Customers' money that pays nothing yet.
        UnappliedCash,
        /// Goods sold.
        Revenue,
        /// Freight and the like, sold.
        Charges,
        /// Tax owed.
        Tax,
        /// Early-payment discounts granted.
        Discounts,
        /// Receivables given up.
        WriteOffs,
        /// Restocking fees earned.
        RestockingFees,
        /// Goods on the shelf, at cost.
        Inventory,
        /// Goods that left, at cost.
        CostOfGoods,
    }
}

/// A line of a journal entry; one of the two amounts is zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JournalLine {
    /// The account.
    pub account: LedgerAccount,
    /// Its number in the seller's chart of accounts, where the seller has set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What it is debited.
    pub debit: Amount,
    /// What it is credited.
    pub credit: Amount,
}

/// A balanced entry of the general ledger, for the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Journal {
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

egress! {
    DocumentAck = "document-ack";
    Rejection = "rejection";
    CommandResult = "command-result";
    Journal = "journal";
}
