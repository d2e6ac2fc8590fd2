//! Payments are remembered by their references, each bank's newest: a payment that goes back is found
//! by them, and one that is told twice is told the same.

use contracts::{Amount, Money, PartnerName, PaymentId, document::Payment};
use mesh::Json;

use super::{
    names::Names,
    rows::{BankCredit, BankReference, MAX_REMEMBERED},
};
use crate::{edi::rows::Channel, unit_of_work::UnitOfWork};

/// Remembers a payment. One that was told before is handed on as it was then: a customer code or an
/// invoice that became known in between must not make another payment of it (P1).
pub fn remember(work: &mut UnitOfWork, bank: &PartnerName, payment: &mut Payment, named: &Names) {
    let key = (bank.clone(), payment.payment_id.clone());
    if let Some(before) = work.bank_credits.get(&key) {
        if before.digest == named.digest {
            *payment = before.payment.0.clone();
        }
        // Other content under its id: its owner refuses it, and what stands stays.
        return;
    }
    let channel = work.channels.get_or_put(bank, || Channel::new(bank.clone()));
    channel.credits += 1;
    let (position, digest) = (channel.credits, named.digest.clone());
    let (partner, payment_id) = key;
    for reference in &named.names {
        work.bank_references.put(BankReference {
            partner: partner.clone(),
            reference: reference.clone(),
            payment_id: payment_id.clone(),
            position,
        });
    }
    let payment = Json(payment.clone());
    work.bank_credits.put(BankCredit { partner, payment_id, position, digest, payment });
}

/// The reason why no payment is the one that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFound {
    /// No payment goes by these names.
    Unknown,
    /// Several payments of the amount go by a name.
    Several,
    /// The payment of that name was of another amount.
    Part(Amount),
}

/// The payment of which so much went back: the first of its names that a payment of this amount
/// goes by, and no other one.
///
/// # Errors
/// Says why there is none.
pub fn find(
    work: &UnitOfWork,
    bank: &PartnerName,
    names: &[String],
    amount: Money,
) -> Result<PaymentId, NotFound> {
    let mut why = NotFound::Unknown;
    for name in names {
        let lowest = PaymentId::new("!").expect("an id of one character");
        let from = (bank.clone(), name.clone(), lowest);
        let called = work.bank_references.sharing(from, 2);
        let called = called.map(|it| (bank.clone(), it.payment_id.clone()));
        let called = called.filter_map(|key| work.bank_credits.get(&key)).map(|it| &it.payment.0);
        let called: Vec<&Payment> = called.collect();
        let same =
            |it: &&&Payment| it.currency == amount.currency && it.amount.get() == amount.decimal();
        let mut same_amount = called.iter().filter(same);
        match (same_amount.next(), same_amount.next()) {
            (Some(only), None) => return Ok(only.payment_id.clone()),
            (Some(_), Some(_)) => why = NotFound::Several,
            (None, _) => {
                if let ([only], NotFound::Unknown) = (called.as_slice(), &why) {
                    why = NotFound::Part(only.amount);
                }
            }
        }
    }
    Err(why)
}

/// Drops payments that need not be remembered any more (M9), of the oldest that were loaded.
pub fn forget(work: &mut UnitOfWork, bank: &PartnerName) {
    let known = work.channels.get(bank).map_or(0, |channel| channel.credits);
    let is_old = |position: u64| position + MAX_REMEMBERED <= known;
    for key in work.oldest.credits.iter().filter(|(partner, _)| partner == bank) {
        if work.bank_credits.get(key).is_some_and(|it| is_old(it.position)) {
            work.bank_credits.remove(key);
        }
    }
    for key in work.oldest.references.iter().filter(|(partner, ..)| partner == bank) {
        if work.bank_references.get(key).is_some_and(|it| is_old(it.position)) {
            work.bank_references.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use mesh::{UnitOfWork as _, row::Row};

    use super::*;

    fn payment(number: u64) -> Payment {
        serde_json::from_value(json!({"payment_id": format!("P-{number}"), "currency": "USD",
            "amount": "1.00", "received_on": "2026-03-02", "method": "check"}))
        .unwrap()
    }

    fn tell(work: &mut UnitOfWork, number: u64) {
        let bank = PartnerName::new("mybank").unwrap();
        let mut payment = payment(number);
        let named = Names::of(&payment, vec![format!("own:P-{number}")]);
        remember(work, &bank, &mut payment, &named);
        work.oldest.credits = work.bank_credits.iter().map(Row::key).collect();
        work.oldest.references = work.bank_references.iter().map(Row::key).collect();
        forget(work, &bank);
    }

    #[test]
    fn m9_the_oldest_payments_are_forgotten_and_no_others() {
        let (mut work, bank) = (UnitOfWork::in_memory(), PartnerName::new("mybank").unwrap());
        tell(&mut work, 1);
        work.channels.get_mut(&bank).unwrap().credits = MAX_REMEMBERED - 1;
        tell(&mut work, 2);
        assert_eq!(work.bank_credits.iter().count(), 2, "so many are remembered");
        tell(&mut work, 3);
        let known: Vec<_> = work.bank_credits.iter().map(|it| it.payment_id.to_string()).collect();
        assert_eq!(known, ["P-2", "P-3"]);
        let named: Vec<_> = work.bank_references.iter().map(|it| &*it.reference).collect();
        assert_eq!(named, ["own:P-2", "own:P-3"]);
    }
}
