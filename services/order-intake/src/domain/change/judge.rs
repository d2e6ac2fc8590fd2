//! The verdicts on the lines of a change. A line that grows, or is new, is judged and priced by the
//! code that judges a new order's.

use contracts::{
    Quantity, Reason, ReasonLine, Sku, UnitPrice,
    document::{self, OrderChange, OrderChangeLine},
    event::{OrderBody, OrderedLine},
};
use mesh::{Halt, Key};

use crate::domain::{
    evaluate::{judge::Judge, price::OneLine},
    line::{Line, MAX_LINES, Offer, too_many_lines},
    order::{Order, Taken},
    price::{per_uom, stock_units_per},
};

/// The verdict on a line.
#[derive(Debug)]
pub enum Verdict {
    /// The line stands as it is asked for, or a later change has said something else of it.
    Same,
    /// Less is wanted: the total, in stock units.
    Less(Quantity),
    /// More is wanted, at this price; with reasons, an order of it would be held.
    More(Box<OrderedLine>, Vec<ReasonLine>),
    Refused(Vec<ReasonLine>),
}

/// The verdict on each line that a change names.
///
/// # Errors
/// Names what is not known yet.
pub fn judge(
    judge: &Judge<'_>,
    order: &Order,
    change: &OrderChange,
) -> Result<Vec<(u32, Verdict)>, Halt> {
    let Some(taken) = order.taken() else { return Ok(Vec::new()) };
    let standing = taken.lines();
    let is_full = standing.len() >= MAX_LINES;
    let mut verdicts = Vec::with_capacity(change.lines.len());
    for asked in &change.lines {
        let row = judge.work.lines.get(&(order.order_id, asked.line));
        let verdict = match (standing.get(&asked.line), row) {
            // Numbers say in which order a buyer made its changes, whichever comes first: what a
            // later one says of a line stands.
            (Some(_), Some(row)) if row.said_by > change.change_number => Verdict::Same,
            (Some(line), Some(row)) => standing_line(judge, taken, line, row, asked)?,
            (Some(_), None) => Verdict::Same,
            (None, _) if is_full => Verdict::Refused(vec![too_many_lines(asked.line)]),
            (None, _) => new_line(judge, taken, asked)?,
        };
        verdicts.push((asked.line, verdict));
    }
    Ok(verdicts)
}

fn standing_line(
    judge: &Judge<'_>,
    order: &Taken,
    standing: &OrderedLine,
    row: &Line,
    asked: &OrderChangeLine,
) -> Result<Verdict, Halt> {
    if let Some(reason) = another(standing, asked) {
        return Ok(Verdict::Refused(vec![reason]));
    }
    let total = match total(judge, standing, asked) {
        Ok(total) => total,
        Err(reason) => return Ok(Verdict::Refused(vec![reason])),
    };
    if total > row.ordered {
        return grown(judge, order, standing, row, asked);
    }
    if let Some(reason) = another_price(standing, asked) {
        return Ok(Verdict::Refused(vec![reason]));
    }
    Ok(if total == row.ordered {
        Verdict::Same
    } else if total < row.dispatched {
        Verdict::Refused(vec![already_shipped(row)])
    } else {
        Verdict::Less(total)
    })
}

/// The refusal of less than has left.
pub fn already_shipped(line: &Line) -> ReasonLine {
    let text = format!("{} of `{}` have left already", line.dispatched, line.sku);
    ReasonLine::at(line.line, Reason::AlreadyShipped, text)
}

/// A line keeps its item and its unit.
fn another(standing: &OrderedLine, asked: &OrderChangeLine) -> Option<ReasonLine> {
    let wrong = |text: String| Some(ReasonLine::at(asked.line, Reason::InvalidValue, text));
    if asked.sku.as_ref().is_some_and(|sku| *sku != standing.sku) {
        return wrong(format!("line {} is `{}`; add a new line", asked.line, standing.sku));
    }
    if asked.uom.as_ref().is_some_and(|uom| *uom != standing.uom) {
        return wrong(format!("line {} is ordered in {}", asked.line, standing.uom));
    }
    None
}

