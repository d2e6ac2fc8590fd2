//! A notification: an account, and the entries that were made on it.

use std::ops::Deref;

use serde::{Deserialize, Deserializer};

use super::{Account, Detail};

/// A text, without blanks around it; empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.trim().to_owned()))
    }
}

impl Deref for Word {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// An amount with its currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Amount {
    /// The currency.
    #[serde(rename = "@Ccy", default)]
    pub currency: String,
    /// The number, as written.
    #[serde(rename = "$text", default)]
    pub value: Word,
}

/// `BkToCstmrDbtCdtNtfctn`: the message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notifications {
    /// Its header.
    #[serde(rename = "GrpHdr")]
    pub header: Header,
    /// What it notifies of, one per account.
    #[serde(rename = "Ntfctn")]
    pub notifications: Vec<Notification>,
}

/// `GrpHdr`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// The bank's id of the message.
    #[serde(rename = "MsgId", default)]
    pub id: Word,
    /// Which part of it this is.
    #[serde(rename = "MsgPgntn", default)]
    pub page: Page,
}

/// Which part of several this is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Page {
    /// Its number; empty where there is but one.
    #[serde(rename = "PgNb", default)]
    pub number: Word,
}

/// `Ntfctn`: what happened on one account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notification {
    /// The bank's id of the notification.
    #[serde(rename = "Id", default)]
    pub id: Word,
    /// Which part of it this is.
    #[serde(rename = "NtfctnPgntn", default)]
    pub page: Page,
    /// When it was made.
    #[serde(rename = "CreDtTm", default)]
    pub created: Word,
    /// The account.
    #[serde(rename = "Acct", default)]
    pub account: Account,
    /// Its entries.
    #[serde(rename = "Ntry", default)]
    pub entries: Vec<Entry>,
}

/// `Ntry`: one booking, which may stand for several payments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Its number within the account's notifications.
    #[serde(rename = "NtryRef", default)]
    pub reference: Word,
    /// How much, whatever happened.
    #[serde(rename = "Amt", default)]
    pub amount: Amount,
    /// Whether money came or went.
    #[serde(rename = "CdtDbtInd", default)]
    pub side: Side,
    /// Whether it takes another entry back; that one was of the other side.
    #[serde(rename = "RvslInd", default)]
    pub reversal: Word,
    /// Whether it is booked.
    #[serde(rename = "Sts", default)]
    pub status: Status,
    /// The day of booking.
    #[serde(rename = "BookgDt", default)]
    pub booked: Day,
    /// The day of value.
    #[serde(rename = "ValDt", default)]
    pub value: Day,
    /// The bank's own id of it.
    #[serde(rename = "AcctSvcrRef", default)]
    pub servicer_reference: Word,
    /// What kind of business it is.
    #[serde(rename = "BkTxCd", default)]
    pub code: BankCode,
    /// What it is made of.
    #[serde(rename = "NtryDtls", default)]
    details: Vec<EntryDetails>,
}

impl Entry {
    /// Whether it takes another entry back.
    #[must_use]
    pub fn is_reversal(&self) -> bool {
        matches!(&*self.reversal, "true" | "1")
    }

    /// What it is made of.
    pub fn details(&self) -> impl Iterator<Item = &Detail> {
        self.details.iter().flat_map(|of_batch| &of_batch.transactions)
    }
}

/// Whether money came or went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Side {
    /// It came.
    #[serde(rename = "CRDT")]
    Credit,
    /// It went.
    #[serde(rename = "DBIT")]
    Debit,
    /// It does not say.
    #[default]
    #[serde(skip)]
    Unsaid,
}

/// `NtryDtls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct EntryDetails {
    /// Its payments.
    #[serde(rename = "TxDtls", default)]
    transactions: Vec<Detail>,
}

/// `Sts`: a word in early versions, an element with a word in later ones.
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
    /// The word, such as `BOOK`; empty where there is none.
    #[must_use]
    pub fn word(&self) -> &str {
        [&*self.text, &*self.code, &*self.own].into_iter().find(|it| !it.is_empty()).unwrap_or("")
    }
}

/// A day, or a moment of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Day {
    #[serde(rename = "Dt", default)]
    date: Word,
    #[serde(rename = "DtTm", default)]
    moment: Word,
}

impl Day {
    /// The day as the bank writes it, in its own time; empty where there is none.
    #[must_use]
    pub fn day(&self) -> &str {
        if self.date.is_empty() { &self.moment } else { &self.date }
    }
}

/// `BkTxCd`: the kind of business, as ISO 20022 or the bank calls it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct BankCode {
    #[serde(rename = "Domn", default)]
    domain: Domain,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Domain {
    #[serde(rename = "Fmly", default)]
    family: Family,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Family {
    #[serde(rename = "Cd", default)]
    code: Word,
    #[serde(rename = "SubFmlyCd", default)]
    sub: Word,
}

impl BankCode {
    /// The family, such as `RCDT`, received credit transfers.
    #[must_use]
    pub fn family(&self) -> &str {
        &self.domain.family.code
    }

    /// The kind within the family, such as `UPCQ`, an unpaid cheque.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.domain.family.sub
    }
}
