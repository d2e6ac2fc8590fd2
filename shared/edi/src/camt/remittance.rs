//! What a payment is for, in the payer's words.

use serde::Deserialize;

use super::{Amount, Reason, Word};

/// `RmtInf`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Remittance {
    /// In words.
    #[serde(rename = "Ustrd", default)]
    pub texts: Vec<Word>,
    /// By documents.
    #[serde(rename = "Strd", default)]
    pub structured: Vec<StructuredRemittance>,
}

/// `Strd`: documents, and what is paid of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct StructuredRemittance {
    /// The documents.
    #[serde(rename = "RfrdDocInf", default)]
    pub documents: Vec<NamedDocument>,
    /// What is paid of them, and what is not.
    #[serde(rename = "RfrdDocAmt", default)]
    pub amounts: DocumentAmounts,
    #[serde(rename = "CdtrRefInf", default)]
    creditor: CreditorReference,
}

impl StructuredRemittance {
    /// The reference that the creditor asked to be given; empty where there is none.
    #[must_use]
    pub fn creditor_reference(&self) -> &str {
        &self.creditor.reference
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct CreditorReference {
    #[serde(rename = "Ref", default)]
    reference: Word,
}

/// `RfrdDocInf`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct NamedDocument {
    #[serde(rename = "Tp", default)]
    kind: Kind,
    /// Its number.
    #[serde(rename = "Nb", default)]
    pub number: Word,
}

impl NamedDocument {
    /// What it is, such as `CINV`, a commercial invoice; empty where nothing is said.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.kind.code.word()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Kind {
    #[serde(rename = "CdOrPrtry", default)]
    code: Reason,
}

/// `RfrdDocAmt`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct DocumentAmounts {
    /// What was due.
    #[serde(rename = "DuePyblAmt", default)]
    pub due: Option<Amount>,
    /// Discounts taken.
    #[serde(rename = "DscntApldAmt", default)]
    pub discounts: Vec<Discount>,
    /// Credit taken.
    #[serde(rename = "CdtNoteAmt", default)]
    pub credited: Option<Amount>,
    /// What is kept back, or added.
    #[serde(rename = "AdjstmntAmtAndRsn", default)]
    pub adjustments: Vec<Adjustment>,
    /// What is paid.
    #[serde(rename = "RmtdAmt", default)]
    pub remitted: Option<Amount>,
}

/// `DscntApldAmt`: an amount in early versions, an element with an amount in later ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Discount {
    #[serde(rename = "@Ccy", default)]
    currency: String,
    #[serde(rename = "$text", default)]
    value: Word,
    #[serde(rename = "Amt", default)]
    within: Option<Amount>,
}

impl Discount {
    /// How much.
    #[must_use]
    pub fn amount(&self) -> Amount {
        let own = || Amount { currency: self.currency.clone(), value: self.value.clone() };
        self.within.clone().unwrap_or_else(own)
    }
}

/// `AdjstmntAmtAndRsn`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Adjustment {
    /// How much.
    #[serde(rename = "Amt", default)]
    pub amount: Amount,
    /// `CRDT` takes it off, `DBIT` adds it.
    #[serde(rename = "CdtDbtInd", default)]
    pub side: super::Side,
    /// Why.
    #[serde(rename = "Rsn", default)]
    pub reason: Word,
    /// Why, in words.
    #[serde(rename = "AddtlInf", default)]
    pub words: Word,
}
