//! The parts of an order's own document that the order does not say: they are echoed in the answers.

use contracts::{document::ItemCode, partner::Format};
use edi::ubl::ResponseParty;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The format of an order, and its sender's names of its parts.
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
    /// BEG04: the number of a release.
    #[serde(default)]
    pub release: String,
    #[serde(default)]
    pub lines: Vec<LineReference>,
    #[serde(default)]
    pub ubl: Option<UblReference>,
}

/// The sender's names of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReference {
    /// The number of the line here.
    pub line: u32,
    /// The sender's id of the line.
    pub id: String,
    #[serde(default)]
    pub uom: String,
    /// The item's codes as sent.
    #[serde(default)]
    pub codes: Vec<ItemCode>,
    /// The item's name as sent.
    #[serde(default)]
    pub name: String,
}

/// The parts of a UBL order that its answer repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UblReference {
    pub customization: Option<String>,
    pub profile: Option<String>,
    pub seller: ResponseParty,
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

    /// The sender's names of a line.
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
