//! The invoices that a new payment pays (rules P2 and P3).

use contracts::{InvoiceNumber, Reason, document::Payment};
use mesh::Halt;

use crate::{
    config::Config,
    domain::{
        apply::{Step, by_due_date, cash, item, open_items, pay, raise},
        cash::{Cash, Issue},
        checked::sub,
        remit,
        remittance_line::RemittanceLine,
    },
    unit_of_work::UnitOfWork,
};

/// Lets a payment pay what its remittance names; without remittance, what its amount explains.
pub fn allocate(
    work: &mut UnitOfWork,
    key: &str,
    payment: &Payment,
    config: &Config,
) -> Result<Step, Halt> {
    let mut step = Step::default();
    if payment.remittance.is_empty() {
        guess(work, key, config, &mut step)?;
    } else {
        follow(work, key, payment, &mut step)?;
    }
    Ok(step)
}

/// Follows the lines of the remittance as given, until the cash is used (rule P2). Cash of a line that
/// cannot be applied is that line's: the next one does not get it.
fn follow(
    work: &mut UnitOfWork,
    key: &str,
    payment: &Payment,
    step: &mut Step,
) -> Result<(), Halt> {
    let mut left = cash(work, key)?.amount;
    for (number, remittance) in (1..).zip(&payment.remittance) {
        let line = RemittanceLine::of(number, remittance, cash(work, key)?)?;
        let budget = line.amount.min(left);
        left = sub(left, budget)?;
        remit::line(work, key, &line, budget, step)?;
    }
    unexplained(work, key, left, Reason::Overpayment, step)
}

/// Without remittance, pays the open invoice of exactly this amount, of several the oldest due; then,
/// where configured, the oldest due first (rule P2).
fn guess(work: &mut UnitOfWork, key: &str, config: &Config, step: &mut Step) -> Result<(), Halt> {
    let cash = cash(work, key)?;
    let mut left = cash.amount;
    for number in explained(work, cash, config)? {
        left = sub(left, pay(work, key, &number, left, step)?.amount)?;
    }
    unexplained(work, key, left, Reason::NoRemittance, step)
}

/// The invoices that cash without remittance pays, in this order.
fn explained(work: &UnitOfWork, cash: &Cash, config: &Config) -> Result<Vec<InvoiceNumber>, Halt> {
    let Some(customer) = &cash.customer_id else { return Ok(Vec::new()) };
    let numbers = by_due_date(open_items(work, customer, cash.currency));
    for number in &numbers {
        if item(work, number)?.is_exactly(cash.amount, cash.received_on)? {
            return Ok(vec![number.clone()]);
        }
    }
    Ok(if config.oldest_due_first { numbers } else { Vec::new() })
}

/// Keeps and shows what is left over as unapplied cash (rule P3).
fn unexplained(
    work: &mut UnitOfWork,
    key: &str,
    amount: i64,
    code: Reason,
    step: &mut Step,
) -> Result<(), Halt> {
    if amount == 0 {
        return Ok(());
    }
    let cash = cash(work, key)?;
    let money = format!("{} {}", cash.amount_of(amount), cash.currency);
    let message = format!("{money} unapplied: no invoice is named for it");
    raise(work, key, step, Issue { code, message, reference: None, amount })
}
