//! The command that releases a held order.

use contracts::{
    PoNumber, Reason,
    event::{self, OrderHeld},
};
use mesh::{DatabaseConnection, DbErr};

use super::find::by_po_number;
use crate::domain::{order::Order, record::Record};

/// The command that releases a held order. It names a price where the order is held for one, and the
/// buyer where several used the order's number.
///
/// # Errors
/// When the database fails.
pub(super) async fn next(
    db: &DatabaseConnection,
    order: &Order,
    held: &Record,
) -> Result<Option<String>, DbErr> {
    let held = event::from_json::<OrderHeld>(held.payload.as_bytes()).ok();
    let Some((held, number)) = held.zip(order.po_number.as_ref()) else { return Ok(None) };
    let any = |code| held.data.reasons.iter().any(|reason| reason.code == code);
    // The other order of a possible duplicate may not have been recorded yet.
    let is_shared = any(Reason::PossibleDuplicate) || is_shared(db, number).await?;
    let partner = &held.data.order.partner;
    let buyer = if is_shared { format!(" --buyer {partner}") } else { String::new() };
    let price = match (any(Reason::PriceMismatch), any(Reason::NoPrice)) {
        (true, _) => " --price list (or order)",
        (false, true) => " --price order",
        (false, false) => "",
    };
    let number = quoted(number.as_str());
    Ok(Some(format!("ordermesh release-order {number}{buyer}{price}")))
}

async fn is_shared(db: &DatabaseConnection, number: &PoNumber) -> Result<bool, DbErr> {
    Ok(by_po_number(db, number.as_str()).await?.len() > 1)
}

/// A text as one word of a command line.
fn quoted(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:".contains(character);
    if text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_po_number_is_one_word_of_a_command_line() {
        assert_eq!(quoted("PO-1001"), "PO-1001");
        assert_eq!(quoted("PO 7; rm"), "'PO 7; rm'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
