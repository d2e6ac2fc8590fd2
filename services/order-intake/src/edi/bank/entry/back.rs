//! Reversals: debits by which a bank takes back money that it gave before.

use contracts::{Money, Reason, ReversalId};
use edi::camt::{self, Detail};

use super::reader::{Reader, gives_back, is_return, money};
use crate::edi::bank::{
    identity::Place,
    notification::{Entry, Reversal},
};

/// The longest reason of a return.
const MAX_REASON: usize = 200;

/// Reads the payments of an entry.
pub fn read<'a>(reader: Reader<'a>, amount: Money, details: &[&'a Detail]) {
    reader.went(amount, details);
}

impl<'a> Reader<'a> {
    fn went(mut self, amount: Money, details: &[&'a Detail]) {
        let whole = self.entry.is_reversal() || is_return(&self.entry.code);
        let back = |detail: &Detail| whole || gives_back(detail);
        let path = self.path.clone();
        let other = "money that went out; it gives no payment back";
        if !whole && !details.iter().any(|detail| back(detail)) {
            return self.note(&path, Reason::NotACustomersPayment, other);
        }
        if details.len() < 2 {
            let place = self.place(details.first().copied(), None, details);
            return self.back(place, path, amount);
        }
        for (index, detail) in details.iter().enumerate() {
            let path = format!("{}.TxDtls[{index}]", self.path);
            let own = detail.amount_in(amount.currency.as_str()).map(money);
            match (back(detail), own) {
                (false, _) => self.note(&path, Reason::NotACustomersPayment, other),
                (true, Some(Ok(own))) => {
                    let place = self.place(Some(detail), Some(index + 1), details);
                    self.back(place, path, own);
                }
                (true, None | Some(Err(_))) => {
                    let element = format!("TxDtls[{index}].Amt");
                    self.wrong(&element, Reason::MissingField, "how much of the entry is its own");
                }
            }
        }
    }

    fn back(&mut self, place: Place<'a>, path: String, amount: Money) {
        let Ok(reversal_id) = ReversalId::new(place.id().as_str()) else { return };
        let (names, reason) = (place.names(), reason(place.entry, place.detail));
        self.told.entries.push(Entry::Reversal(Reversal {
            path,
            reversal_id,
            names,
            amount,
            reason,
        }));
    }
}

/// The reason for which a bank takes money back.
fn reason(entry: &camt::Entry, detail: Option<&Detail>) -> String {
    let returned = detail.and_then(|detail| detail.returned.as_ref());
    let code = returned.map_or("", |it| it.reason.word());
    let words = returned.iter().flat_map(|it| &it.words).map(|word| &**word);
    let said: Vec<&str> = std::iter::once(code).chain(words).filter(|it| !it.is_empty()).collect();
    let said = said.join(" ");
    let kinds = [&*said, detail.map_or("", |detail| detail.code.kind()), entry.code.kind()];
    let said = kinds.into_iter().find(|it| !it.is_empty()).unwrap_or("reversed by the bank");
    said.chars().take(MAX_REASON).collect()
}
