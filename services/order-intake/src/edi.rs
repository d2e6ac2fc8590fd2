//! Documents in X12, UBL and ISO 20022: what they mean, and how they are answered.
//!
//! `purchase_order`, `change_order`, `remittance_advice` and `ubl_order` read; `acknowledgement` and
//! `ubl_response` write; all of them are about one document and know nothing of the service.
//! `receive` decides a delivery, `bank` a bank's notification, `answer` says every acknowledgement
//! in the formats that its partner wants.

mod acknowledgement;
mod answer;
pub mod bank;
mod change_order;
pub mod items;
mod parties;
mod purchase_order;
mod receive;
pub mod reference;
mod remittance_advice;
mod resolve;
pub mod rows;
pub mod store;
#[cfg(test)]
mod tests;
mod ubl_order;
mod ubl_response;

use contracts::{Reason, document::Unreadable};
use edi::{XmlError, camt, ubl, x12};

pub use answer::in_every_format;
pub use receive::{interchanges, ubl_order as order};
pub use resolve::{index, resolved};

/// Reads an X12 payload.
///
/// # Errors
/// When it is no interchange: nobody could be answered in X12.
pub fn read_x12(payload: &[u8]) -> Result<Vec<x12::Interchange>, Unreadable> {
    x12::read(payload).map_err(|error| {
        let code = match error {
            x12::NotX12::TooLarge(_) => Reason::TooLarge,
            x12::NotX12::NoHeader | x12::NotX12::ShortHeader(_) | x12::NotX12::Delimiters => {
                Reason::NotX12
            }
        };
        Unreadable { code, path: String::new(), message: error.to_string() }
    })
}

/// Reads a UBL Order.
///
/// # Errors
/// When it is none.
pub fn read_ubl(payload: &[u8]) -> Result<ubl::Order, Unreadable> {
    ubl::read_order(payload).map_err(|error| {
        let message = error.to_string();
        let (code, path) = match error {
            ubl::NotAnOrder::Xml(XmlError::TooLarge(_)) => (Reason::TooLarge, String::new()),
            ubl::NotAnOrder::Other { namespace, .. } if namespace.starts_with(UBL) => {
                (Reason::NotSupported, String::new())
            }
            ubl::NotAnOrder::Xml(_) | ubl::NotAnOrder::Other { .. } => {
                (Reason::NotUbl, String::new())
            }
            ubl::NotAnOrder::Invalid { path, .. } if message.contains("missing field") => {
                (Reason::MissingField, path)
            }
            ubl::NotAnOrder::Invalid { path, .. } => (Reason::InvalidValue, path),
        };
        Unreadable { code, path, message }
    })
}

/// Reads a bank's notification.
///
/// # Errors
/// When it is none.
pub fn read_camt(payload: &[u8]) -> Result<bank::Told, Unreadable> {
    let message = camt::read_notifications(payload).map_err(|error| {
        let message = error.to_string();
        let whole = |code, message| Unreadable { code, path: String::new(), message };
        match error {
            camt::NotANotification::Xml(XmlError::TooLarge(_)) => whole(Reason::TooLarge, message),
            camt::NotANotification::Xml(_) => whole(Reason::NotCamt, message),
            camt::NotANotification::Other { namespace, .. } => {
                let (code, message) = not_read(&namespace, message);
                whole(code, message)
            }
            camt::NotANotification::Invalid { path, .. } if message.contains("missing field") => {
                Unreadable { code: Reason::MissingField, path, message }
            }
            camt::NotANotification::Invalid { path, .. } => {
                Unreadable { code: Reason::InvalidValue, path, message }
            }
        }
    })?;
    Ok(bank::read(&message))
}

/// Reports and statements repeat what notifications tell, and not always by the same references:
/// cash that is taken from both is taken twice.
fn not_read(namespace: &str, message: String) -> (Reason, String) {
    let Some(name) = namespace.strip_prefix(camt::ISO_20022) else {
        return (Reason::NotCamt, message);
    };
    let again = match name.get(..8) {
        Some("camt.052") => {
            "a report within the day repeats what notifications tell and may change"
        }
        Some("camt.053") => "a statement repeats what notifications tell",
        _ => return (Reason::NotSupported, message),
    };
    let text = format!("{name}: {again}; cash would be taken twice. Send camt.054");
    (Reason::NotSupported, text)
}

/// What the namespaces of UBL's documents begin with.
const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd:";
