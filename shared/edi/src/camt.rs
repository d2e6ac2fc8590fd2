//! ISO 20022: the bank-to-customer debit and credit notification, camt.054, read.
//!
//! What a bank says of money that came or went. Versions .02 and later differ in where they put a
//! name or a status; they are read into one shape.

mod detail;
mod notification;
mod remittance;
#[cfg(test)]
mod tests;

use serde::Deserialize;

pub use detail::{Account, Detail, Details, Party, Reason, References, Return};
pub use notification::{
    Amount, BankCode, Day, Entry, EntryDetails, Header, Notification, Notifications, Page, Side,
    Status, Word,
};
pub use remittance::{
    Adjustment, Discount, DocumentAmounts, NamedDocument, Remittance, StructuredRemittance,
};

use crate::xml::{self, XmlError};

/// What the namespaces of ISO 20022's messages begin with.
pub const ISO_20022: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// Why a payload is no notification that is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotANotification {
    /// No XML that is read.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Another document.
    #[error("`{name}` of the namespace `{namespace}` is no camt.054 of version 02 or later")]
    Other {
        /// The root's name.
        name: String,
        /// The root's namespace.
        namespace: String,
    },
    /// An element is missing, or not what it should be.
    #[error("{message}")]
    Invalid {
        /// Where, such as `BkToCstmrDbtCdtNtfctn.Ntfctn[0]`.
        path: String,
        /// Why.
        message: String,
    },
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "BkToCstmrDbtCdtNtfctn")]
    message: Notifications,
}

/// Reads a camt.054 of version 02 or later.
///
/// # Errors
/// When it is none.
pub fn read_notifications(payload: &[u8]) -> Result<Notifications, NotANotification> {
    let text = xml::trusted(payload)?;
    let (namespace, name) = xml::root(text).unwrap_or_default();
    if name != "Document" || !is_read(&namespace) {
        return Err(NotANotification::Other { name, namespace });
    }
    let document: Result<Document, _> = xml::parsed(text);
    document
        .map(|document| document.message)
        .map_err(|xml::Misread { path, message }| NotANotification::Invalid { path, message })
}

/// Version 01 said less of a payment, and no bank sends it.
fn is_read(namespace: &str) -> bool {
    let version = namespace.strip_prefix(ISO_20022).and_then(|it| it.strip_prefix("camt.054.001."));
    let digits = |text: &&str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    version.filter(digits).is_some_and(|version| version >= "02")
}
