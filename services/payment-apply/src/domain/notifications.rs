//! The documents and events that tell bank, buyers and the mesh of cash. A document's cause is the
//! event announced just before it, so each event stands right before the documents that follow.

use std::collections::BTreeSet;

use contracts::{
    InvoiceNumber, PartnerName, Reason, Role,
    document::{AppliedAmount, PaymentAck, PaymentAckStatus, PaymentStatus},
    event::PaymentUnapplied,
};
use jiff::civil::Date;
use mesh::{Halt, Outputs};

use super::{
    announce::{about, pays, settled},
    apply::{Step, applications, cash, cash_mut},
    cash::{Application, Cash, Issue, Source},
    checked::add,
    decision_context::DecisionContext,
    journal::{Booking, Side, book},
    statement,
};
use crate::unit_of_work::UnitOfWork;

/// The present state of a payment.
pub fn acknowledgement(work: &UnitOfWork, cash: &Cash) -> PaymentAck {
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
        applied: amounts(work, cash),
        unapplied_amount: cash.amount_of(cash.unapplied),
        exceptions: cash
            .issues
            .iter()
            .filter(|it| !is_over(work, it))
            .map(Issue::exception)
            .collect(),
    }
}

/// Returns whether it is a short payment of an invoice that is settled since: nobody has to look at it.
fn is_over(work: &UnitOfWork, issue: &Issue) -> bool {
    let Some(reference) = issue.reference.as_ref().filter(|_| issue.is_about_the_invoice()) else {
        return false;
    };
    let item = InvoiceNumber::new(reference).ok().and_then(|number| work.items.get(&number));
    item.is_some_and(|item| item.open_amount == 0)
}

fn amounts(work: &UnitOfWork, cash: &Cash) -> Vec<AppliedAmount> {
    let paid = applications(work, &cash.payment).filter(|it| it.amount > 0 || it.discount > 0);
    let told = |it: &Application| AppliedAmount {
        invoice_number: it.invoice_number.clone(),
        amount: cash.amount_of(it.amount),
        discount: cash.amount_of(it.discount),
    };
    paid.map(told).collect()
}

/// The buyers of the invoices that a payment pays; where it pays none, those that speak for the
/// customer.
pub fn buyers(
    work: &UnitOfWork,
    cash: &Cash,
    context: &DecisionContext<'_>,
) -> BTreeSet<PartnerName> {
    let items =
        applications(work, &cash.payment).filter_map(|it| work.items.get(&it.invoice_number));
    let buyers: BTreeSet<_> = items.filter_map(|item| item.partner.clone()).collect();
    if !buyers.is_empty() {
        return buyers;
    }
    let Some(customer) = &cash.customer_id else { return buyers };
    let serves = |name: &&PartnerName| {
        context.mesh.partners.get(*name).is_some_and(|partner| partner.serves_customer(customer))
    };
    context.mesh.partners_with(Role::Buyer).filter(serves).cloned().collect()
}

/// Tells the bank and these buyers how a payment stands.
pub fn state(
    work: &UnitOfWork,
    cash: &Cash,
    buyers: &BTreeSet<PartnerName>,
    outputs: &mut Outputs,
) {
    if cash.source == Source::Bank {
        outputs.document(&cash.bank, &acknowledgement(work, cash));
    }
    let Some(customer_id) = &cash.customer_id else { return };
    let status = PaymentStatus {
        customer_id: customer_id.clone(),
        payment_id: cash.payment_id.clone(),
        applied: amounts(work, cash),
        unapplied_amount: cash.amount_of(cash.unapplied),
    };
    for buyer in buyers {
        outputs.document(buyer, &status);
    }
}

/// Tells what a step did: `payment.applied`, `payment.unapplied`, the state, what was settled.
pub fn applied(
    work: &UnitOfWork,
    payment: &str,
    step: &Step,
    context: &DecisionContext<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let cash = cash(work, payment)?;
    about(work, &step.lines, outputs);
    if !step.lines.is_empty() || !step.deductions.is_empty() {
        pays(work, cash, &step.lines, &step.deductions, outputs);
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
    state(work, cash, &buyers(work, cash, context), outputs);
    step.settled.iter().for_each(|number| settled(work, number, outputs));
    Ok(())
}

/// Puts the discounts that a step earned on the statement.
pub fn earned(
    work: &mut UnitOfWork,
    payment: &str,
    step: &Step,
    date: Date,
    context: &DecisionContext<'_>,
) -> Result<(), Halt> {
    let cash = cash(work, payment)?.clone();
    let earned = step.lines.iter().map(|(number, taken)| (number, taken.discount));
    statement::discounts(work, &cash, earned, date, context)
}

/// An entry of a payment.
#[derive(Debug)]
pub struct Booked {
    date: Date,
    sides: Vec<Side>,
    note: Option<String>,
}

impl Booked {
    pub fn on(date: Date, sides: Vec<Side>) -> Self {
        Self { date, sides, note: None }
    }

    /// Adds a note to finance.
    pub fn noted(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }
}

/// Books an entry of a payment.
pub fn booked(
    work: &mut UnitOfWork,
    payment: &str,
    booked: Booked,
    context: &DecisionContext<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let cash = cash_mut(work, payment)?;
    let number = cash.entries.checked_add(1).ok_or_else(|| Halt::broken("too many entries"))?;
    cash.entries = number;
    let source = match cash.source {
        Source::Bank => format!("payment/{}", cash.payment),
        Source::CreditMemo => format!("credit-memo/{}", cash.payment_id),
    };
    let currency = cash.currency;
    let Booked { date, sides, note } = booked;
    book(work, Booking { date, currency, source, number, note, sides }, context, outputs)
}
