//! What every part of an order is made of: texts and numbers with their attributes.

use serde::Deserialize;

/// A text or a number, with the attributes that it may have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Code {
    /// Whose code it is.
    #[serde(rename = "@schemeID", default)]
    pub scheme: Option<String>,
    /// The text.
    #[serde(rename = "$text", default)]
    text: String,
}

impl Code {
    /// The text, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// A quantity with its unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Measure {
    /// The unit, of UN/ECE recommendation 20 or the partners' own.
    #[serde(rename = "@unitCode", default)]
    pub unit: Option<String>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Measure {
    /// The number, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// An amount with its currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Money {
    /// The currency.
    #[serde(rename = "@currencyID", default)]
    pub currency: Option<String>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Money {
    /// The number, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// `cac:PartyIdentification`, `cac:BuyersItemIdentification` and their like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identification {
    /// The id.
    #[serde(rename = "ID", default)]
    pub id: Code,
}

/// `cac:PartyName`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Name {
    /// The name.
    #[serde(rename = "Name", default)]
    pub name: Code,
}
