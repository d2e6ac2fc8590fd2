//! Requests to return goods: no more than is away, within the window, once (rule R1).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, PartnerName, Quantity, Reason, ReasonLine, RmaNumber, WarehouseId,
    document::{
        LineQuantity, ReturnAuthorization, ReturnDecision, ReturnExpected, ReturnRequest,
        ReturnRequestLine, fingerprint,
    },
    event::{ReturnAuthorized, ReturnRejected, return_request_key},
};
use jiff::civil::Date;
use mesh::{Context, Decision, Json, Key, Outputs};

use super::{
    Set,
    away::{Away, days_after, days_before},
    close,
    master::Calendar,
    order::{Order, dispatch_of},
    rma,
};
use crate::config::Config;

/// The most lines that a request may have, as many as an order.
const MAX_LINES: usize = 1_000;

/// A buyer's request.
pub fn request(
    set: &mut Set,
    sender: &PartnerName,
    request: &ReturnRequest,
    context: &Context<'_>,
    config: &Config,
) -> Decision {
    let order_id = OrderId::of(sender, &request.po_number);
    let key = (sender.clone(), request.return_request_id.clone());
    if let Some(standing) = set.requests.get(&key) {
        return repeated(standing, order_id, request).into();
    }
    let malformed = malformed(request);
    if !malformed.is_empty() {
        return reject(set, sender, request, malformed, Outputs::none()).into();
    }
    let Some(order) = set.orders.get(&order_id).cloned() else {
        if !context.last_chance {
            return Decision::Wait(Key::new("order", order_id));
        }
        let reason = not_ordered(set, sender, request, context);
        return reject(set, sender, request, vec![reason], Outputs::none()).into();
    };
    let calendar = Calendar::of(&set.company);
    let today = calendar.day(context.now);
    let asked_at = context.inbound.map_or(context.now, |inbound| inbound.stored_at);
    let day = calendar.day(asked_at);
    let mut outputs = Outputs::none();
    expire_overdue(set, order_id, today, &mut outputs);
    let away = Away::of(set, order_id, &calendar, config.window_days);
    let lines = match judge(set, order_id, request, away, days_before(day, config.window_days)) {
        Verdict::Granted(lines) => lines,
        Verdict::TooEarly(_) if !context.last_chance => {
            return Decision::Wait(dispatch_of(order_id));
        }
        Verdict::TooEarly(reasons) | Verdict::Refused(reasons) => {
            return reject(set, sender, request, reasons, outputs).into();
        }
    };
    let expected = match expected_at(set, order_id, &lines, context) {
        Ok(expected) => expected,
        Err(key) => return Decision::Wait(key),
    };
    let expires_on = days_after(today, config.authorization_days);
    let granted = Granted { order, lines, requested_on: day, expires_on };
    authorize(set, request, granted, expected, &mut outputs);
    outputs.into()
}

/// The same again gets the same answer; anything else leaves the request as it stands.
fn repeated(standing: &rma::Request, order_id: OrderId, request: &ReturnRequest) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    if standing.content == fingerprint(request) {
        outputs.document(&standing.partner, &standing.answer.0);
        return outputs;
    }
    let text = format!("`{}` stands for another request", request.return_request_id);
    let reasons = vec![ReasonLine::new(Reason::ConflictingReturnRequest, text)];
    outputs.document(&standing.partner, &rejected(request, reasons));
    outputs
}

/// What is wrong with a request whatever was shipped, all at once.
fn malformed(request: &ReturnRequest) -> Vec<ReasonLine> {
    let mut reasons = Vec::new();
    if request.lines.is_empty() {
        reasons.push(ReasonLine::new(Reason::NoLines, "a return needs at least one line"));
    }
    if request.lines.len() > MAX_LINES {
        let text = format!("a return has at most {MAX_LINES} lines");
        reasons.push(ReasonLine::new(Reason::TooManyLines, text));
    }
    let mut named = BTreeSet::new();
    for ReturnRequestLine { line, sku, quantity } in &request.lines {
        if quantity.is_zero() {
            let text = "the quantity must be above 0";
            reasons.push(ReasonLine::at(*line, Reason::QuantityNotPositive, text));
        }
        if !named.insert((line, sku)) {
            let text = format!("line {line} is named twice");
            reasons.push(ReasonLine::at(*line, Reason::DuplicateLine, text));
        }
    }
    reasons
}

/// Rule R1: only the buyer. That somebody else ordered is told to none but those who order for the
/// same customer; to others the order does not exist.
fn not_ordered(
    set: &Set,
    sender: &PartnerName,
    request: &ReturnRequest,
    context: &Context<'_>,
) -> ReasonLine {
    let po_number = &request.po_number;
    let shared = |order: &&Order| {
        let serves =
            |record: &contracts::partner::Partner| record.serves_customer(&order.customer_id);
        order.po_number == *po_number && context.partners.get(sender).is_some_and(serves)
    };
    if set.orders.iter().any(|order| shared(&order)) {
        let text = format!("another partner of the customer ordered PO {po_number}");
        return ReasonLine::new(Reason::NotTheBuyer, text);
    }
    ReasonLine::new(Reason::UnknownOrder, format!("there is no order PO {po_number}"))
}

