//! Remittance information: the purpose of a payment, as the payer states it.

use serde::Deserialize;

use super::{Amount, Reason, Side, Word};

/// `RmtInf`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Remittance {
    /// Free text.
    #[serde(rename = "Ustrd", default)]
    pub texts: Vec<Word>,
    /// References to documents.
    #[serde(rename = "Strd", default)]
    pub structured: Vec<StructuredRemittance>,
}

/// `Strd`: documents and the amounts paid on them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct StructuredRemittance {
    #[serde(rename = "RfrdDocInf", default)]
    pub documents: Vec<NamedDocument>,
    #[serde(rename = "RfrdDocAmt", default)]
    pub amounts: DocumentAmounts,
    #[serde(rename = "CdtrRefInf", default)]
    creditor: CreditorReference,
}

impl StructuredRemittance {
    /// Returns the reference that the creditor asked the payer to state, empty if there is none.
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
    #[serde(rename = "Nb", default)]
    pub number: Word,
}

impl NamedDocument {
    /// Returns the kind, such as `CINV`, a commercial invoice, empty if there is none.
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
    #[serde(rename = "DuePyblAmt", default)]
    pub due: Option<Amount>,
    #[serde(rename = "DscntApldAmt", default)]
    pub discounts: Vec<Discount>,
    #[serde(rename = "CdtNoteAmt", default)]
    pub credited: Option<Amount>,
    /// Deductions and additions.
    #[serde(rename = "AdjstmntAmtAndRsn", default)]
    pub adjustments: Vec<Adjustment>,
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
    #[must_use]
    pub fn amount(&self) -> Amount {
        let own = || Amount { currency: self.currency.clone(), value: self.value.clone() };
        self.within.clone().unwrap_or_else(own)
    }
}

/// `AdjstmntAmtAndRsn`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Adjustment {
    #[serde(rename = "Amt", default)]
    pub amount: Amount,
    /// A credit reduces the payment, a debit increases it.
    #[serde(rename = "CdtDbtInd", default)]
    pub side: Side,
    #[serde(rename = "Rsn", default)]
    pub reason: Word,
    /// The reason in words.
    #[serde(rename = "AddtlInf", default)]
    pub words: Word,
}
