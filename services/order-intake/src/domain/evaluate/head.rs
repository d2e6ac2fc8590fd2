//! The checks of an order as a whole: its customer, dates, line numbers (O3).

use contracts::{
    Amount, Currency, Money,
    document::{self},
    reason::{Reason, ReasonLine},
};

use super::judge::Judge;
use crate::domain::line::MAX_LINES;

/// The reason why there is no customer to judge by.
pub enum Missing {
    /// The record may be on its way.
    Yet(mesh::Key),
    Never(ReasonLine),
}

impl Judge<'_> {
    pub fn customer(&self, order: &document::Order) -> Result<&document::Customer, Missing> {
        let named = order.customer_id.as_ref().or(self.partner.default_customer.as_ref());
        let Some(id) = named else {
            let text = "no customer is named, and the partner has no default customer";
            return Err(Missing::Never(ReasonLine::new(Reason::UnknownCustomer, text)));
        };
        if !self.partner.serves_customer(id) {
            let text = format!("`{}` may not order for customer `{id}`", self.partner.partner);
            return Err(Missing::Never(ReasonLine::new(Reason::ForeignCustomer, text)));
        }
        let customer = self.work.customers.get(id);
        customer
            .map(|row| &row.record.0)
            .ok_or_else(|| Missing::Yet(mesh::Key::new("customer", id)))
    }

    pub fn check_head(
        &self,
        order: &document::Order,
        customer: Option<&document::Customer>,
        reasons: &mut Vec<ReasonLine>,
    ) {
        if let Some(customer) = customer {
            check_customer(order, customer, reasons);
        }
        if order.lines.is_empty() {
            reasons.push(ReasonLine::new(Reason::NoLines, "an order needs at least one line"));
        }
        if order.lines.len() > MAX_LINES {
            let text = format!("{} lines; at most {MAX_LINES} are taken", order.lines.len());
            reasons.push(ReasonLine::new(Reason::TooManyLines, text));
        }
        let today = self.today();
        if let Some(day) = order.cancel_after.filter(|day| *day < today) {
            let text = format!("cancel_after {day} is past; today is {today}");
            reasons.push(ReasonLine::new(Reason::CancelAfterPassed, text));
        }
        let mut numbers: Vec<u32> = order.lines.iter().map(|line| line.line).collect();
        numbers.sort_unstable();
        let mut twice: Vec<u32> =
            numbers.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        twice.dedup();
        reasons.extend(twice.into_iter().map(|line| {
            ReasonLine::at(line, Reason::DuplicateLine, format!("line number {line} is used twice"))
        }));
    }
}

fn check_customer(
    order: &document::Order,
    customer: &document::Customer,
    reasons: &mut Vec<ReasonLine>,
) {
    if customer.status == document::CustomerStatus::Blocked {
        let text = format!("customer `{}` is blocked", customer.customer_id);
        reasons.push(ReasonLine::new(Reason::BlockedCustomer, text));
    }
    if order.currency.is_some_and(|currency| currency != customer.currency) {
        let text = format!("the customer's currency is {}", customer.currency);
        reasons.push(ReasonLine::new(Reason::WrongCurrency, text));
    }
    if ship_to(order, customer).is_none() {
        let text = "no ship_to, and the customer has no default_ship_to";
        reasons.push(ReasonLine::new(Reason::NoShipTo, text));
    }
    reasons.extend(order.total.and_then(|total| wrong_total(total, customer.currency)));
}

/// The address that the order goes to.
pub fn ship_to<'a>(
    order: &'a document::Order,
    customer: &'a document::Customer,
) -> Option<&'a document::Address> {
    let named = order.ship_to.as_ref().or(customer.default_ship_to.as_ref());
    named.or(customer.bill_to.as_ref())
}

/// The refusal of a total that is no amount of the currency, or below zero. It is compared with ours
/// later.
fn wrong_total(total: Amount, currency: Currency) -> Option<ReasonLine> {
    let wrong = match Money::of(total, currency) {
        Ok(total) if total.minor < 0 => "it is negative".to_owned(),
        Ok(_) => return None,
        Err(error) => error.to_string(),
    };
    Some(ReasonLine::new(Reason::InvalidValue, format!("total {total}: {wrong}")))
}