/// Less is bought at the price of before (O4).
fn another_price(standing: &OrderedLine, asked: &OrderChangeLine) -> Option<ReasonLine> {
    let per_uom = per_uom(standing)?;
    let scaled = |price: UnitPrice, by: Quantity| price.get().checked_mul(by.get());
    let price = asked.unit_price.is_some_and(|price| {
        scaled(price, standing.price_base_quantity) != scaled(standing.unit_price, per_uom)
    });
    let discount = asked.discount_percent.is_some_and(|it| it != standing.discount_percent);
    let text = "the price of a line does not change with its quantity; leave it out";
    (price || discount).then(|| ReasonLine::at(asked.line, Reason::InvalidValue, text))
}

/// The total asked for, in stock units.
fn total(
    judge: &Judge<'_>,
    standing: &OrderedLine,
    asked: &OrderChangeLine,
) -> Result<Quantity, ReasonLine> {
    let refuse = |code, text: String| ReasonLine::at(asked.line, code, text);
    let item = judge.work.items.get(&standing.sku).map(|item| &item.record.0);
    let wanted = asked.quantity.non_negative().ok_or_else(|| {
        let text = format!("quantity {} is below 0", asked.quantity);
        refuse(Reason::QuantityNotPositive, text)
    })?;
    let of_item = || item.and_then(|item| stock_units_per(item, &standing.uom));
    let stock = per_uom(standing)
        .or_else(of_item)
        .and_then(|per| wanted.get().checked_mul(per.get()))
        .and_then(|stock| Quantity::new(stock).ok());
    let stock = stock.ok_or_else(|| {
        let text = format!("{wanted} {} of `{}` is no quantity", standing.uom, standing.sku);
        refuse(Reason::UnitNotConvertible, text)
    })?;
    if item.is_some_and(|item| item.whole_units) && !stock.is_whole() {
        let text = format!("{stock} of `{}`: whole units only", standing.sku);
        return Err(refuse(Reason::FractionOfWholeUnit, text));
    }
    Ok(stock)
}

/// More of a line: it is priced again, by what the buyer offers for it.
fn grown(
    judge: &Judge<'_>,
    order: &Taken,
    standing: &OrderedLine,
    row: &Line,
    asked: &OrderChangeLine,
) -> Result<Verdict, Halt> {
    let Offer { unit_price, discount_percent } = row.offer.0;
    let line = document::OrderLine {
        line: asked.line,
        sku: standing.sku.clone(),
        quantity: asked.quantity,
        uom: Some(standing.uom.clone()),
        unit_price: asked.unit_price.or(unit_price),
        discount_percent: asked.discount_percent.unwrap_or(discount_percent),
    };
    priced(judge, order, &line)
}

fn new_line(judge: &Judge<'_>, order: &Taken, asked: &OrderChangeLine) -> Result<Verdict, Halt> {
    let Some(sku) = asked.sku.clone() else {
        let text = format!("the order has no line {}; a new one needs a sku", asked.line);
        return Ok(Verdict::Refused(vec![ReasonLine::at(asked.line, Reason::UnknownLine, text)]));
    };
    let line = added(sku, asked);
    priced(judge, order, &line)
}

fn added(sku: Sku, asked: &OrderChangeLine) -> document::OrderLine {
    document::OrderLine {
        line: asked.line,
        sku,
        quantity: asked.quantity,
        uom: asked.uom.clone(),
        unit_price: asked.unit_price,
        discount_percent: asked.discount_percent.unwrap_or_default(),
    }
}

fn priced(judge: &Judge<'_>, order: &Taken, line: &document::OrderLine) -> Result<Verdict, Halt> {
    let body = &order.body;
    let Some(customer) = judge.work.customers.get(&body.customer_id) else {
        return Err(Halt::Wait(Key::new("customer", &body.customer_id)));
    };
    if customer.record.currency != body.currency {
        return Ok(Verdict::Refused(vec![wrong_currency(&customer.record, body, line.line)]));
    }
    let judged = judge.one_line(line, &customer.record, body.order_date, body.currency)?;
    Ok(match judged {
        OneLine::Refused(reasons) => Verdict::Refused(reasons),
        OneLine::Priced(_, holds) if holds.iter().any(|it| it.code == Reason::NoPrice) => {
            Verdict::Refused(holds)
        }
        OneLine::Priced(line, holds) => Verdict::More(line, holds),
    })
}

/// The refusal of more of an order whose customer pays in another currency by now (O7).
pub fn wrong_currency(customer: &document::Customer, body: &OrderBody, line: u32) -> ReasonLine {
    let text = format!(
        "the order is in {}, the customer's currency is {} now",
        body.currency, customer.currency
    );
    ReasonLine::at(line, Reason::WrongCurrency, text)
}
