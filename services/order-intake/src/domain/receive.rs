//! Orders as they come: once per PO (O1), checked whole (O2), answered every time.

use contracts::{
    Currency, Money, OrderId, PartnerName, Quantity, Reason, ReasonLine, UnitPrice,
    document::{self, Ingress, OrderAck, OrderAckLine, OrderAckStatus},
    event::{OrderAccepted, OrderBody, OrderHeld, OrderRejected, OrderedLine},
};
use mesh::{Context, Decision, Json, Key, Outputs};

use super::{
    Set,
    change::Expiry,
    credit::{follow, over_limit},
    evaluate::{Evaluation, Judge},
    exposure::TooLarge,
    order::{Line, Order, Status},
    price::Priced,
    tally::{Offer, Tally},
};

/// A partner's order.
pub fn order(
    set: &mut Set,
    sender: &PartnerName,
    order: &document::Order,
    context: &Context<'_>,
) -> Decision {
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    let order_id = OrderId::of(sender, &order.po_number);
    if let Some(standing) = set.orders.get(&order_id)
        && standing.status != Status::Rejected
    {
        return repeated(standing, order).into();
    }
    let judge = Judge { set, partner, now: context.now, last_chance: context.last_chance };
    match judge.evaluate(order) {
        Evaluation::Unknown(key) => Decision::Wait(key),
        Evaluation::Rejected(reasons) => reject(set, sender, order, reasons, context).into(),
        Evaluation::Taken { body, mut holds } => {
            holds.extend(possible_duplicate(set, order_id, &body));
            holds.extend(too_much(set, &body));
            let taken = take(set, order_id, order, *body, holds, context);
            taken.map_or_else(Decision::from, Decision::from)
        }
    }
}

/// Rule O1: the same again gets the latest answer; anything else leaves the order as it stands.
fn repeated(standing: &Order, order: &document::Order) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.about(standing.order_id);
    if standing.document.0 == order.content() {
        outputs.document(&standing.partner, &standing.acknowledgement.0);
        return outputs;
    }
    let text =
        format!("PO {} stands for another order; send changes as order-change", order.po_number);
    let reasons = vec![ReasonLine::new(Reason::DuplicatePoNumber, text)];
    let answer = rejected(standing.order_id, order, order.currency, reasons);
    outputs.document(&standing.partner, &answer);
    outputs
}

/// Rule O1: the same PO number for the same customer, from another partner.
fn possible_duplicate(set: &Set, order_id: OrderId, body: &OrderBody) -> Option<ReasonLine> {
    let same = |other: &&Order| {
        other.order_id != order_id
            && other.po_number == body.po_number
            && other.customer_id.as_ref() == Some(&body.customer_id)
            && !matches!(other.status, Status::Rejected | Status::Cancelled)
    };
    let other = set.orders.iter().find(same)?;
    let text = format!("`{}` has ordered PO {} for this customer", other.partner, other.po_number);
    Some(ReasonLine::new(Reason::PossibleDuplicate, text))
}

/// Rule O5: more than the customer may owe.
fn too_much(set: &Set, body: &OrderBody) -> Option<ReasonLine> {
    let customer = &set.customers.get(&body.customer_id)?.record.0;
    let total = Money::of(body.total, body.currency).ok()?;
    over_limit(set, customer, total)
}

/// A rejected order leaves only its record (O2).
fn reject(
    set: &mut Set,
    sender: &PartnerName,
    order: &document::Order,
    reasons: Vec<ReasonLine>,
    context: &Context<'_>,
) -> Outputs {
    let order_id = OrderId::of(sender, &order.po_number);
    let answer = rejected(order_id, order, order.currency, reasons.clone());
    set.orders.put(Order {
        order_id,
        partner: sender.clone(),
        po_number: order.po_number.clone(),
        customer_id: None,
        status: Status::Rejected,
        received_at: context.now,
        document: Json(order.content()),
        body: None,
        acknowledgement: Json(answer.clone()),
        holds: Json(Vec::new()),
        currency: None,
        total: 0,
        exposure: 0,
        waits_for_credit: false,
        billed_charges: 0,
        tally: Json(Tally::default()),
    });
    let mut outputs = Outputs::none();
    let (partner, po_number) = (sender.clone(), order.po_number.clone());
    outputs.event(&OrderRejected { order_id, partner, po_number, reasons });
    outputs.document(sender, &answer);
    outputs
}

