//! The payload of a notification, read.

use contracts::{
    Reason,
    document::{Faults, Unreadable},
};
use edi::{XmlError, camt};

use super::{entry, notification::Notification};

/// Reads a notification.
///
/// # Errors
/// When the payload is none.
pub fn read(payload: &[u8]) -> Result<Notification, Faults> {
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
    Ok(entry::read(&message))
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
