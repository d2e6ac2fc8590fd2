//! What an operator's command needs before it is carried out.

use contracts::{Amount, Currency, CustomerId, InvoiceNumber, Money, Reason, ReasonLine};

use super::{Set, cash::Cash, item::Item};

/// The amount in minor units, above zero.
///
/// # Errors
/// Why it is none.
pub fn positive(amount: Amount, currency: Currency) -> Result<i64, ReasonLine> {
    let money = Money::of(amount, currency)
        .map_err(|error| ReasonLine::new(Reason::InvalidValue, error.to_string()))?;
    if money.minor <= 0 {
        let text = format!("{amount} {currency} is not above zero");
        return Err(ReasonLine::new(Reason::InvalidValue, text));
    }
    Ok(money.minor)
}

/// The payment, where it has so much unapplied.
///
/// # Errors
/// Why not.
pub fn usable<'a>(
    set: &'a Set,
    payment: &str,
    currency: Currency,
    amount: i64,
) -> Result<&'a Cash, ReasonLine> {
    let Some(cash) = set.payments.get(&payment.to_owned()) else {
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

/// The item, where so much of it is open.
///
/// # Errors
/// Why not.
pub fn open<'a>(
    set: &'a Set,
    number: &InvoiceNumber,
    currency: Currency,
    amount: i64,
) -> Result<&'a Item, ReasonLine> {
    let Some(item) = set.items.get(number) else {
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

/// Rule P6 holds for operators too; they may say whose cash it is where the bank did not know.
///
/// # Errors
/// When it is somebody else's.
pub fn whose(cash: &Cash, item: &Item, said: Option<&CustomerId>) -> Result<(), ReasonLine> {
    let other = |customer: &CustomerId| *customer != item.customer_id;
    if cash.customer_id.as_ref().is_some_and(other) || said.is_some_and(other) {
        let text = format!("{} is {}'s", item.invoice_number, item.customer_id);
        return Err(ReasonLine::new(Reason::OtherCustomersInvoice, text));
    }
    Ok(())
}
