//! The types that every part of a notification is made of.

use std::ops::Deref;

use serde::{Deserialize, Deserializer};

/// A text without surrounding blanks, empty where the element is absent.
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

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Amount {
    #[serde(rename = "@Ccy", default)]
    pub currency: String,
    /// The number as written.
    #[serde(rename = "$text", default)]
    pub value: Word,
}

/// The direction of a booking on the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Side {
    /// Money came in.
    #[serde(rename = "CRDT")]
    Credit,
    /// Money went out.
    #[serde(rename = "DBIT")]
    Debit,
    /// The element is absent.
    #[default]
    #[serde(skip)]
    Unsaid,
}

/// A reason, by a code or in the bank's own words.
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
    /// Returns the code, else the words, else an empty text.
    #[must_use]
    pub fn word(&self) -> &str {
        [&*self.code, &*self.own, &*self.text].into_iter().find(|it| !it.is_empty()).unwrap_or("")
    }
}

/// `BkTxCd`: the kind of business, in ISO 20022's codes.
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
    /// Returns the family, such as `RCDT`, received credit transfers.
    #[must_use]
    pub fn family(&self) -> &str {
        &self.domain.family.code
    }

    /// Returns the kind within the family, such as `UPCQ`, an unpaid cheque.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.domain.family.sub
    }
}
