//! `order`: a partner's order, once per PO number (O1), checked whole (O2), answered every time.

use contracts::{
    Currency, OrderId, PartnerName, Reason, ReasonLine,
    document::{self, Ingress, OrderAck, OrderAckLine, OrderAckStatus},
    event::{OrderAccepted, OrderBody, OrderHeld, OrderRejected, OrderedLine},
};
use mesh::{Context, Halt, Handler, Json, Key, OnDocument, Outputs, Received};

use crate::{
    OrderIntake,
    domain::{
        acknowledgement::acknowledgement,
        amounts::money,
        change::Expiry,
        evaluate::{judge::Judge, order::Evaluation},
        exposure::{follow, over_limit},
        line::{Line, Offer},
        order::{Order, Standing, State, Status, Taken},
        tally::Tally,
    },
    edi::resolve::resolved,
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDocument { keys, decide };

fn keys(received: &Received<document::Order>, keys: &mut Keys) {
    let Received { partner, document: order } = received;
    let order_id = OrderId::of(partner, &order.po_number);
    keys.orders.insert(order_id);
    keys.po_numbers.insert(order.po_number.clone());
    match &order.customer_id {
        Some(customer) => keys.customers.insert(customer.clone()),
        None => keys.default_of.insert(partner.clone()),
    };
    keys.price(order.lines.iter().map(|line| &line.sku));
    keys.company = true;
    keys.edi.buyers.insert(partner.clone());
    keys.edi.waiting.insert(order_id);
}

fn decide(
    _: &OrderIntake,
    received: &Received<document::Order>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document } = received;
    let order = &*resolved(work, sender, document);
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    let order_id = OrderId::of(sender, &order.po_number);
    let standing = work.orders.get(&order_id);
    if let Some(standing) = standing.filter(|it| it.status() != Status::Rejected) {
        return Ok(repeated(standing, order));
    }
    let judge = Judge { work, partner, now: context.now, last_chance: context.last_chance };
    match judge.evaluate(order)? {
        Evaluation::Rejected(reasons) => Ok(reject(work, sender, order, reasons, context)),
        Evaluation::Taken { body, mut holds } => {
            holds.extend(possible_duplicate(work, order_id, &body));
            holds.extend(too_much(work, &body)?);
            take(work, order_id, order, *body, holds, context)
        }
    }
}

/// Rule O1: the same again gets the latest answer; anything else leaves the order as it stands.
fn repeated(standing: &Order, order: &document::Order) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.about(standing.order_id);
    if standing.document == order.content() {
        outputs.document(&standing.partner, &standing.acknowledgement);
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
fn possible_duplicate(
    work: &UnitOfWork,
    order_id: OrderId,
    body: &OrderBody,
) -> Option<ReasonLine> {
    let same = |other: &&Order| {
        let standing = other.taken().filter(|taken| taken.standing != Standing::Cancelled);
        other.order_id != order_id
            && standing.is_some_and(|taken| taken.body.customer_id == body.customer_id)
    };
    let other = work.orders.having("po_number", &body.po_number).find(same)?;
    let text = format!("`{}` has ordered PO {} for this customer", other.partner, other.po_number);
    Some(ReasonLine::new(Reason::PossibleDuplicate, text))
}

/// Rule O5: more than the customer may owe.
fn too_much(work: &UnitOfWork, body: &OrderBody) -> Result<Option<ReasonLine>, Halt> {
    let Some(customer) = work.customers.get(&body.customer_id) else { return Ok(None) };
    Ok(over_limit(work, &customer.record.0, money(body.total, body.currency)?))
}

/// A rejected order leaves only its record (O2).
fn reject(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    order: &document::Order,
    reasons: Vec<ReasonLine>,
    context: &Context<'_>,
) -> Outputs {
    let order_id = OrderId::of(sender, &order.po_number);
    let answer = rejected(order_id, order, order.currency, reasons.clone());
    work.orders.put(Order {
        order_id,
        partner: sender.clone(),
        po_number: order.po_number.clone(),
        received_at: context.now,
        document: order.content(),
        acknowledgement: answer.clone(),
        state: State::Rejected,
    });
    let mut outputs = Outputs::none();
    let (partner, po_number) = (sender.clone(), order.po_number.clone());
    outputs.event(&OrderRejected { order_id, partner, po_number, reasons });
    outputs.document(sender, &answer);
    outputs
}

fn take(
    work: &mut UnitOfWork,
    order_id: OrderId,
    order: &document::Order,
    body: OrderBody,
    holds: Vec<ReasonLine>,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let held = !holds.is_empty();
    let status = if held { OrderAckStatus::Held } else { OrderAckStatus::Accepted };
    let answer = acknowledgement(order_id, &body, status, holds.clone());
    let standing = if held { Standing::Held(holds.clone()) } else { Standing::Accepted };
    let lines = body.lines.iter().zip(&order.lines);
    let rows: Vec<Line> = lines.map(|(line, sent)| ordered(order_id, line, sent)).collect();
    let tally = Tally::of(&body, &rows)?;
    rows.into_iter().for_each(|row| work.lines.put(row));
    work.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        // Who is first is said by the server, which stored the documents one by one.
        received_at: context.inbound.map_or(context.now, |inbound| inbound.stored_at),
        document: order.content(),
        acknowledgement: answer.clone(),
        state: State::Taken(Box::new(Taken::new(body.clone(), standing, tally))),
    });
    if let Some(day) = body.cancel_after {
        work.expiries.put(Expiry { order_id, day });
    }
    let mut outputs = Outputs::none();
    let partner = body.partner.clone();
    if held {
        outputs.event(&OrderHeld { order_id, order: body, reasons: holds });
    } else {
        outputs.event(&OrderAccepted { order_id, order: body });
    }
    outputs.document(&partner, &answer);
    follow(work, order_id, &mut outputs)?;
    Ok(outputs)
}

fn ordered(order_id: OrderId, line: &OrderedLine, sent: &document::OrderLine) -> Line {
    let document::OrderLine { unit_price, discount_percent, .. } = *sent;
    let offer = Json(Offer { unit_price, discount_percent });
    Line { offer, ..Line::new(order_id, line) }
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
