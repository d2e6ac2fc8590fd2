//! What bank, buyers and the mesh are told. A document's cause is the event announced just before
//! it, so each event stands right before the documents that follow from it.

use std::collections::BTreeSet;

use contracts::{
    InvoiceNumber, PartnerName, Reason, Role,
    document::{AppliedAmount, PaymentAck, PaymentAckStatus, PaymentStatus},
    event::PaymentUnapplied,
};
use jiff::civil::Date;
use mesh::Outputs;

use super::{
    Desk, Set,
    announce::{about, pays, settled},
    apply::{Step, applications, cash, cash_mut},
    cash::{Cash, Issue, Source},
    figures::{Stop, add},
    journal::{Booking, Side, book},
    statement,
};

/// The present state of a payment.
pub fn acknowledgement(set: &Set, cash: &Cash) -> PaymentAck {
    let status = if cash.is_reversed {
        PaymentAckStatus::Reversed
    } else if cash.applied == 0 {
        PaymentAckStatus::Unapplied
    } else if cash.applied == cash.amount {
        PaymentAckStatus::Applied
    } else {
        PaymentAckStatus::PartiallyApplied
    };
    PaymentAck {
        payment_id: cash.payment_id.clone(),
        status,
        applied: amounts(set, cash),
        unapplied_amount: cash.amount_of(cash.unapplied),
        exceptions: cash.issues.iter().filter(|it| !is_over(set, it)).map(Issue::told).collect(),
    }
}

/// A short payment of an invoice that is settled since, by whatever: nobody has to look at it.
fn is_over(set: &Set, issue: &Issue) -> bool {
    let number = issue.reference.as_ref().and_then(|number| InvoiceNumber::new(number).ok());
    let item = number.and_then(|number| set.items.get(&number));
    issue.is_about_the_invoice() && item.is_some_and(|item| item.open_amount == 0)
}

fn amounts(set: &Set, cash: &Cash) -> Vec<AppliedAmount> {
    let paid = applications(set, &cash.payment).filter(|it| it.amount > 0 || it.discount > 0);
    let told = |it: &super::cash::Application| AppliedAmount {
        invoice_number: it.invoice_number.clone(),
        amount: cash.amount_of(it.amount),
        discount: cash.amount_of(it.discount),
    };
    paid.map(told).collect()
}

/// The buyers of the invoices that a payment pays; where it pays none, those that speak for the
/// customer.
pub fn buyers(set: &Set, cash: &Cash, desk: &Desk<'_>) -> BTreeSet<PartnerName> {
    let items = applications(set, &cash.payment).filter_map(|it| set.items.get(&it.invoice_number));
    let buyers: BTreeSet<_> = items.filter_map(|item| item.partner.clone()).collect();
    if !buyers.is_empty() {
        return buyers;
    }
    let Some(customer) = &cash.customer_id else { return buyers };
    let serves = |name: &&PartnerName| {
        desk.context.partners.get(*name).is_some_and(|partner| partner.serves_customer(customer))
    };
    desk.context.partners_with(Role::Buyer).filter(serves).cloned().collect()
}

/// Tells the bank and these buyers how a payment stands.
pub fn state(set: &Set, cash: &Cash, buyers: &BTreeSet<PartnerName>, outputs: &mut Outputs) {
    if cash.source == Source::Bank {
        outputs.document(&cash.bank, &acknowledgement(set, cash));
    }
    let Some(customer_id) = &cash.customer_id else { return };
    let status = PaymentStatus {
        customer_id: customer_id.clone(),
        payment_id: cash.payment_id.clone(),
        applied: amounts(set, cash),
        unapplied_amount: cash.amount_of(cash.unapplied),
    };
    for buyer in buyers {
        outputs.document(buyer, &status);
    }
}

/// What a step did: `payment.applied`, `payment.unapplied`, the state, what was settled.
///
/// # Errors
/// When the amounts do not fit.
pub fn applied(
    set: &Set,
    payment: &str,
    step: &Step,
    desk: &Desk<'_>,
    outputs: &mut Outputs,
) -> Result<(), Stop> {
    let cash = cash(set, payment)?;
    about(set, &step.lines, outputs);
    if !step.lines.is_empty() || !step.deductions.is_empty() {
        pays(set, cash, &step.lines, &step.deductions, outputs);
    }
    for reason in step.issues.iter().map(|issue| issue.code).collect::<BTreeSet<Reason>>() {
        let of_reason = step.issues.iter().filter(|issue| issue.code == reason);
        let amount = of_reason.map(|issue| issue.amount).try_fold(0, add)?;
        outputs.event(&PaymentUnapplied {
            payment: cash.payment.clone(),
            bank: cash.bank.clone(),
            payment_id: cash.payment_id.clone(),
            customer_id: cash.customer_id.clone(),
            currency: cash.currency,
            amount: cash.amount_of(amount),
            reason,
        });
    }
    state(set, cash, &buyers(set, cash, desk), outputs);
    step.settled.iter().for_each(|number| settled(set, number, outputs));
    Ok(())
}

/// Puts the discounts that a step earned on the statement.
///
/// # Errors
/// When the amounts do not fit.
pub fn earned(
    set: &mut Set,
    payment: &str,
    step: &Step,
    date: Date,
    desk: &Desk<'_>,
) -> Result<(), Stop> {
    let cash = cash(set, payment)?.clone();
    let earned = step.lines.iter().map(|(number, taken)| (number, taken.discount));
    statement::discounts(set, &cash, earned, date, desk)
}

/// An entry of a payment.
#[derive(Debug)]
pub struct Booked {
    date: Date,
    lines: Vec<Side>,
    note: Option<String>,
}

impl Booked {
    /// These lines on that day.
    #[must_use]
    pub fn on(date: Date, lines: Vec<Side>) -> Self {
        Self { date, lines, note: None }
    }

    /// With what finance should know of it.
    #[must_use]
    pub fn noted(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }
}

/// Books an entry of a payment.
///
/// # Errors
/// When it is not balanced.
pub fn booked(
    set: &mut Set,
    payment: &str,
    booked: Booked,
    desk: &Desk<'_>,
    outputs: &mut Outputs,
) -> Result<(), Stop> {
    let cash = cash_mut(set, payment)?;
    cash.entries = cash.entries.saturating_add(1);
    let source = match cash.source {
        Source::Bank => format!("payment/{}", cash.payment),
        Source::CreditMemo => format!("credit-memo/{}", cash.payment_id),
    };
    let (currency, number) = (cash.currency, cash.entries);
    let Booked { date, lines, note } = booked;
    book(set, Booking { date, currency, source, number, note, lines }, desk, outputs)
}
