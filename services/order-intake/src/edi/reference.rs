//! What an order's own document said and the order does not: it is echoed in the answers.

use contracts::{document::ItemCode, partner::Format};
use edi::ubl::ResponseParty;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How an order came, and how its sender calls its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The format that it came in.
    pub format: Format,
    /// ISA15: a test is answered as a test.
    #[serde(default)]
    pub usage: String,
    /// The day of the order, as its document says.
    #[serde(default)]
    pub order_date: Option<Date>,
    /// BEG04.
    #[serde(default)]
    pub release: String,
    /// Its lines.
    #[serde(default)]
    pub lines: Vec<LineReference>,
    /// What a UBL answer repeats.
    #[serde(default)]
    pub ubl: Option<UblReference>,
}

/// How the sender calls a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReference {
    /// The line's number here.
    pub line: u32,
    /// Its id there.
    pub id: String,
    /// The unit as sent.
    #[serde(default)]
    pub uom: String,
    /// The item's codes as sent.
    #[serde(default)]
    pub codes: Vec<ItemCode>,
    /// The item's name as sent.
    #[serde(default)]
    pub name: String,
}

/// What a UBL answer repeats of its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UblReference {
    /// `CustomizationID`.
    pub customization: Option<String>,
    /// `ProfileID`.
    pub profile: Option<String>,
    /// Who sells.
    pub seller: ResponseParty,
    /// Who buys.
    pub buyer: ResponseParty,
}

impl Reference {
    /// A document of a format of which nothing more is known.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            usage: String::new(),
            order_date: None,
            release: String::new(),
            lines: Vec::new(),
            ubl: None,
        }
    }

    /// How the sender calls a line.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&LineReference> {
        self.lines.iter().find(|line| line.line == number)
    }

    /// The number here of the line that the sender calls `id`.
    #[must_use]
    pub fn number_of(&self, id: &str) -> Option<u32> {
        self.lines.iter().find(|line| line.id == id).map(|line| line.line)
    }
}
