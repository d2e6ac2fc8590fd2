//! The judgement of an order as a whole.

use contracts::{
    Currency, Money, Reason, ReasonLine, document,
    event::{OrderBody, OrderedLine},
};
use jiff::civil::Date;
use mesh::Halt;

use super::{
    head::{Missing, ship_to},
    judge::Judge,
    line::{Checked, Patience},
};
use crate::domain::amounts::{Amounts, add_up, total_mismatch};

/// The judgement of an order.
#[derive(Debug)]
pub enum Evaluation {
    Rejected(Vec<ReasonLine>),
    /// As it will be handled; with reasons, it is held.
    Taken {
        /// The order with everything that was left out filled in.
        body: Box<OrderBody>,
        /// The reasons for which it waits for a release; empty when it is accepted.
        holds: Vec<ReasonLine>,
    },
}

impl Judge<'_> {
    /// Judges an order by everything that it names.
    ///
    /// # Errors
    /// Names what is not known yet, while there is time to wait for it.
    pub fn evaluate(&self, order: &document::Order) -> Result<Evaluation, Halt> {
        let mut reasons = Vec::new();
        let customer = match self.customer(order) {
            Ok(customer) => Some(customer),
            Err(Missing::Yet(key)) if !self.last_chance => return Err(Halt::Wait(key)),
            Err(Missing::Yet(_)) => {
                reasons.push(ReasonLine::new(Reason::UnknownCustomer, "the customer is not known"));
                None
            }
            Err(Missing::Never(reason)) => {
                reasons.push(reason);
                None
            }
        };
        self.check_head(order, customer, &mut reasons);
        let currency = customer.map(|customer| customer.currency);
        let charges = currency.and_then(|currency| charges(order, currency, &mut reasons));
        let patience = if self.last_chance { Patience::None } else { Patience::of(order) };
        let mut lines = Vec::new();
        for line in &order.lines {
            lines.extend(self.line(line, patience, &mut reasons)?);
        }
        match (customer, charges) {
            (Some(customer), Some(charges)) if reasons.is_empty() => {
                self.priced(order, customer, &lines, charges)
            }
            _ => Ok(Evaluation::Rejected(reasons)),
        }
    }

    fn priced(
        &self,
        order: &document::Order,
        customer: &document::Customer,
        checked: &[Checked<'_>],
        charges: Money,
    ) -> Result<Evaluation, Halt> {
        let order_date = order.order_date.unwrap_or_else(|| self.today());
        let list = self.list_for(customer, order_date, customer.currency)?;
        let mut holds = Vec::new();
        let lines: Vec<OrderedLine> =
            checked.iter().map(|line| self.line_price(line, list, &mut holds)).collect();
        let total = match add_up(&lines, charges) {
            Ok(total) => total,
            Err(reason) => return Ok(Evaluation::Rejected(vec![reason])),
        };
        holds.extend(total_mismatch(order, total.total, charges.currency));
        Ok(match self.body(order, customer, order_date, lines, total) {
            Some(body) => Evaluation::Taken { body: Box::new(body), holds },
            None => Evaluation::Rejected(vec![ReasonLine::new(Reason::NoShipTo, "no ship_to")]),
        })
    }

    fn body(
        &self,
        order: &document::Order,
        customer: &document::Customer,
        order_date: Date,
        lines: Vec<OrderedLine>,
        amounts: Amounts,
    ) -> Option<OrderBody> {
        let ship_to = ship_to(order, customer)?;
        Some(OrderBody {
            partner: self.partner.partner.clone(),
            po_number: order.po_number.clone(),
            customer_id: customer.customer_id.clone(),
            channel: order.channel,
            currency: customer.currency,
            order_date,
            requested_ship_date: order.requested_ship_date,
            cancel_after: order.cancel_after,
            ship_complete: order.ship_complete,
            allow_backorder: order.allow_backorder,
            allow_substitutes: order.allow_substitutes,
            priority: order.priority,
            ship_to: ship_to.clone(),
            terms: customer.terms,
            tax_exempt: customer.tax_exempt,
            over_ship_tolerance_percent: customer.over_ship_tolerance_percent,
            lines,
            charges: order.charges.clone(),
            net_total: amounts.net,
            total: amounts.total,
        })
    }
}

/// The sum of the charges; `None` after saying what is wrong with them.
fn charges(
    order: &document::Order,
    currency: Currency,
    reasons: &mut Vec<ReasonLine>,
) -> Option<Money> {
    let mut sum = Some(Money::zero(currency));
    for charge in &order.charges {
        let amount = Money::of(charge.amount, currency);
        match amount {
            Ok(amount) if amount.minor < 0 => {
                let text = format!("charge `{}` is negative", charge.code);
                reasons.push(ReasonLine::new(Reason::NegativeCharge, text));
            }
            Ok(amount) => sum = sum.and_then(|sum| sum.checked_add(amount).ok()),
            Err(error) => {
                let text = format!("charge `{}`: {error}", charge.code);
                reasons.push(ReasonLine::new(Reason::InvalidValue, text));
            }
        }
    }
    sum
}
