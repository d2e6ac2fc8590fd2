//! The types that every part of an order is made of: texts and numbers with their attributes.

use serde::Deserialize;

/// A text or a number with its optional attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Code {
    /// The list that the code is from.
    #[serde(rename = "@schemeID", default)]
    pub scheme: Option<String>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Code {
    /// Returns the text without surrounding blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Measure {
    /// A code of UN/ECE recommendation 20, or one that the partners agreed on.
    #[serde(rename = "@unitCode", default)]
    pub unit: Option<String>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Measure {
    /// Returns the number without surrounding blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Money {
    #[serde(rename = "@currencyID", default)]
    pub currency: Option<String>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Money {
    /// Returns the number without surrounding blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// `cac:PartyIdentification`, `cac:BuyersItemIdentification` and their like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identification {
    #[serde(rename = "ID", default)]
    pub id: Code,
}

/// `cac:PartyName`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Name {
    #[serde(rename = "Name", default)]
    pub name: Code,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Period {
    #[serde(default)]
    pub start_date: Option<Code>,
    #[serde(default)]
    pub end_date: Option<Code>,
}
