//! The acknowledgement of an order that was taken.

use contracts::{
    OrderId, Quantity, Reason, ReasonLine, UnitPrice,
    document::{OrderAck, OrderAckLine, OrderAckStatus},
    event::{OrderBody, OrderedLine},
};

use super::{order::Standing, price::Priced};
use crate::unit_of_work::UnitOfWork;

/// The acknowledgement of an order of which no line is cancelled.
#[must_use]
pub fn acknowledgement(
    order_id: OrderId,
    body: &OrderBody,
    status: OrderAckStatus,
    reasons: Vec<ReasonLine>,
) -> OrderAck {
    let line = |line: &OrderedLine| OrderAckLine {
        line: line.line,
        sku: line.sku.clone(),
        quantity: line.ordered_quantity.into(),
        unit_price: per_ordered_unit(line).filter(|_| !is_unpriced(line, &reasons)),
        status,
    };
    OrderAck {
        po_number: body.po_number.clone(),
        order_id,
        status,
        currency: Some(body.currency),
        total: Some(body.total),
        lines: body.lines.iter().map(line).collect(),
        reasons,
    }
}

/// The acknowledgement of an order as it stands now, which a resend is given from here on.
pub fn present(
    work: &mut UnitOfWork,
    order_id: OrderId,
    status: OrderAckStatus,
    reasons: Vec<ReasonLine>,
) -> Option<OrderAck> {
    let order = work.orders.get_mut(&order_id)?;
    let taken = order.taken()?;
    let of_line = match taken.standing {
        Standing::Held(_) => OrderAckStatus::Held,
        Standing::Accepted | Standing::Cancelled | Standing::Completed => OrderAckStatus::Accepted,
    };
    let mut answer = acknowledgement(order_id, &taken.body, status, reasons);
    for line in &mut answer.lines {
        let gone = taken.tally.gone.contains(&line.line);
        line.status = if gone { OrderAckStatus::Cancelled } else { of_line };
    }
    order.acknowledgement = answer.clone();
    Some(answer)
}

/// Neither the list nor the partner has a price for it: that is not a price of 0.
fn is_unpriced(line: &OrderedLine, reasons: &[ReasonLine]) -> bool {
    let no_price = |it: &ReasonLine| it.code == Reason::NoPrice && it.line == Some(line.line);
    line.unit_price == UnitPrice::ZERO && reasons.iter().any(no_price)
}

/// The price of one ordered unit, where that is a decimal of the contract.
fn per_ordered_unit(line: &OrderedLine) -> Option<UnitPrice> {
    let per_uom = line.quantity.get().checked_div(line.ordered_quantity.get())?;
    let priced = Priced { unit_price: line.unit_price, base: line.price_base_quantity };
    priced.per(Quantity::new(per_uom).ok()?)
}
