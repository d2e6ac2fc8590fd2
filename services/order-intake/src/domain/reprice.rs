//! A price hold that an operator decides: the order's price or the list's, never a third (O4).

use contracts::{
    Reason, ReasonLine,
    command::HeldPrice,
    document,
    event::{OrderBody, OrderedLine},
};
use rust_decimal::Decimal;

use super::{
    amounts::{Amounts, add_up, charges_of},
    evaluate::price::{list_for, listed},
    order::{Order, Taken},
    price::{Priced, Wanted, per_uom},
};
use crate::unit_of_work::UnitOfWork;

/// The order at the prices that count for the lines held for theirs.
///
/// # Errors
/// Says why that price cannot count.
pub fn reprice(
    work: &UnitOfWork,
    order: &Order,
    taken: &Taken,
    customer: &document::Customer,
    price: HeldPrice,
) -> Result<OrderBody, ReasonLine> {
    let mut body = taken.body.clone();
    let list = list_for(work, customer, body.order_date, body.currency);
    for hold in taken.holds() {
        let line = body.lines.iter_mut().find(|line| Some(line.line) == hold.line);
        let (Some(line), Reason::PriceMismatch | Reason::NoPrice) = (line, hold.code) else {
            continue;
        };
        match price {
            HeldPrice::Order if is_offered(order, line) => {}
            HeldPrice::Order => return Err(none(line, "neither the order nor the list")),
            HeldPrice::List => {
                let wanted = wanted(work, line);
                let priced = list.zip(wanted).and_then(|(list, it)| listed(work, list, it));
                let priced = priced.ok_or_else(|| none(line, "the list"))?;
                put(line, priced);
            }
        }
    }
    let charges = charges_of(&body).map_err(|_| too_large())?;
    let Amounts { net, total } = add_up(&body.lines, charges)?;
    (body.net_total, body.total) = (net, total);
    Ok(body)
}

fn put(line: &mut OrderedLine, priced: Priced) {
    line.unit_price = priced.unit_price;
    line.price_base_quantity = priced.base;
    line.discount_percent = contracts::Percent::ZERO;
}

/// Returns whether the line has a price of the partner's. Without a list price it stands at 0.
fn is_offered(order: &Order, line: &OrderedLine) -> bool {
    let sent = order.document.lines.iter().find(|sent| sent.line == line.line);
    line.unit_price.get() > Decimal::ZERO || sent.is_some_and(|sent| sent.unit_price.is_some())
}

fn none(line: &OrderedLine, who: &str) -> ReasonLine {
    let text = format!("{who} has a price for `{}`; send a price-list with one", line.sku);
    ReasonLine::at(line.line, Reason::NoPrice, text)
}

/// The wanted units of a line; `None` while its item is not known.
fn wanted<'a>(work: &'a UnitOfWork, line: &'a OrderedLine) -> Option<Wanted<'a>> {
    let item = &work.items.get(&line.sku)?.record.0;
    Some(Wanted {
        sku: &line.sku,
        uom: &line.uom,
        ordered: line.ordered_quantity,
        per_uom: per_uom(line)?,
        stock_uom: &item.stock_uom,
        stock: line.quantity,
    })
}

fn too_large() -> ReasonLine {
    ReasonLine::new(Reason::InvalidValue, "the charges are too large")
}
