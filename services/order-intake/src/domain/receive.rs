//! Orders as they come: once per PO (O1), checked whole (O2), answered every time.

use contracts::{
    Currency, OrderId, PartnerName, Reason, ReasonLine, SignedQuantity,
    document::{
        self, ChangeStatus, Ingress, OrderAck, OrderAckLine, OrderAckStatus, OrderChangeAck,
    },
    event::{OrderAccepted, OrderBody, OrderHeld, OrderRejected},
};
use mesh::{Context, Decision, Json, Key, Outputs};

use super::{
    Set,
    evaluate::{Evaluation, Judge},
    order::{Line, Order, Status},
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
            take(set, order_id, order, *body, holds, context).into()
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
) -> Outputs {
    let held = !holds.is_empty();
    let status = if held { OrderAckStatus::Held } else { OrderAckStatus::Accepted };
    let answer = acknowledgement(order_id, &body, status, holds.clone());
    for line in &body.lines {
        set.lines.put(Line {
            order_id,
            line: line.line,
            sku: line.sku.clone(),
            ordered: line.quantity,
            cancelled: contracts::Quantity::ZERO,
            dispatched: contracts::Quantity::ZERO,
            billed: contracts::Quantity::ZERO,
        });
    }
    set.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        customer_id: Some(body.customer_id.clone()),
        status: if held { Status::Held } else { Status::Accepted },
        received_at: context.now,
        document: Json(order.content()),
        body: Some(Json(body.clone())),
        acknowledgement: Json(answer.clone()),
    });
    let mut outputs = Outputs::none();
    let partner = body.partner.clone();
    if held {
        outputs.event(&OrderHeld { order_id, order: body, reasons: holds });
    } else {
        outputs.event(&OrderAccepted { order_id, order: body });
    }
    outputs.document(&partner, &answer);
    outputs
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
        reasons,
        currency: Some(body.currency),
        total: Some(body.total),
        lines: body
            .lines
            .iter()
            .map(|line| OrderAckLine {
                line: line.line,
                sku: line.sku.clone(),
                quantity: line.ordered_quantity.into(),
                unit_price: per_ordered_unit(line),
                status,
            })
            .collect(),
    }
}

/// The price of one ordered unit, where that is a decimal of the contract.
fn per_ordered_unit(line: &contracts::event::OrderedLine) -> Option<contracts::UnitPrice> {
    let per_uom = line.quantity.get().checked_div(line.ordered_quantity.get())?;
    let price = line.unit_price.get().checked_mul(per_uom)?;
    let price = price.checked_div(line.price_base_quantity.get())?;
    contracts::UnitPrice::new(price.round_dp(contracts::decimal::SCALE)).ok()
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

/// Changes are not taken yet: the order stays as it is, and the buyer is told so.
pub fn change(set: &Set, sender: &PartnerName, change: &document::OrderChange) -> Decision {
    let lines = change.lines.iter().map(|line| document::OrderChangeAckLine {
        line: line.line,
        sku: line.sku.clone(),
        quantity: standing(set, sender, &change.po_number, line.line),
        status: ChangeStatus::Rejected,
    });
    let (po_number, number) = (change.po_number.clone(), Some(change.change_number));
    refuse_change(set, sender, po_number, number, lines.collect())
}

/// Cancellations are not taken yet: the order stays as it is, and the buyer is told so.
pub fn cancel(set: &Set, sender: &PartnerName, cancel: &document::OrderCancel) -> Decision {
    refuse_change(set, sender, cancel.po_number.clone(), None, Vec::new())
}

/// What is ordered on a line, in the ordered unit; zero where there is no such line.
fn standing(
    set: &Set,
    sender: &PartnerName,
    po_number: &contracts::PoNumber,
    number: u32,
) -> SignedQuantity {
    let order = set.orders.get(&OrderId::of(sender, po_number));
    let body = order.and_then(|order| order.body.as_ref());
    let line = body.and_then(|body| body.lines.iter().find(|line| line.line == number));
    line.map(|line| line.ordered_quantity.into()).unwrap_or_default()
}

fn refuse_change(
    set: &Set,
    sender: &PartnerName,
    po_number: contracts::PoNumber,
    change_number: Option<u32>,
    lines: Vec<document::OrderChangeAckLine>,
) -> Decision {
    let order_id = OrderId::of(sender, &po_number);
    let reason = match set.orders.get(&order_id) {
        None => ReasonLine::new(Reason::UnknownOrder, format!("there is no order PO {po_number}")),
        Some(order) if order.status == Status::Accepted || order.status == Status::Held => {
            ReasonLine::new(Reason::NotSupported, "changes of a standing order are not taken yet")
        }
        Some(order) => {
            ReasonLine::new(Reason::OrderClosed, format!("the order is {}", order.status))
        }
    };
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    outputs.document(
        sender,
        &OrderChangeAck {
            po_number,
            order_id,
            change_number,
            status: ChangeStatus::Rejected,
            reasons: vec![reason],
            lines,
        },
    );
    outputs.into()
}
