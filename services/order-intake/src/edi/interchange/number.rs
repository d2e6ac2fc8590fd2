//! The identity of an interchange.

use contracts::ids::derived;
use edi::x12::Interchange;

/// ISA05, ISA06 and ISA13, which tell a sender's interchanges apart.
#[must_use]
pub fn number(interchange: &Interchange) -> String {
    let header = &interchange.header;
    format!("{}:{}:{}", header.sender.qualifier, header.sender.id, header.control)
}

/// The digest that a repeat is compared by.
#[must_use]
pub fn digest(interchange: &Interchange) -> String {
    derived(&["interchange", &interchange.text]).to_string()
}
