//! ISO 20022: reads the bank's debit and credit notification, camt.054.
//!
//! Versions 02 and later put names and statuses in different places. All are read into one shape.

mod basic;
mod detail;
mod notification;
mod party;
mod remittance;
#[cfg(test)]
mod tests;

use serde::Deserialize;

pub use basic::{Amount, BankCode, Reason, Side, Word};
pub use detail::{Detail, Details, References, Return};
pub use notification::{
    Day, Entry, EntryDetails, Header, Notification, Notifications, Page, Status,
};
pub use party::{Account, Party};
pub use remittance::{
    Adjustment, Discount, DocumentAmounts, NamedDocument, Remittance, StructuredRemittance,
};

use crate::xml::{self, XmlError};

/// The common prefix of the namespaces of ISO 20022's messages.
pub const ISO_20022: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// The reason a payload is not read as a notification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotANotification {
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// The root element is not that of a camt.054.
    #[error("`{name}` of the namespace `{namespace}` is no camt.054 of version 02 or later")]
    Other { name: String, namespace: String },
    /// An element is missing or malformed.
    #[error("{message}")]
    Invalid {
        /// The element, such as `BkToCstmrDbtCdtNtfctn.Ntfctn[0]`.
        path: String,
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
/// Returns [`NotANotification`] if the payload is anything else.
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

/// Version 01 says less about a payment, and no bank sends it.
fn is_read(namespace: &str) -> bool {
    let version = namespace.strip_prefix(ISO_20022).and_then(|it| it.strip_prefix("camt.054.001."));
    let digits = |text: &&str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    version.filter(digits).is_some_and(|version| version >= "02")
}
