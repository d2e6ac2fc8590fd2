//! Notifications: an account and the entries booked on it.

use serde::Deserialize;

use super::{Account, Amount, BankCode, Detail, Side, Word};

/// `BkToCstmrDbtCdtNtfctn`: the message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notifications {
    #[serde(rename = "GrpHdr")]
    pub header: Header,
    /// One per account.
    #[serde(rename = "Ntfctn")]
    pub notifications: Vec<Notification>,
}

/// `GrpHdr`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// The bank's id of the message.
    #[serde(rename = "MsgId", default)]
    pub id: Word,
    #[serde(rename = "MsgPgntn", default)]
    pub page: Page,
}

/// The part of a message or a notification that is sent in several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Page {
    /// Empty where there is only one page.
    #[serde(rename = "PgNb", default)]
    pub number: Word,
}

/// `Ntfctn`: the entries of one account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notification {
    /// The bank's id of the notification.
    #[serde(rename = "Id", default)]
    pub id: Word,
    #[serde(rename = "NtfctnPgntn", default)]
    pub page: Page,
    #[serde(rename = "CreDtTm", default)]
    pub created: Word,
    #[serde(rename = "Acct", default)]
    pub account: Account,
    #[serde(rename = "Ntry", default)]
    pub entries: Vec<Entry>,
}

/// `Ntry`: one booking, which may stand for several payments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The entry's number within the account's notifications.
    #[serde(rename = "NtryRef", default)]
    pub reference: Word,
    /// An unsigned amount; `side` gives the direction.
    #[serde(rename = "Amt", default)]
    pub amount: Amount,
    #[serde(rename = "CdtDbtInd", default)]
    pub side: Side,
    /// `true` for an entry that reverses another one, booked on the opposite side.
    #[serde(rename = "RvslInd", default)]
    pub reversal: Word,
    #[serde(rename = "Sts", default)]
    pub status: Status,
    #[serde(rename = "BookgDt", default)]
    pub booked: Day,
    #[serde(rename = "ValDt", default)]
    pub value: Day,
    /// The bank's own id of the entry.
    #[serde(rename = "AcctSvcrRef", default)]
    pub servicer_reference: Word,
    #[serde(rename = "BkTxCd", default)]
    pub code: BankCode,
    #[serde(rename = "NtryDtls", default)]
    details: Vec<EntryDetails>,
}

impl Entry {
    /// Returns true if the entry reverses another.
    #[must_use]
    pub fn is_reversal(&self) -> bool {
        matches!(&*self.reversal, "true" | "1")
    }

    /// Returns the payments that make up the entry.
    pub fn details(&self) -> impl Iterator<Item = &Detail> {
        self.details.iter().flat_map(|of_batch| &of_batch.transactions)
    }
}

/// `NtryDtls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct EntryDetails {
    #[serde(rename = "TxDtls", default)]
    transactions: Vec<Detail>,
}

/// `Sts`: a text in early versions, an element with a code in later ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Status {
    #[serde(rename = "$text", default)]
    text: Word,
    #[serde(rename = "Cd", default)]
    code: Word,
    #[serde(rename = "Prtry", default)]
    own: Word,
}

impl Status {
    /// Returns the status, such as `BOOK`, empty if there is none.
    #[must_use]
    pub fn word(&self) -> &str {
        [&*self.text, &*self.code, &*self.own].into_iter().find(|it| !it.is_empty()).unwrap_or("")
    }
}

/// A date, or a date with a time of day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Day {
    #[serde(rename = "Dt", default)]
    date: Word,
    #[serde(rename = "DtTm", default)]
    moment: Word,
}

impl Day {
    /// Returns the date as the bank writes it, in the bank's time zone, empty if there is none.
    #[must_use]
    pub fn day(&self) -> &str {
        if self.date.is_empty() { &self.moment } else { &self.date }
    }
}
