//! A payment as the bank reports it: once (P1), applied in order (P2).

use contracts::{
    Money, PartnerName, Reason, ReasonPath,
    document::{
        self,
        LedgerAccount::{Cash as CashAccount, Discounts, Receivable, UnappliedCash},
        Rejection, Unreadable, fingerprint,
    },
    event::{CompanyUpdated, PaymentReceived, payment_key},
    question::StatementKind,
};
use jiff::tz::{Offset, TimeZone};
use mesh::{Json, Key, Outputs};

use super::{
    Desk, Set,
    apply::{Step, cash, oldest_due_first, pay, raise},
    cash::{Cash, Issue, Source},
    figures::{Stop, sub},
    journal::side,
    master::zone,
    remit::{self, Line},
    statement::{self, of_payment},
    target::told_by,
    tell::{self, Booked},
};
use crate::config::Config;

/// Between them begins every day on earth.
const EASTERNMOST_AND_WESTERNMOST: [Offset; 2] = [Offset::constant(14), Offset::constant(-12)];

/// A payment.
///
/// # Errors
/// When the amounts do not fit.
pub fn payment(
    set: &mut Set,
    bank: &PartnerName,
    document: &document::Payment,
    desk: &Desk<'_>,
) -> Result<Outputs, Stop> {
    let key = payment_key(bank, &document.payment_id);
    if let Some(standing) = set.payments.get(&key) {
        return Ok(repeated(set, standing, bank, document));
    }
    if let Err(wrong) = dated(set, document, desk)? {
        let mut outputs = Outputs::none();
        let reasons = vec![ReasonPath::at(&wrong.path, wrong.code, wrong.message)];
        outputs.document(bank, &Rejection::of(document, reasons));
        return Ok(outputs);
    }
    take(set, bank, document, desk)?;
    let mut step = Step::default();
    if document.remittance.is_empty() {
        guess(set, &key, desk.config, &mut step)?;
    } else {
        follow(set, &key, document, &mut step)?;
    }
    let mut outputs = Outputs::none();
    outputs.event(&received(cash(set, &key)?));
    note(set, &key, desk)?;
    tell::applied(set, &key, &step, desk, &mut outputs)?;
    let cash = cash(set, &key)?;
    let lines = vec![
        side(CashAccount, cash.amount),
        side(Discounts, step.discount()),
        side(Receivable, -(step.amount() + step.discount())),
        side(UnappliedCash, sub(0, cash.unapplied)?),
    ];
    let date = cash.received_on;
    tell::earned(set, &key, &step, date, desk)?;
    tell::booked(set, &key, Booked::on(date, lines), desk, &mut outputs)?;
    Ok(outputs)
}

/// Rule D1. A day that not every time zone takes is judged by the company's record, which is waited
/// for; in UTC where it does not come.
///
/// # Errors
/// Waits for the company's record.
fn dated(
    set: &Set,
    document: &document::Payment,
    desk: &Desk<'_>,
) -> Result<Result<(), Unreadable>, Stop> {
    let check = |zone: &TimeZone| desk.context.check_day("received_on", document.received_on, zone);
    let known = set.company.iter().next().is_some();
    let everywhere =
        || EASTERNMOST_AND_WESTERNMOST.map(TimeZone::fixed).iter().all(|zone| check(zone).is_ok());
    if known || desk.context.last_chance || everywhere() {
        return Ok(check(&zone(set)));
    }
    Err(Stop::Wait(Key::new("company", CompanyUpdated::SELLER)))
}

/// Rule P1: the same again gets the present state; anything else under the id is refused.
fn repeated(
    set: &Set,
    standing: &Cash,
    bank: &PartnerName,
    document: &document::Payment,
) -> Outputs {
    let mut outputs = Outputs::none();
    if standing.fingerprint == fingerprint(document) {
        outputs.document(bank, &tell::acknowledgement(set, standing));
        return outputs;
    }
    let id = &document.payment_id;
    let text = format!("{id} was reported with other content; give this payment an id of its own");
    let reasons = vec![ReasonPath::at("payment_id", Reason::ConflictingPayment, text)];
    outputs.document(bank, &Rejection::of(document, reasons));
    outputs
}

