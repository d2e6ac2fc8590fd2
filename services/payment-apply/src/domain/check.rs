//! The conditions of an operator's command.

use contracts::{Amount, Currency, CustomerId, InvoiceNumber, Money, Reason, ReasonLine};

use super::{cash::Cash, item::Item};
use crate::unit_of_work::UnitOfWork;

/// The amount in minor units, which must be above zero.
pub fn positive(amount: Amount, currency: Currency) -> Result<i64, ReasonLine> {
    let money = Money::of(amount, currency)
        .map_err(|error| ReasonLine::new(Reason::InvalidValue, error.to_string()))?;
    if money.minor <= 0 {
        let text = format!("{amount} {currency} is not above zero");
        return Err(ReasonLine::new(Reason::InvalidValue, text));
    }
    Ok(money.minor)
}

/// The payment, which must have so much unapplied.
pub fn usable<'a>(
    work: &'a UnitOfWork,
    payment: &str,
    currency: Currency,
    amount: i64,
) -> Result<&'a Cash, ReasonLine> {
    let Some(cash) = work.payments.get(&payment.to_owned()) else {
        let text = format!("there is no payment {payment}; name it as <bank>/<payment_id>");
        return Err(ReasonLine::new(Reason::UnknownPayment, text));
    };
    if cash.is_reversed {
        let text = format!("{payment} was reversed");
        return Err(ReasonLine::new(Reason::AlreadyReversed, text));
    }
    same_currency(payment, cash.currency, currency)?;
    if amount > cash.unapplied {
        let left = cash.amount_of(cash.unapplied);
        let text = format!("{payment} has {left} {currency} unapplied");
        return Err(ReasonLine::new(Reason::AmountTooLarge, text));
    }
    Ok(cash)
}

/// The item, of which so much must be open.
pub fn open<'a>(
    work: &'a UnitOfWork,
    number: &InvoiceNumber,
    currency: Currency,
    amount: i64,
) -> Result<&'a Item, ReasonLine> {
    let Some(item) = work.items.get(number) else {
        return Err(ReasonLine::new(Reason::UnknownInvoice, format!("{number} is not known")));
    };
    same_currency(number.as_str(), item.currency, currency)?;
    if item.open_amount == 0 {
        return Err(ReasonLine::new(Reason::InvoiceSettled, format!("{number} is settled")));
    }
    if amount > item.open_amount {
        let text = format!("{} {currency} of {number} are open", item.amount(item.open_amount));
        return Err(ReasonLine::new(Reason::AmountTooLarge, text));
    }
    Ok(item)
}

fn same_currency(what: &str, its: Currency, said: Currency) -> Result<(), ReasonLine> {
    if its == said {
        return Ok(());
    }
    Err(ReasonLine::new(Reason::WrongCurrency, format!("{what} is in {its}, not in {said}")))
}

/// Refuses cash of another customer than the item's (rule P6). An operator may say whose cash it is
/// where the bank did not know.
pub fn whose(cash: &Cash, item: &Item, said: Option<&CustomerId>) -> Result<(), ReasonLine> {
    let other = |customer: &CustomerId| *customer != item.customer_id;
    if cash.customer_id.as_ref().is_some_and(other) || said.is_some_and(other) {
        let text = format!("{} is {}'s", item.invoice_number, item.customer_id);
        return Err(ReasonLine::new(Reason::OtherCustomersInvoice, text));
    }
    Ok(())
}
