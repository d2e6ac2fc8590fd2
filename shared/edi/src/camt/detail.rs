//! One payment of an entry: the payer, the references and the purpose.

use serde::Deserialize;

use super::{Account, Amount, BankCode, Party, Reason, Remittance, Side, Word};

/// `TxDtls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Detail {
    #[serde(rename = "Refs", default)]
    pub references: References,
    /// Absent in early versions, which state it in `AmtDtls`.
    #[serde(rename = "Amt", default)]
    amount: Option<Amount>,
    #[serde(rename = "CdtDbtInd", default)]
    pub side: Side,
    #[serde(rename = "AmtDtls", default)]
    amounts: Details,
    #[serde(rename = "BkTxCd", default)]
    pub code: BankCode,
    #[serde(rename = "RltdPties", default)]
    parties: Parties,
    #[serde(rename = "RmtInf", default)]
    pub remittance: Remittance,
    /// Present if this payment returns an earlier one.
    #[serde(rename = "RtrInf", default)]
    pub returned: Option<Return>,
}

impl Detail {
    /// Returns the amount in this currency, if the bank states one.
    #[must_use]
    pub fn amount_in(&self, currency: &str) -> Option<&Amount> {
        let within = [&self.amounts.transaction, &self.amounts.countervalue];
        let within = within.into_iter().flatten().map(|holder| &holder.amount);
        self.amount.iter().chain(within).find(|amount| amount.currency == currency)
    }

    /// Returns the debtor and the party on whose behalf it pays.
    pub fn debtors(&self) -> impl Iterator<Item = &Party> {
        [&self.parties.debtor, &self.parties.ultimate_debtor].into_iter()
    }

    #[must_use]
    pub fn debtor_account(&self) -> &Account {
        &self.parties.debtor_account
    }
}

/// `AmtDtls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Details {
    #[serde(rename = "TxAmt", default)]
    transaction: Option<AmountHolder>,
    #[serde(rename = "CntrValAmt", default)]
    countervalue: Option<AmountHolder>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct AmountHolder {
    #[serde(rename = "Amt", default)]
    amount: Amount,
}

/// `Refs`: the ids of a payment, by issuer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct References {
    /// Issued by the bank that notifies.
    #[serde(rename = "AcctSvcrRef", default)]
    pub servicer: Word,
    /// Issued by the party that instructed the payment.
    #[serde(rename = "InstrId", default)]
    pub instruction: Word,
    /// Issued by the payer.
    #[serde(rename = "EndToEndId", default)]
    pub end_to_end: Word,
    /// Shared by all banks along the way.
    #[serde(rename = "UETR", default)]
    pub uetr: Word,
    /// Issued by the payer's bank.
    #[serde(rename = "TxId", default)]
    pub transaction: Word,
    /// The number of a cheque.
    #[serde(rename = "ChqNb", default)]
    pub cheque: Word,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Parties {
    #[serde(rename = "Dbtr", default)]
    debtor: Party,
    #[serde(rename = "DbtrAcct", default)]
    debtor_account: Account,
    #[serde(rename = "UltmtDbtr", default)]
    ultimate_debtor: Party,
}

/// `RtrInf`: the reason for a return.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Return {
    #[serde(rename = "Rsn", default)]
    pub reason: Reason,
    /// The reason in words.
    #[serde(rename = "AddtlInf", default)]
    pub words: Vec<Word>,
}
