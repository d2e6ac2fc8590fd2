//! One payment of an entry: who paid, under which references, and what for.

use serde::Deserialize;

use super::{Amount, BankCode, Remittance, Side, Word};

/// `TxDtls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Detail {
    /// What it is called, by whom.
    #[serde(rename = "Refs", default)]
    pub references: References,
    /// How much; in early versions among the details of the amount.
    #[serde(rename = "Amt", default)]
    amount: Option<Amount>,
    /// Whether money came or went.
    #[serde(rename = "CdtDbtInd", default)]
    pub side: Side,
    #[serde(rename = "AmtDtls", default)]
    amounts: Details,
    /// What kind of business it is.
    #[serde(rename = "BkTxCd", default)]
    pub code: BankCode,
    #[serde(rename = "RltdPties", default)]
    parties: Parties,
    /// What it is for.
    #[serde(rename = "RmtInf", default)]
    pub remittance: Remittance,
    /// What it gives back, where it does.
    #[serde(rename = "RtrInf", default)]
    pub returned: Option<Return>,
}

impl Detail {
    /// How much, in this currency; none where it is said in others alone.
    #[must_use]
    pub fn amount_in(&self, currency: &str) -> Option<&Amount> {
        let within = [&self.amounts.transaction, &self.amounts.countervalue];
        let within = within.into_iter().flatten().map(|holder| &holder.amount);
        self.amount.iter().chain(within).find(|amount| amount.currency == currency)
    }

    /// Who paid, and for whom.
    pub fn debtors(&self) -> impl Iterator<Item = &Party> {
        [&self.parties.debtor, &self.parties.ultimate_debtor].into_iter()
    }

    /// From which account.
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

/// `Refs`: what a payment is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct References {
    /// By the bank that notifies.
    #[serde(rename = "AcctSvcrRef", default)]
    pub servicer: Word,
    /// By whoever instructed it.
    #[serde(rename = "InstrId", default)]
    pub instruction: Word,
    /// By the payer.
    #[serde(rename = "EndToEndId", default)]
    pub end_to_end: Word,
    /// By all banks.
    #[serde(rename = "UETR", default)]
    pub uetr: Word,
    /// By the payer's bank.
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

/// Somebody; in later versions a party within it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Party {
    #[serde(rename = "Nm", default)]
    name: Word,
    #[serde(rename = "Id", default)]
    id: PartyId,
    #[serde(rename = "Pty", default)]
    within: Option<Box<Party>>,
}

impl Party {
    fn inner(&self) -> &Self {
        self.within.as_deref().unwrap_or(self)
    }

    /// What it is called; empty where nothing is said.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner().name
    }

    /// The ids of it, whoever gave them.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let PartyId { organisation, person } = &self.inner().id;
        [organisation, person].into_iter().flatten().flat_map(Ids::all)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct PartyId {
    #[serde(rename = "OrgId", default)]
    organisation: Option<Ids>,
    #[serde(rename = "PrvtId", default)]
    person: Option<Ids>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Ids {
    #[serde(rename = "LEI", default)]
    lei: Word,
    #[serde(rename = "Othr", default)]
    others: Vec<OtherId>,
}

impl Ids {
    fn all(&self) -> impl Iterator<Item = &str> {
        let others = self.others.iter().map(|other| &*other.id);
        std::iter::once(&*self.lei).chain(others).filter(|id| !id.is_empty())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct OtherId {
    #[serde(rename = "Id", default)]
    id: Word,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Account {
    #[serde(rename = "Id", default)]
    id: AccountId,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct AccountId {
    #[serde(rename = "IBAN", default)]
    iban: Word,
    #[serde(rename = "Othr", default)]
    other: OtherId,
}

impl Account {
    /// Its IBAN, else the number that its bank gave it; empty where nothing is said.
    #[must_use]
    pub fn number(&self) -> &str {
        if self.id.iban.is_empty() { &self.id.other.id } else { &self.id.iban }
    }
}

/// `RtrInf`: why money goes back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Return {
    /// Why.
    #[serde(rename = "Rsn", default)]
    pub reason: Reason,
    /// Why, in words.
    #[serde(rename = "AddtlInf", default)]
    pub words: Vec<Word>,
}

/// A reason, by a code or in a bank's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Reason {
    #[serde(rename = "$text", default)]
    text: Word,
    #[serde(rename = "Cd", default)]
    code: Word,
    #[serde(rename = "Prtry", default)]
    own: Word,
}

impl Reason {
    /// The code, or the words; empty where nothing is said.
    #[must_use]
    pub fn word(&self) -> &str {
        [&*self.code, &*self.own, &*self.text].into_iter().find(|it| !it.is_empty()).unwrap_or("")
    }
}
