//! `return-request`: a request to return goods. Each gets one answer, and an authorisation stands
//! (rule R1).

use std::collections::BTreeSet;

use contracts::{
    OrderId, PartnerName, Reason, ReasonLine, RmaNumber,
    document::{
        ReturnAuthorization, ReturnDecision, ReturnRequest, ReturnRequestLine, fingerprint,
    },
    event::{ReturnRejected, return_request_key},
};
use jiff::civil::Date;
use mesh::{Context, Halt, Handler, Key, OnDocument, Outputs, Received};

use crate::{
    Returns,
    domain::{
        authorize::{Granted, authorize, expected_at},
        close,
        judge::{Verdict, judge},
        master::Calendar,
        order::{Order, dispatch_of},
        returnable::{ReturnableUnits, days_after, days_before},
        rma,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Returns> = &OnDocument { keys, decide };

/// The most lines of a request, as many as of an order.
const MAX_LINES: usize = 1_000;

fn keys(received: &Received<ReturnRequest>, keys: &mut Keys) {
    let Received { partner, document: request } = received;
    let order_id = OrderId::of(partner, &request.po_number);
    keys.orders.insert(order_id);
    keys.order_lines.insert(order_id);
    keys.po_numbers.insert(request.po_number.clone());
    keys.requests.insert(request.return_request_id.clone());
}

fn decide(
    service: &Returns,
    received: &Received<ReturnRequest>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: request } = received;
    let config = &service.config;
    let order_id = OrderId::of(sender, &request.po_number);
    if let Some(answer) = repeated(work, sender, order_id, request) {
        return Ok(answer);
    }
    let malformed = malformed(request);
    if !malformed.is_empty() {
        return Ok(reject(work, sender, request, malformed, Outputs::none()));
    }
    let Some(order) = work.orders.get(&order_id).cloned() else {
        if !context.last_chance {
            return Err(Halt::Wait(Key::new("order", order_id)));
        }
        let reason = not_ordered(work, sender, request, context);
        return Ok(reject(work, sender, request, vec![reason], Outputs::none()));
    };
    let calendar = Calendar::of(&work.company);
    let today = calendar.day(context.now);
    let asked_at = context.inbound.map_or(context.now, |inbound| inbound.stored_at);
    let day = calendar.day(asked_at);
    let mut outputs = Outputs::none();
    expire_overdue(work, order_id, today, &mut outputs)?;
    let away = ReturnableUnits::of(work, order_id, &calendar, config.window_days)?;
    let earliest = days_before(day, config.window_days);
    let lines = match judge(work, order_id, request, away, earliest)? {
        Verdict::Granted(lines) => lines,
        Verdict::TooEarly(_) if !context.last_chance => {
            return Err(Halt::Wait(dispatch_of(order_id)));
        }
        Verdict::TooEarly(reasons) | Verdict::Refused(reasons) => {
            return Ok(reject(work, sender, request, reasons, outputs));
        }
    };
    let expected = expected_at(work, order_id, &lines, context)?;
    let expires_on = days_after(today, config.authorization_days);
    let granted = Granted { order, lines, requested_on: day, expires_on };
    authorize(work, request, granted, expected, &mut outputs)?;
    Ok(outputs)
}

/// Answers a request whose id was authorised before: the same content gets the same answer, other
/// content is refused. A rejected request left nothing behind and is judged afresh, as an order is
/// (rule O1): the buyer may correct it, or ask again when more has left.
fn repeated(
    work: &UnitOfWork,
    sender: &PartnerName,
    order_id: OrderId,
    request: &ReturnRequest,
) -> Option<Outputs> {
    let standing = standing(work, sender, request)?;
    if standing.answer.0.status == ReturnDecision::Rejected {
        return None;
    }
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    if standing.content == fingerprint(request) {
        outputs.document(sender, &standing.answer.0);
        return Some(outputs);
    }
    let text = format!("`{}` stands for another request", request.return_request_id);
    let reasons = vec![ReasonLine::new(Reason::ConflictingReturnRequest, text)];
    outputs.document(sender, &rejected(request, reasons));
    Some(outputs)
}

fn standing<'a>(
    work: &'a UnitOfWork,
    sender: &PartnerName,
    request: &ReturnRequest,
) -> Option<&'a rma::Request> {
    work.requests.get(&(sender.clone(), request.return_request_id.clone()))
}

/// Returns everything that is wrong with a request regardless of what was shipped.
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

/// Rule R1: only the buyer may return goods. A partner that orders for the same customer learns
/// that another partner ordered; for all others the order does not exist.
fn not_ordered(
    work: &UnitOfWork,
    sender: &PartnerName,
    request: &ReturnRequest,
    context: &Context<'_>,
) -> ReasonLine {
    let po_number = &request.po_number;
    let record = context.partners.get(sender);
    let shared =
        |order: &Order| record.is_some_and(|record| record.serves_customer(&order.customer_id));
    if work.orders.having("po_number", po_number).any(shared) {
        let text = format!("another partner of the customer ordered PO {po_number}");
        return ReasonLine::new(Reason::NotTheBuyer, text);
    }
    ReasonLine::new(Reason::UnknownOrder, format!("there is no order PO {po_number}"))
}

/// Expires the overdue authorisations of an order, so that their units are free again.
fn expire_overdue(
    work: &mut UnitOfWork,
    order_id: OrderId,
    today: Date,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let overdue: Vec<RmaNumber> = work
        .authorizations
        .having("order_id", &order_id)
        .filter(|one| one.is_overdue(today))
        .map(|one| one.rma_number.clone())
        .collect();
    for rma_number in overdue {
        close::expire(work, &rma_number, today, outputs)?;
    }
    Ok(())
}

/// Rejects a request and raises an exception, once for each content and reason, however often the
/// request is sent.
fn reject(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    request: &ReturnRequest,
    reasons: Vec<ReasonLine>,
    mut outputs: Outputs,
) -> Outputs {
    let answer = rejected(request, reasons.clone());
    let row = rma::Request::answered(sender, request, answer.clone());
    let told = standing(work, sender, request) == Some(&row);
    outputs.about(OrderId::of(sender, &request.po_number));
    if !told {
        work.requests.put(row);
        outputs.event(&ReturnRejected {
            return_request: return_request_key(sender, &request.return_request_id),
            partner: sender.clone(),
            reasons,
        });
    }
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