fn take(
    set: &mut Set,
    bank: &PartnerName,
    document: &document::Payment,
    desk: &Desk<'_>,
) -> Result<(), Stop> {
    let amount = Money::of(document.amount, document.currency)
        .map_err(|_| Stop::Broken("an amount was not checked"))?
        .minor;
    let told = || told_by(set, &document.remittance, document.currency);
    let cash = Cash {
        payment: payment_key(bank, &document.payment_id),
        source: Source::Bank,
        bank: bank.clone(),
        payment_id: document.payment_id.clone(),
        customer_id: document.customer_id.clone().or_else(told),
        currency: document.currency,
        amount,
        applied: 0,
        unapplied: amount,
        refunded: 0,
        reversed: 0,
        is_reversed: false,
        received_on: document.received_on,
        received_at: desk.context.now,
        fingerprint: fingerprint(document),
        issues: Json(Vec::new()),
        credit_of: None,
        entries: 0,
    };
    set.payments.put(cash);
    Ok(())
}

/// On the statement of whoever paid, as far as that is known.
fn note(set: &mut Set, key: &str, desk: &Desk<'_>) -> Result<(), Stop> {
    let cash = cash(set, key)?.clone();
    let document = statement::Document {
        document: of_payment(key),
        kind: StatementKind::Payment,
        date: cash.received_on,
        reference: cash.payment_id.to_string(),
        amount: sub(0, cash.amount)?,
    };
    statement::of_cash(set, &cash, document, desk);
    Ok(())
}

fn received(cash: &Cash) -> PaymentReceived {
    PaymentReceived {
        payment: cash.payment.clone(),
        bank: cash.bank.clone(),
        payment_id: cash.payment_id.clone(),
        customer_id: cash.customer_id.clone(),
        currency: cash.currency,
        amount: cash.amount_of(cash.amount),
        received_on: cash.received_on,
    }
}

/// Rule P2: remittance lines as given, until the cash is used. Cash of a line that can not be
/// applied is that line's: the next one does not get it.
fn follow(
    set: &mut Set,
    key: &str,
    document: &document::Payment,
    step: &mut Step,
) -> Result<(), Stop> {
    let mut left = cash(set, key)?.amount;
    for (number, remittance) in (1..).zip(&document.remittance) {
        let line = Line::of(number, remittance, cash(set, key)?)?;
        let budget = line.amount.min(left);
        left = sub(left, budget)?;
        remit::line(set, key, &line, budget, step)?;
    }
    unexplained(set, key, left, Reason::Overpayment, step)
}

/// Rule P2: without remittance the exact amount of one open invoice, ties oldest due; then, where
/// configured, the oldest due first.
fn guess(set: &mut Set, key: &str, config: &Config, step: &mut Step) -> Result<(), Stop> {
    let cash = cash(set, key)?;
    let mut left = cash.amount;
    if let Some(customer) = &cash.customer_id {
        let items = oldest_due_first(set, customer, cash);
        let exact = items.iter().find(|number| {
            set.items.get(number).is_some_and(|item| item.is_exactly(left, cash.received_on))
        });
        let chosen = match exact {
            Some(number) => vec![number.clone()],
            None if config.oldest_due_first => items,
            None => Vec::new(),
        };
        for number in chosen {
            left = sub(left, pay(set, key, &number, left, step)?.amount)?;
        }
    }
    unexplained(set, key, left, Reason::NoRemittance, step)
}

/// Rule P3: what is left over is unapplied cash, kept and shown.
fn unexplained(
    set: &mut Set,
    key: &str,
    amount: i64,
    code: Reason,
    step: &mut Step,
) -> Result<(), Stop> {
    if amount == 0 {
        return Ok(());
    }
    let cash = cash(set, key)?;
    let money = format!("{} {}", cash.amount_of(amount), cash.currency);
    let message = format!("{money} unapplied: no invoice is named for it");
    raise(set, key, step, Issue { code, message, reference: None, amount })
}
