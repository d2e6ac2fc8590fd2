//! The entries of a notification, read.

mod back;
mod came;
mod reader;

use contracts::{Reason, ReasonPath};
use edi::camt::{Detail, Notifications, Side};

use self::reader::Reader;
use super::{notification::Notification, rows::MAX_ENTRIES};

/// The notification that a message of a bank is.
#[must_use]
pub fn read(message: &Notifications) -> Notification {
    let id = message.header.id.chars().take(contracts::ids::MAX_CHARS).collect();
    let mut told = Notification { id, ..Notification::default() };
    for (place, notification) in message.notifications.iter().enumerate() {
        for (entry_number, entry) in notification.entries.iter().enumerate() {
            let path = format!("Ntfctn[{place}].Ntry[{entry_number}]");
            let page = [&*message.header.page.number, &*notification.page.number];
            read_entry(Reader { page, notification, entry, entry_number, path, told: &mut told });
        }
    }
    if told.entries.len() > MAX_ENTRIES {
        let text = format!("more than {MAX_ENTRIES} payments");
        told.wrong.push(ReasonPath::new(Reason::TooLarge, text));
    }
    told
}

fn read_entry(mut reader: Reader<'_>) {
    let path = reader.path.clone();
    match reader.entry.status.word() {
        "BOOK" => {}
        "" => return reader.wrong("Sts", Reason::MissingField, "an entry has a status"),
        other => {
            let text = format!("an entry that is `{other}` may still change; it is taken booked");
            return reader.note(&path, Reason::NotBooked, text);
        }
    }
    let Some(amount) = reader.amount() else { return };
    if amount.minor == 0 {
        return reader.note(&path, Reason::NotACustomersPayment, "an entry of no amount");
    }
    let details: Vec<&Detail> = reader.entry.details().take(MAX_ENTRIES + 1).collect();
    if details.len() > MAX_ENTRIES {
        let text = format!("more than {MAX_ENTRIES} payments");
        return reader.wrong("NtryDtls", Reason::TooLarge, text);
    }
    match reader.entry.side {
        Side::Credit => came::read(reader, amount, &details),
        Side::Debit => back::read(reader, amount, &details),
        Side::Unsaid => {
            reader.wrong("CdtDbtInd", Reason::MissingField, "an entry is a credit or a debit");
        }
    }
}
