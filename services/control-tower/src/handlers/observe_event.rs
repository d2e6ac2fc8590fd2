//! Every event of the mesh: it is recorded, and its facts change the read model.

mod cases;

use contracts::{
    OrderId,
    document::{Faults, Unreadable},
    event::{Event, ExceptionKind, ExceptionRaised},
    header,
};
use jiff::Timestamp;
use mesh::{Context, Halt, Handler, Inbound, OnEveryEvent, Origin, Outputs};

use crate::{
    ControlTower,
    domain::{
        case::case_id,
        excess::Excess,
        facts::Shipping,
        late_order, late_shipment,
        progress::{advance, settle_by_stage},
        projections::project,
        record::{EventOrder, ObservedEvent, OrderName, Record},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<ControlTower> = &OnEveryEvent { read, keys, decide };

/// Reads an event with its facts. The order that its sender named counts where the event names none.
fn read(inbound: &Inbound) -> Result<ObservedEvent, Faults> {
    let Origin::Event { aggregate, event, id, sequence } = &inbound.origin else {
        unreachable!("the handler of events is given events")
    };
    let (occurred_at, mut facts) = project(aggregate, event, &inbound.payload)
        .map_err(|error| Unreadable::invalid("", error.to_string()))?;
    if facts.orders.is_empty() {
        let named = inbound.correlation().and_then(|order| order.parse::<OrderId>().ok());
        facts.orders.extend(named);
    }
    let header = |name: &str| inbound.headers.get(name).cloned().unwrap_or_default();
    let source = header(header::CE_SOURCE);
    let record = Record {
        id: inbound.id.clone(),
        aggregate: aggregate.clone(),
        aggregate_id: id.clone(),
        sequence: *sequence,
        event: format!("{aggregate}.{event}"),
        order_id: facts.only_order(),
        occurred_at,
        recorded_at: occurred_at,
        cause: header(header::CAUSATION),
        service: source.strip_prefix("/ordermesh/").unwrap_or(&source).to_owned(),
        summary: facts.summary.clone(),
        payload: String::from_utf8_lossy(&inbound.payload).into_owned(),
    };
    Ok(ObservedEvent { record, facts })
}

fn keys(event: &ObservedEvent, keys: &mut Keys) {
    let ObservedEvent { record, facts } = event;
    for order_id in &facts.orders {
        let first = keys.orders.entry(*order_id).or_insert(record.occurred_at);
        *first = record.occurred_at.min(*first);
        keys.cases.insert(case_id(ExceptionKind::OrderLate, &order_id.to_string()));
    }
    if let Some(Shipping::Asked { shipment_id, .. } | Shipping::Accounted { shipment_id, .. }) =
        facts.shipping
    {
        keys.shipments.insert(shipment_id);
        keys.cases.insert(case_id(ExceptionKind::ShipmentLate, &shipment_id.to_string()));
    }
    keys.cases.extend(facts.settles.iter().map(|(kind, about)| case_id(*kind, about)));
    for raise in &facts.raises {
        keys.cases.insert(case_id(raise.kind, &raise.reference));
        if raise.kind == ExceptionKind::InvoiceWaiting {
            keys.unbilled_orders.extend(facts.only_order());
        }
        if raise.kind == ExceptionKind::ShortPayment {
            keys.short_paid_invoices.insert(raise.reference.clone());
        }
    }
}

fn decide(
    tower: &ControlTower,
    event: &ObservedEvent,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let ObservedEvent { record, facts } = event;
    let (config, now) = (&tower.config, context.now);
    let (mut outputs, mut excess, mut stage) = (Outputs::none(), Excess::default(), None);
    remember(work, event, now);
    for order_id in &facts.orders {
        let reached = advance(work, *order_id, event, &mut excess)?;
        settle_by_stage(work, *order_id, reached, record, now, &mut outputs);
        // An exception is raised by the control tower itself: nothing happened to the order.
        if record.aggregate != ExceptionRaised::AGGREGATE {
            late_order::follow(work, *order_id, record, config, now, &mut outputs);
        }
        stage = Some(reached);
    }
    late_shipment::follow(work, event, config, now, &mut outputs);
    let stage = stage.filter(|_| facts.only_order().is_some());
    cases::settle_and_raise(work, event, stage, now, &mut outputs);
    cases::follow_excess(work, record, excess, now, &mut outputs);
    Ok(outputs)
}

fn remember(work: &mut UnitOfWork, event: &ObservedEvent, now: Timestamp) {
    let ObservedEvent { record, facts } = event;
    work.events.put(Record { recorded_at: now, ..record.clone() });
    for order_id in facts.orders.iter().copied() {
        if facts.only_order().is_none() {
            work.event_orders.put(EventOrder { order_id, event_id: record.id.clone() });
        }
        for name in facts.names.iter().cloned() {
            work.order_names.put(OrderName { name, order_id });
        }
    }
}
