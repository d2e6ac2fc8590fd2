//! Rule O4 on a line: the partner's price against the list's.

use contracts::{
    Currency, Quantity, UnitPrice, Uom, document,
    event::OrderedLine,
    reason::{Reason, ReasonLine},
};
use jiff::civil::Date;
use mesh::{Halt, Key};

use super::{
    judge::Judge,
    line::{Checked, Patience},
};
use crate::{
    domain::{
        master::{Price, PriceList},
        price::{Priced, Wanted, list_on, list_price},
    },
    unit_of_work::UnitOfWork,
};

/// The judgement of a line that is added to a standing order.
#[derive(Debug)]
pub enum OneLine {
    Refused(Vec<ReasonLine>),
    /// As it will be billed; with reasons, an order of it would be held.
    Priced(Box<OrderedLine>, Vec<ReasonLine>),
}

impl Judge<'_> {
    /// Judges one line of a customer's order of a day and currency, by the code that judges a new
    /// order.
    ///
    /// # Errors
    /// Names what is not known yet.
    pub fn one_line(
        &self,
        line: &document::OrderLine,
        customer: &document::Customer,
        order_date: Date,
        currency: Currency,
    ) -> Result<OneLine, Halt> {
        let patience = if self.last_chance { Patience::None } else { Patience::Some };
        let mut reasons = Vec::new();
        let checked = self.line(line, patience, &mut reasons)?;
        let Some(checked) = checked.filter(|_| reasons.is_empty()) else {
            return Ok(OneLine::Refused(reasons));
        };
        let list = self.list_for(customer, order_date, currency)?;
        let priced = self.line_price(&checked, list, &mut reasons);
        Ok(OneLine::Priced(Box::new(priced), reasons))
    }

    /// The customer's list of a day; `None` where there is none in that currency.
    ///
    /// # Errors
    /// Names the list, where there is none yet and time to wait for it.
    pub fn list_for(
        &self,
        customer: &document::Customer,
        day: Date,
        currency: Currency,
    ) -> Result<Option<&PriceList>, Halt> {
        let list = list_for(self.work, customer, day, currency);
        if list.is_none() && !self.last_chance {
            return Err(Halt::Wait(Key::new("price-list", &customer.price_list)));
        }
        Ok(list)
    }

    /// Rule O4. Without a list price the line keeps what the partner offers, and is held.
    pub fn line_price(
        &self,
        checked: &Checked<'_>,
        list: Option<&PriceList>,
        holds: &mut Vec<ReasonLine>,
    ) -> OrderedLine {
        let line = checked.line;
        let offered =
            line.unit_price.map(|unit_price| Priced { unit_price, base: checked.per_uom });
        let listed = list.and_then(|list| listed(self.work, list, checked.wanted()));
        let tolerance = list.map(|list| list.tolerance_percent).unwrap_or_default();
        let accepted = offered.or(listed);
        match (accepted, listed) {
            (Some(accepted), Some(listed)) => {
                if !accepted.is_within(line.discount_percent, listed, tolerance) {
                    let text = format!(
                        "`{}`: {} per {} less {} % is offered, {} per {} is the list price",
                        line.sku,
                        accepted.unit_price,
                        accepted.base,
                        line.discount_percent,
                        listed.unit_price,
                        listed.base
                    );
                    holds.push(ReasonLine::at(line.line, Reason::PriceMismatch, text));
                }
            }
            (_, None) => {
                let text = format!("`{}` has no list price", line.sku);
                holds.push(ReasonLine::at(line.line, Reason::NoPrice, text));
            }
            (None, Some(_)) => {}
        }
        let price =
            accepted.unwrap_or(Priced { unit_price: UnitPrice::ZERO, base: checked.per_uom });
        OrderedLine {
            line: line.line,
            sku: line.sku.clone(),
            quantity: checked.stock,
            uom: checked.uom.clone(),
            ordered_quantity: checked.ordered,
            unit_price: price.unit_price,
            price_base_quantity: price.base,
            discount_percent: line.discount_percent,
        }
    }
}

/// The customer's list of a day; `None` where there is none in that currency.
#[must_use]
pub fn list_for<'a>(
    work: &'a UnitOfWork,
    customer: &document::Customer,
    day: Date,
    currency: Currency,
) -> Option<&'a PriceList> {
    let lists = work.price_lists.having("price_list", &customer.price_list);
    list_on(lists, day).filter(|list| list.currency == currency)
}

/// The list price of the wanted units.
#[must_use]
pub fn listed(work: &UnitOfWork, list: &PriceList, wanted: Wanted<'_>) -> Option<Priced> {
    let lowest = Uom::new("!").expect("a unit of one character");
    let sku = wanted.sku;
    let first = (list.price_list.clone(), list.valid_from, sku.clone(), lowest, Quantity::ZERO);
    let prices: Vec<&Price> = work.prices.sharing(first, 3).collect();
    list_price(&prices, wanted)
}
