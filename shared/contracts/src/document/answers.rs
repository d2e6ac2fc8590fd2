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
    /// The status of an accepted document; there is one.
    AckStatus {
        /// The document was accepted and its content is stored.
        Accepted,
    }
}

/// Acknowledges a document that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DocumentAck {
    /// The document's name, as in its subject.
    pub document: String,
    /// The partner's own key for the document.
    pub document_id: Option<DocumentId>,
    /// The document's business key, such as the SKU of an item.
    pub key: String,
    /// The status, always `accepted`.
    pub status: AckStatus,
    /// The parts of the document that were ignored, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<ReasonPath>,
}

impl DocumentAck {
    /// Makes the acknowledgement of a document.
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

/// Refuses a document and says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rejection {
    /// The document's name, as in the subject on which it came.
    pub document: String,
    /// The partner's own key for the document, where it could be read.
    pub document_id: Option<DocumentId>,
    /// The document's business key, where it could be read.
    pub key: Option<String>,
    /// Every reason for the refusal.
    pub reasons: Vec<ReasonPath>,
}

impl Rejection {
    /// Makes the refusal of a document that could be read.
    #[must_use]
    pub fn of<T: super::Ingress>(document: &T, reasons: Vec<ReasonPath>) -> Self {
        Self {
            document: T::DOCUMENT.to_owned(),
            document_id: document.document_id().cloned(),
            key: Some(document.key()),
            reasons,
        }
    }

    /// Makes the refusal of a payload that may be anything.
    #[must_use]
    pub fn of_payload(document: &str, payload: &[u8], reasons: Vec<ReasonPath>) -> Self {
        let (document_id, key) = super::peek(document, payload);
        Self { document: document.to_owned(), document_id, key, reasons }
    }
}

closed_set! {
    /// The status of a command.
    CommandStatus {
        /// The command was carried out, now or by an earlier copy.
        Done,
        /// The command was refused and nothing changed.
        Refused,
    }
}

/// The result of a command, for the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CommandResult {
    /// The operator's id for the command.
    pub command_id: CommandId,
    /// The status of the command.
    pub status: CommandStatus,
    /// Every reason for a refusal; empty if it was carried out.
    pub reasons: Vec<ReasonLine>,
}

closed_set! {
    /// An account of the general ledger.
    LedgerAccount {
        /// Asset: the money that customers owe.
        Receivable,
        /// Asset: the money in the bank.
        Cash,
        /// Liability: customers' cash that is not applied to an invoice.
        UnappliedCash,
        /// Income: goods sold, without tax.
        Revenue,
        /// Income: freight and other charges.
        Charges,
        /// Liability: tax that the seller owes.
        Tax,
        /// Expense: early-payment discounts that customers took.
        Discounts,
        /// Expense: receivables that were written off.
        WriteOffs,
        /// Income: restocking fees kept from returns.
        RestockingFees,
        /// Asset: the goods on hand, at cost.
        Inventory,
        /// Expense: the goods that were dispatched, at cost.
        CostOfGoods,
    }
}

/// A line of a journal entry; one of the two amounts is zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JournalLine {
    /// The general-ledger account that is posted to.
    pub account: LedgerAccount,
    /// The account's number in the seller's chart of accounts, where the seller has set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The debited amount, or zero.
    pub debit: Amount,
    /// The credited amount, or zero.
    pub credit: Amount,
}

/// A balanced general-ledger entry, for the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Journal {
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

egress! {
    DocumentAck = "document-ack";
    Rejection = "rejection", refused if |_rejection| true;
    CommandResult = "command-result", refused if |it| it.status == CommandStatus::Refused;
    Journal = "journal";
}
