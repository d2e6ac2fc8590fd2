//! Credits, and the payments that they are made of.

use contracts::{Money, Reason, document::Payment};
use edi::camt::{self, Detail, Side};
use jiff::civil::Date;

use super::reader::{Reader, gives_back, is_return, money};
use crate::edi::bank::{
    identity::Place,
    notification::{Credit, Entry},
    remittance,
};

/// The most words of a remittance that are looked up.
const MAX_WORDS: usize = 32;
/// The note on money that is no customer's: the seller paid it before.
const CAME_BACK: &str = "money that went out and came back";

/// Reads the payments of an entry.
pub fn read<'a>(reader: Reader<'a>, amount: Money, details: &[&'a Detail]) {
    reader.came(amount, details);
}

impl<'a> Reader<'a> {
    fn came(mut self, amount: Money, details: &[&'a Detail]) {
        let path = self.path.clone();
        let all_back = !details.is_empty() && details.iter().all(|detail| gives_back(detail));
        if self.entry.is_reversal() || is_return(&self.entry.code) || all_back {
            return self.note(&path, Reason::NotACustomersPayment, CAME_BACK);
        }
        let parts = match details {
            [] => vec![(None, amount)],
            [only] => vec![(Some(*only), amount)],
            several => parts(several, amount).unwrap_or_else(|| {
                let text = "its payments do not add up to it; it is taken as one";
                self.note(&path, Reason::TotalMismatch, text);
                vec![(None, amount)]
            }),
        };
        let several = parts.len() > 1;
        for (index, (detail, amount)) in parts.into_iter().enumerate() {
            let number = several.then_some(index + 1);
            if detail.is_some_and(gives_back) {
                let path = self.path_of(number);
                self.note(&path, Reason::NotACustomersPayment, CAME_BACK);
                continue;
            }
            let place = self.place(detail, number, details);
            let Some(credit) = self.payment(place, amount) else { return };
            self.told.entries.push(Entry::Credit(Box::new(credit)));
        }
    }

    fn payment(&mut self, place: Place<'a>, amount: Money) -> Option<Credit> {
        let detail = place.detail;
        let path = self.path_of(place.number);
        let received_on = self.day()?;
        let remittance = detail.map(|detail| {
            remittance::lines(&detail.remittance, amount, &path, &mut self.told.wrong)
        });
        let payment = Payment {
            document_id: None,
            payment_id: place.id(),
            customer_id: None,
            currency: amount.currency,
            amount: amount.amount(),
            received_on,
            method: Some(method(self.entry, detail).to_owned()),
            remittance: remittance.unwrap_or_default(),
        };
        let payer = detail.map(payer).unwrap_or_default();
        let words = detail.map(words).unwrap_or_default();
        Some(Credit { payment, names: place.names(), payer, words })
    }

    /// The day of value, else of booking, else of the notification.
    fn day(&mut self) -> Option<Date> {
        let days = [self.entry.value.day(), self.entry.booked.day(), &self.notification.created];
        let day = days.into_iter().find(|day| !day.is_empty()).unwrap_or_default();
        let date = day.get(..10).unwrap_or(day).parse();
        if date.is_err() {
            let text = format!("`{day}` is no day");
            self.wrong("ValDt", Reason::InvalidValue, text);
        }
        date.ok()
    }
}

/// A booking's payments, where they are credits that add up to it.
fn parts<'a>(details: &[&'a Detail], amount: Money) -> Option<Vec<(Option<&'a Detail>, Money)>> {
    let mut sum = Money::zero(amount.currency);
    let mut parts = Vec::new();
    for detail in details {
        let own = detail.amount_in(amount.currency.as_str())?;
        let own = money(own).ok().filter(|own| own.minor > 0 && detail.side != Side::Debit)?;
        sum = sum.checked_add(own).ok()?;
        parts.push((Some(*detail), own));
    }
    (sum == amount).then_some(parts)
}

/// The method of a payment, by the family of its business.
fn method(entry: &camt::Entry, detail: Option<&Detail>) -> &'static str {
    let own = detail.map_or("", |detail| detail.code.family());
    let family = if own.is_empty() { entry.code.family() } else { own };
    match family {
        _ if detail.is_some_and(|detail| !detail.references.cheque.is_empty()) => "check",
        "RCHQ" | "LBOX" => "check",
        "IDDT" => "direct_debit",
        "CCRD" | "MCRD" => "card",
        "CNTR" => "cash",
        _ => "transfer",
    }
}

/// The names of its payer: accounts first, for two payers may have one name.
fn payer(detail: &Detail) -> Vec<String> {
    let account = std::iter::once(detail.debtor_account().number());
    let codes = detail.debtors().flat_map(|party| party.codes());
    let names = detail.debtors().map(|party| party.name());
    let all = account.chain(codes).chain(names).filter(|text| !text.is_empty());
    all.map(str::to_owned).collect()
}

/// Words that may be numbers of invoices: of the text, of the creditor's reference, and of the
/// payer's.
fn words(detail: &Detail) -> Vec<String> {
    let remittance = &detail.remittance;
    let texts = remittance.texts.iter().map(|text| &**text);
    let references = remittance.structured.iter().map(|it| it.creditor_reference());
    let mut words: Vec<String> = Vec::new();
    for text in texts.chain(references).chain([&*detail.references.end_to_end]) {
        let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '+'));
        for word in text.split_whitespace().chain(parts) {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let fits = (3..=contracts::ids::MAX_CHARS).contains(&word.len());
            let known = || words.iter().any(|known| known == word);
            if words.len() < MAX_WORDS
                && fits
                && word.contains(|c: char| c.is_ascii_digit())
                && !known()
            {
                words.push(word.to_owned());
            }
        }
    }
    words
}