fn take(
    set: &mut Set,
    order_id: OrderId,
    order: &document::Order,
    body: OrderBody,
    holds: Vec<ReasonLine>,
    context: &Context<'_>,
) -> Result<Outputs, TooLarge> {
    let (held, last_day) = (!holds.is_empty(), body.cancel_after);
    let status = if held { OrderAckStatus::Held } else { OrderAckStatus::Accepted };
    let answer = acknowledgement(order_id, &body, status, holds.clone());
    let rows: Vec<Line> = body
        .lines
        .iter()
        .zip(&order.lines)
        .map(|(line, sent)| ordered(order_id, line, sent))
        .collect();
    let tally = Tally::of(&body, &rows)?;
    rows.into_iter().for_each(|row| set.lines.put(row));
    // Who is first is said by the server, which stored the documents one by one.
    let received_at = context.inbound.map_or(context.now, |inbound| inbound.stored_at);
    set.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        customer_id: Some(body.customer_id.clone()),
        status: if held { Status::Held } else { Status::Accepted },
        received_at,
        document: Json(order.content()),
        body: Some(Json(body.clone())),
        acknowledgement: Json(answer.clone()),
        holds: Json(holds.clone()),
        currency: Some(body.currency),
        total: 0,
        exposure: 0,
        waits_for_credit: false,
        billed_charges: 0,
        tally: Json(tally),
    });
    let mut outputs = Outputs::none();
    let partner = body.partner.clone();
    if held {
        outputs.event(&OrderHeld { order_id, order: body, reasons: holds });
    } else {
        outputs.event(&OrderAccepted { order_id, order: body });
    }
    outputs.document(&partner, &answer);
    if let Some(day) = last_day {
        set.expiries.put(Expiry { order_id, day });
    }
    follow(set, order_id, &mut outputs)?;
    Ok(outputs)
}

fn ordered(order_id: OrderId, line: &OrderedLine, sent: &document::OrderLine) -> Line {
    let document::OrderLine { unit_price, discount_percent, .. } = *sent;
    let offer = Json(Offer { unit_price, discount_percent });
    Line { offer, ..Line::new(order_id, line) }
}

/// The acknowledgement of an order that was taken.
pub fn acknowledgement(
    order_id: OrderId,
    body: &OrderBody,
    status: OrderAckStatus,
    reasons: Vec<ReasonLine>,
) -> OrderAck {
    OrderAck {
        po_number: body.po_number.clone(),
        order_id,
        status,
        currency: Some(body.currency),
        total: Some(body.total),
        lines: body
            .lines
            .iter()
            .map(|line| OrderAckLine {
                line: line.line,
                sku: line.sku.clone(),
                quantity: line.ordered_quantity.into(),
                unit_price: per_ordered_unit(line).filter(|_| !is_unpriced(line, &reasons)),
                status,
            })
            .collect(),
        reasons,
    }
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

fn rejected(
    order_id: OrderId,
    order: &document::Order,
    currency: Option<Currency>,
    reasons: Vec<ReasonLine>,
) -> OrderAck {
    let lines = order.lines.iter().map(|line| OrderAckLine {
        line: line.line,
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        status: OrderAckStatus::Rejected,
    });
    OrderAck {
        po_number: order.po_number.clone(),
        order_id,
        status: OrderAckStatus::Rejected,
        reasons,
        currency,
        total: None,
        lines: lines.collect(),
    }
}
