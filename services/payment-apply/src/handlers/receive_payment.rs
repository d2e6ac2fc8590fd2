//! `payment`: a payment as the bank reports it, taken once (rule P1) and applied in order (rule P2).

mod allocate;

use contracts::{
    PartnerName, Reason, ReasonPath,
    document::{
        LedgerAccount::{Cash as CashAccount, Discounts, Receivable, UnappliedCash},
        Payment, Rejection, Unreadable, fingerprint,
    },
    event::{PaymentReceived, payment_key},
    question::StatementKind,
};
use jiff::tz::{Offset, TimeZone};
use mesh::{Context, Halt, Handler, Json, OnDocument, Outputs, Received};

use crate::{
    PaymentApply,
    domain::{
        apply::cash,
        cash::{Cash, Source},
        checked::{minor, neg},
        decision_context::DecisionContext,
        journal::side,
        notifications::{self, Booked},
        statement::{self, of_payment},
        target::told_by,
        today::{seller, wait_for_seller},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnDocument { keys, decide };

/// The offsets between which every day on earth begins.
const EASTERNMOST_AND_WESTERNMOST: [Offset; 2] = [Offset::constant(14), Offset::constant(-12)];

fn keys(received: &Received<Payment>, keys: &mut Keys) {
    let Received { partner: bank, document: payment } = received;
    keys.payments.insert(payment_key(bank, &payment.payment_id));
    let lines = &payment.remittance;
    keys.invoices.extend(lines.iter().filter_map(|line| line.invoice_number.clone()));
    keys.po_numbers.extend(lines.iter().filter_map(|line| line.po_number.clone()));
    if lines.is_empty() {
        keys.payers.extend(payment.customer_id.clone());
    }
}

fn decide(
    service: &PaymentApply,
    received: &Received<Payment>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let context = &service.context(context);
    let Received { partner: bank, document: payment } = received;
    let key = payment_key(bank, &payment.payment_id);
    if let Some(standing) = work.payments.get(&key) {
        return Ok(repeated(work, standing, bank, payment));
    }
    let mut outputs = Outputs::none();
    if let Err(wrong) = dated(work, payment, context)? {
        let reasons = vec![ReasonPath::at(&wrong.path, wrong.code, wrong.message)];
        outputs.document(bank, &Rejection::of(payment, reasons));
        return Ok(outputs);
    }
    take(work, bank, payment, context)?;
    let step = allocate::allocate(work, &key, payment, context.config)?;
    let cash = cash(work, &key)?.clone();
    outputs.event(&announced(&cash));
    on_statement(work, &cash, context)?;
    notifications::applied(work, &key, &step, context, &mut outputs)?;
    let sides = vec![
        side(CashAccount, cash.amount),
        side(Discounts, step.discount()),
        side(Receivable, -(step.amount() + step.discount())),
        side(UnappliedCash, neg(cash.unapplied)?),
    ];
    let date = cash.received_on;
    notifications::earned(work, &key, &step, date, context)?;
    notifications::booked(work, &key, Booked::on(date, sides), context, &mut outputs)?;
    Ok(outputs)
}

/// Judges the day of a payment (rule D1). A day that not every time zone takes is judged by the
/// company's record, which is waited for; in UTC where it does not come.
fn dated(
    work: &UnitOfWork,
    payment: &Payment,
    context: &DecisionContext<'_>,
) -> Result<Result<(), Unreadable>, Halt> {
    let check = |zone: &TimeZone| context.mesh.check_day("received_on", payment.received_on, zone);
    let everywhere =
        || EASTERNMOST_AND_WESTERNMOST.map(TimeZone::fixed).iter().all(|zone| check(zone).is_ok());
    match seller(&work.company) {
        Some(seller) => Ok(check(&seller.zone())),
        None if context.mesh.last_chance || everywhere() => Ok(check(&TimeZone::UTC)),
        None => Err(wait_for_seller()),
    }
}

/// Answers the same again with the present state, and refuses anything else under the id (rule P1).
fn repeated(work: &UnitOfWork, standing: &Cash, bank: &PartnerName, payment: &Payment) -> Outputs {
    let mut outputs = Outputs::none();
    if standing.fingerprint == fingerprint(payment) {
        outputs.document(bank, &notifications::acknowledgement(work, standing));
        return outputs;
    }
    let id = &payment.payment_id;
    let text = format!("{id} was reported with other content; give this payment an id of its own");
    let reasons = vec![ReasonPath::at("payment_id", Reason::ConflictingPayment, text)];
    outputs.document(bank, &Rejection::of(payment, reasons));
    outputs
}

fn take(
    work: &mut UnitOfWork,
    bank: &PartnerName,
    payment: &Payment,
    context: &DecisionContext<'_>,
) -> Result<(), Halt> {
    let amount = minor(payment.amount, payment.currency)?;
    let told = || told_by(work, &payment.remittance, payment.currency);
    let cash = Cash {
        payment: payment_key(bank, &payment.payment_id),
        source: Source::Bank,
        bank: bank.clone(),
        payment_id: payment.payment_id.clone(),
        customer_id: payment.customer_id.clone().or_else(told),
        currency: payment.currency,
        amount,
        applied: 0,
        unapplied: amount,
        refunded: 0,
        reversed: 0,
        is_reversed: false,
        received_on: payment.received_on,
        received_at: context.mesh.now,
        fingerprint: fingerprint(payment),
        issues: Json(Vec::new()),
        credit_of: None,
        entries: 0,
    };
    work.payments.put(cash);
    Ok(())
}

/// Puts the payment on the statement of whoever paid, as far as that is known.
fn on_statement(
    work: &mut UnitOfWork,
    cash: &Cash,
    context: &DecisionContext<'_>,
) -> Result<(), Halt> {
    let document = statement::Document {
        document: of_payment(&cash.payment),
        kind: StatementKind::Payment,
        date: cash.received_on,
        reference: cash.payment_id.to_string(),
        amount: neg(cash.amount)?,
    };
    statement::of_cash(work, cash, document, context);
    Ok(())
}

fn announced(cash: &Cash) -> PaymentReceived {
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