/// Units of authorisations whose last day is over are free again before anything is judged.
fn expire_overdue(set: &mut Set, order_id: OrderId, today: Date, outputs: &mut Outputs) {
    let overdue: Vec<RmaNumber> = set
        .authorizations
        .iter()
        .filter(|one| one.order_id == order_id && one.is_overdue(today))
        .map(|one| one.rma_number.clone())
        .collect();
    for rma_number in overdue {
        close::expire(set, &rma_number, today, outputs);
    }
}

enum Verdict {
    Granted(Vec<LineQuantity>),
    /// Not yet: more of these lines may be on its way.
    TooEarly(Vec<ReasonLine>),
    Refused(Vec<ReasonLine>),
}

/// Every line against what is away, the whole request or nothing.
fn judge(
    set: &Set,
    order_id: OrderId,
    request: &ReturnRequest,
    mut away: Away,
    earliest: Date,
) -> Verdict {
    let mut granted = BTreeMap::new();
    let (mut reasons, mut early) = (Vec::new(), true);
    for asked in &request.lines {
        match take(&mut away, asked, earliest) {
            Ok(taken) => {
                for LineQuantity { line, sku, quantity } in taken {
                    let sum = granted.entry((line, sku)).or_insert(Quantity::ZERO);
                    *sum = [*sum, quantity].into_iter().sum();
                }
            }
            Err(reason) => {
                early &= may_still_leave(set, order_id, asked.line);
                reasons.push(reason_of(set, order_id, asked.line, reason));
            }
        }
    }
    if reasons.is_empty() {
        let line = |((line, sku), quantity)| LineQuantity { line, sku, quantity };
        return Verdict::Granted(granted.into_iter().map(line).collect());
    }
    if early { Verdict::TooEarly(reasons) } else { Verdict::Refused(reasons) }
}

/// Takes the units of one asked line, item by item where it names none.
fn take(
    away: &mut Away,
    asked: &ReturnRequestLine,
    earliest: Date,
) -> Result<Vec<LineQuantity>, ReasonLine> {
    let ReturnRequestLine { line, sku, quantity } = asked;
    let of_item = |one: &contracts::Sku| sku.as_ref().is_none_or(|wanted| wanted == one);
    let units = || away.of_line(*line).filter(|(one, _)| of_item(one)).map(|(_, units)| units);
    let within: Quantity = units().map(|units| units.since(earliest)).sum();
    let in_all: Quantity = units().map(|units| units.since(Date::MIN)).sum();
    if *quantity > in_all {
        let text = format!("{quantity} asked, {in_all} may come back");
        return Err(ReasonLine::at(*line, Reason::OverReturn, text));
    }
    if *quantity > within {
        let text = format!("{quantity} asked, {within} of {in_all} left on {earliest} or later");
        return Err(ReasonLine::at(*line, Reason::ReturnWindowPassed, text));
    }
    let (mut taken, mut rest) = (Vec::new(), *quantity);
    for ((number, sku), units) in &mut away.0 {
        if number == line && of_item(sku) && !rest.is_zero() {
            let left = units.take(rest, earliest);
            let quantity = rest.saturating_sub(left);
            if !quantity.is_zero() {
                taken.push(LineQuantity { line: *line, sku: sku.clone(), quantity });
            }
            rest = left;
        }
    }
    Ok(taken)
}

/// Whether more of a line may be on its way: the order has not been seen, or not all of it left.
fn may_still_leave(set: &Set, order_id: OrderId, line: u32) -> bool {
    let Some(ordered) = set.order_lines.get(&(order_id, line)) else { return true };
    let left = set.dispatches.iter().filter(|one| one.order_id == order_id && one.line == line);
    left.map(|one| one.quantity).sum::<Quantity>() < ordered.ordered
}

/// A line that the order does not have is told as such.
fn reason_of(set: &Set, order_id: OrderId, line: u32, reason: ReasonLine) -> ReasonLine {
    let lines = || set.order_lines.range((order_id, 0)..=(order_id, u32::MAX));
    let shipped = set.dispatches.iter().any(|one| one.order_id == order_id && one.line == line);
    if shipped || lines().next().is_none() || lines().any(|one| one.line == line) {
        return reason;
    }
    ReasonLine::at(line, Reason::UnknownLine, format!("the order has no line {line}"))
}

