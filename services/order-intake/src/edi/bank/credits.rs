//! Remembers payments by their references, each bank's newest: what a bank takes back is found by
//! them, and what it tells twice is told the same.

use std::collections::BTreeSet;

use contracts::{Amount, Money, PartnerName, PaymentId, document::Payment, ids::derived};
use mesh::{Json, row::Row};

use super::{
    super::rows::Channel,
    rows::{BankCredit, BankReference},
};
use crate::domain::Set;

/// Payments that are remembered of a bank: what comes back comes back within months.
pub const MAX_REMEMBERED: u64 = 50_000;

/// How a bank calls a payment, and what it told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    names: Vec<String>,
    digest: String,
}

impl Named {
    /// `told` is the payment as the bank told it, before anybody's codes were looked up.
    ///
    /// # Panics
    /// Never: a wire type is always JSON.
    #[must_use]
    pub fn of(told: &Payment, names: Vec<String>) -> Self {
        let text = serde_json::to_string(told).expect("a wire type is always JSON");
        Self { names, digest: derived(&["payment", &text]).to_string() }
    }
}

/// Remembers a payment. One that was told before is handed on as it was then: a customer code or an
/// invoice that became known in between must not make another payment of it (P1).
pub fn remember(set: &mut Set, bank: &PartnerName, payment: &mut Payment, named: &Named) {
    let key = (bank.clone(), payment.payment_id.clone());
    if let Some(before) = set.bank_credits.get(&key) {
        if before.digest == named.digest {
            *payment = before.payment.0.clone();
        }
        // Other content under its id: its owner refuses it, and what stands stays.
        return;
    }
    let channel = set.channels.get_or_put(bank, || Channel::new(bank.clone()));
    channel.credits += 1;
    let (position, digest) = (channel.credits, named.digest.clone());
    let (partner, payment_id) = key;
    for reference in &named.names {
        set.bank_references.put(BankReference {
            partner: partner.clone(),
            reference: reference.clone(),
            payment_id: payment_id.clone(),
            position,
        });
    }
    let payment = Json(payment.clone());
    set.bank_credits.put(BankCredit { partner, payment_id, position, digest, payment });
}

/// Why no payment is the one that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFound {
    /// None is called so.
    Unknown,
    /// Several are called so.
    Several,
    /// The one that is called so was of another amount.
    Part(Amount),
}

/// The payment of which so much went back: the first of its names that a payment of this amount
/// goes by, and no other one.
///
/// # Errors
/// Why it is none.
pub fn find(
    set: &Set,
    bank: &PartnerName,
    names: &[String],
    amount: Money,
) -> Result<PaymentId, NotFound> {
    let mut why = NotFound::Unknown;
    for name in names {
        let lowest = PaymentId::new("!").expect("an id of one character");
        let from = (bank.clone(), name.clone(), lowest);
        let called = set.bank_references.range(from..);
        let called = called.take_while(|it| it.partner == *bank && it.reference == *name);
        let called = called.map(|it| (bank.clone(), it.payment_id.clone()));
        let called = called.filter_map(|key| set.bank_credits.get(&key)).map(|it| &it.payment.0);
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

/// Drops what need not be remembered any more (M9).
pub fn forget(set: &mut Set, bank: &PartnerName) {
    let known = set.channels.get(bank).map_or(0, |channel| channel.credits);
    let old = |position: u64| position.saturating_add(MAX_REMEMBERED) <= known;
    let of_bank = |it: &&BankCredit| it.partner == *bank && old(it.position);
    let credits: BTreeSet<_> = set.bank_credits.iter().filter(of_bank).map(Row::key).collect();
    let of_bank = |it: &&BankReference| it.partner == *bank && old(it.position);
    let names: BTreeSet<_> = set.bank_references.iter().filter(of_bank).map(Row::key).collect();
    credits.iter().for_each(|key| set.bank_credits.remove(key));
    names.iter().for_each(|key| set.bank_references.remove(key));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn payment(number: u64) -> Payment {
        serde_json::from_value(json!({"payment_id": format!("P-{number}"), "currency": "USD",
            "amount": "1.00", "received_on": "2026-03-02", "method": "check"}))
        .unwrap()
    }

    fn tell(set: &mut Set, number: u64) {
        let bank = PartnerName::new("mybank").unwrap();
        let mut payment = payment(number);
        let named = Named::of(&payment, vec![format!("own:P-{number}")]);
        remember(set, &bank, &mut payment, &named);
        forget(set, &bank);
    }

    #[test]
    fn m9_the_oldest_payments_are_forgotten_and_no_others() {
        let (mut set, bank) = (Set::default(), PartnerName::new("mybank").unwrap());
        tell(&mut set, 1);
        set.channels.get_mut(&bank).unwrap().credits = MAX_REMEMBERED - 1;
        tell(&mut set, 2);
        assert_eq!(set.bank_credits.iter().count(), 2, "so many are remembered");
        tell(&mut set, 3);
        let known: Vec<_> = set.bank_credits.iter().map(|it| it.payment_id.to_string()).collect();
        assert_eq!(known, ["P-2", "P-3"]);
        let named: Vec<_> = set.bank_references.iter().map(|it| &*it.reference).collect();
        assert_eq!(named, ["own:P-2", "own:P-3"]);
    }
}