/// Who is to expect what: the partners that speak for the warehouses it left from. A warehouse
/// whose record is on its way is waited for; one that nobody speaks for is not told.
fn expected_at(
    set: &Set,
    order_id: OrderId,
    lines: &[LineQuantity],
    context: &Context<'_>,
) -> Result<BTreeMap<PartnerName, Vec<LineQuantity>>, Key> {
    let mut expected = BTreeMap::<PartnerName, Vec<LineQuantity>>::new();
    for line in lines {
        let from: BTreeSet<&WarehouseId> = set
            .dispatches
            .iter()
            .filter(|one| one.order_id == order_id && one.line == line.line && one.sku == line.sku)
            .map(|one| &one.warehouse_id)
            .collect();
        let mut partners = BTreeSet::new();
        for warehouse_id in from {
            match set.warehouses.get(warehouse_id) {
                Some(warehouse) => partners.extend(warehouse.speaker(context.partners)),
                None if context.last_chance => {}
                None => return Err(Key::new("warehouse", warehouse_id)),
            }
        }
        for partner in partners {
            expected.entry(partner.clone()).or_default().push(line.clone());
        }
    }
    Ok(expected)
}

struct Granted {
    order: Order,
    lines: Vec<LineQuantity>,
    requested_on: Date,
    expires_on: Date,
}

fn authorize(
    set: &mut Set,
    request: &ReturnRequest,
    granted: Granted,
    expected: BTreeMap<PartnerName, Vec<LineQuantity>>,
    outputs: &mut Outputs,
) {
    let Granted { order, lines, requested_on, expires_on } = granted;
    let Order { order_id, partner, po_number, customer_id } = order;
    let rma_number = next_number(set);
    for LineQuantity { line, sku, quantity } in &lines {
        set.lines.put(rma::Line {
            rma_number: rma_number.clone(),
            line: *line,
            sku: sku.clone(),
            order_id,
            authorized: *quantity,
            outstanding: *quantity,
            restocked: Quantity::ZERO,
            scrapped: Quantity::ZERO,
            returned_to_customer: Quantity::ZERO,
        });
    }
    let return_request_id = request.return_request_id.clone();
    let reason = request.reason.clone();
    set.authorizations.put(rma::Authorization {
        rma_number: rma_number.clone(),
        return_request_id: return_request_id.clone(),
        partner: partner.clone(),
        order_id,
        po_number: po_number.clone(),
        customer_id: customer_id.clone(),
        reason: reason.clone(),
        status: rma::Status::Open,
        requested_on,
        expires_on,
        last_warehouse: None,
    });
    let answer = ReturnAuthorization {
        return_request_id: return_request_id.clone(),
        rma_number: Some(rma_number.clone()),
        status: ReturnDecision::Authorized,
        reasons: Vec::new(),
        lines: lines.clone(),
        expires_on: Some(expires_on),
    };
    record(set, &partner, request, answer.clone());
    outputs.event(&ReturnAuthorized {
        rma_number: rma_number.clone(),
        return_request_id,
        partner: partner.clone(),
        order_id,
        po_number: po_number.clone(),
        customer_id,
        reason,
        lines,
        expires_on,
    });
    outputs.document(&partner, &answer);
    for (warehouse, lines) in expected {
        let (rma_number, po_number) = (rma_number.clone(), po_number.clone());
        outputs.document(&warehouse, &ReturnExpected { rma_number, order_id, po_number, lines });
    }
}

/// The next number: the series' row is locked, so that none is given twice or left out.
fn next_number(set: &mut Set) -> RmaNumber {
    let new = || rma::Series { series: rma::RMA.to_owned(), last: 0 };
    let series = set.series.get_or_put(&rma::RMA.to_owned(), new);
    series.last += 1;
    RmaNumber::new(format!("RMA-{:06}", series.last)).expect("digits make a number")
}

fn record(
    set: &mut Set,
    partner: &PartnerName,
    request: &ReturnRequest,
    answer: ReturnAuthorization,
) {
    set.requests.put(rma::Request {
        partner: partner.clone(),
        return_request_id: request.return_request_id.clone(),
        content: fingerprint(request),
        answer: Json(answer),
    });
}

fn reject(
    set: &mut Set,
    sender: &PartnerName,
    request: &ReturnRequest,
    reasons: Vec<ReasonLine>,
    mut outputs: Outputs,
) -> Outputs {
    let answer = rejected(request, reasons.clone());
    record(set, sender, request, answer.clone());
    outputs.about(OrderId::of(sender, &request.po_number));
    outputs.event(&ReturnRejected {
        return_request: return_request_key(sender, &request.return_request_id),
        partner: sender.clone(),
        reasons,
    });
    outputs.document(sender, &answer);
    outputs
}

fn rejected(request: &ReturnRequest, reasons: Vec<ReasonLine>) -> ReturnAuthorization {
    ReturnAuthorization {
        return_request_id: request.return_request_id.clone(),
        rma_number: None,
        status: ReturnDecision::Rejected,
        reasons,
        lines: Vec::new(),
        expires_on: None,
    }
}
