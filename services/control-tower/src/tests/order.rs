//! The life of an order, from its first event to its last.

use contracts::{
    event::{
        InventoryBackordered, InventoryReserved, InvoicePosted, OrderAccepted, OrderCancelled,
        OrderCompleted, PaymentApplied, ReceivableSettled, ReturnCompleted, ShipmentDispatched,
        ShipmentRequested, ShipmentShort,
    },
    question::{OrderState, OrderStatusLine},
    subject,
};
use jiff::ToSpan;
use mesh::{Asker, Inbound, row};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use testkit::Bench;

use super::{asker, bench, order_id, order_status, read_model, samples::*, scenario};
use crate::{
    Status, Trace,
    domain::{line::Line, order::Order, status::Stage},
    queries::order_status::state,
};

const ALL: [(u32, &str, u32); 2] = [(1, "WIDGET-1", 10), (2, "GADGET", 5)];

/// A whole life: one line ships at once, the other waits, is short by one and is billed in parts;
/// four seconds between events. What is short by one is cancelled.
fn life(bench: &mut Bench) -> Vec<Inbound> {
    let mut events = Vec::new();
    let mut say = |make: &dyn Fn(&mut Bench) -> Inbound| {
        events.push(make(bench));
        bench.at(bench.now().checked_add(4.seconds()).unwrap());
    };
    let (first, rest) = ([(1, "WIDGET-1", 10)], [(2, "GADGET", 4)]);
    say(&|bench| bench.numbered(&order::<OrderAccepted>(5)));
    say(&|bench| bench.numbered(&reserved::<InventoryReserved>(&first)));
    say(&|bench| bench.numbered(&quantities::<InventoryBackordered>(&[(2, "GADGET", 5)])));
    say(&|bench| bench.numbered(&shipped::<ShipmentRequested>(1, &first)));
    say(&|bench| bench.numbered(&shipped::<ShipmentDispatched>(1, &first)));
    say(&|bench| bench.numbered(&invoiced::<InvoicePosted>(1, &first)));
    say(&|bench| bench.numbered(&reserved::<InventoryReserved>(&[(2, "GADGET", 5)])));
    say(&|bench| bench.numbered(&shipped::<ShipmentRequested>(2, &[(2, "GADGET", 5)])));
    say(&|bench| bench.numbered(&shipped::<ShipmentDispatched>(2, &rest)));
    say(&|bench| bench.numbered(&short::<ShipmentShort>(2, 2, "GADGET", 1)));
    say(&|bench| bench.numbered(&quantities::<OrderCancelled>(&[(2, "GADGET", 1)])));
    say(&|bench| bench.numbered(&invoiced::<InvoicePosted>(2, &rest)));
    say(&|bench| bench.numbered(&completed::<OrderCompleted>()));
    say(&|bench| {
        bench.numbered(&payment::<PaymentApplied>(&[json!(order_id())], "0", "unknown_invoice"))
    });
    say(&|bench| bench.numbered(&settled::<ReceivableSettled>(1)));
    say(&|bench| bench.numbered(&returned::<ReturnCompleted>(1, "WIDGET-1", 2)));
    events
}

/// A line's figures but its number and item: ordered, reserved, backordered, shipped, cancelled,
/// invoiced, returned.
fn figures(line: &OrderStatusLine) -> [String; 7] {
    let OrderStatusLine { ordered, reserved, backordered, shipped, .. } = *line;
    let OrderStatusLine { cancelled, invoiced, returned, .. } = *line;
    [ordered, reserved, backordered, shipped, cancelled, invoiced, returned]
        .map(|figure| figure.to_string())
}

async fn stage(bench: &Bench) -> Stage {
    let orders: Vec<Order> = row::find(bench.database(), "order_id", [order_id()]).await.unwrap();
    orders[0].stage
}

#[tokio::test]
async fn an_order_goes_through_its_stages() {
    let mut bench = bench().await;
    let mut stages = Vec::new();
    for event in life(&mut bench) {
        bench.deliver(vec![event]).await;
        let stage = stage(&bench).await.to_string();
        if stages.last() != Some(&stage) {
            stages.push(stage);
        }
    }
    let wanted =
        ["accepted", "backordered", "partially_shipped", "shipped", "invoiced", "completed"];
    assert_eq!(stages, wanted);
}

#[tokio::test]
async fn a_whole_life_gives_the_right_figures_and_a_timeline() {
    let mut bench = bench().await;
    let events = life(&mut bench);
    let told = events.len();
    bench.deliver(events[..3].to_vec()).await;
    let status = order_status(&bench, Asker::Operator).await;
    assert_eq!(status.status, OrderState::Accepted);
    assert_eq!(figures(&status.lines[0]), ["10", "10", "0", "0", "0", "0", "0"]);
    assert_eq!(figures(&status.lines[1]), ["5", "0", "5", "0", "0", "0", "0"]);
    bench.deliver(events[3..].to_vec()).await;
    let status = order_status(&bench, Asker::Operator).await;
    assert_eq!(status.status, OrderState::Completed);
    assert_eq!(figures(&status.lines[0]), ["10", "0", "0", "10", "0", "10", "2"]);
    assert_eq!(figures(&status.lines[1]), ["5", "0", "0", "4", "1", "4", "0"]);
    assert_eq!(status.timeline.len(), told);
    assert_eq!(status.timeline[0].event, "order.accepted");
    assert_eq!(status.timeline[0].text, "accepted 10 × WIDGET-1, 5 × GADGET for 149.85 USD");
    // The same events again change nothing.
    let before = read_model(bench.database()).await;
    bench.deliver(events).await;
    assert_eq!(read_model(bench.database()).await, before);
}

/// M1: events of different aggregates come in any order, in batches of any size.
#[test]
fn m1_in_whatever_order_events_come_the_read_model_is_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wanted = runtime.block_on(async {
        let mut bench = bench().await;
        let events = life(&mut bench);
        bench.deliver(events).await;
        read_model(bench.database()).await
    });
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let places: Vec<usize> = (0..16).collect();
    let any = (Just(places).prop_shuffle(), 1_usize..17);
    let outcome = runner.run(&any, |(places, size)| {
        let found = runtime.block_on(async {
            let mut bench = bench().await;
            let events = life(&mut bench);
            assert_eq!(events.len(), places.len());
            for batch in places.chunks(size) {
                bench.deliver(batch.iter().map(|place| events[*place].clone()).collect()).await;
            }
            read_model(bench.database()).await
        });
        prop_assert_eq!(&found, &wanted);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn an_order_is_cancelled_when_nothing_of_it_is_left() {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(5)).outputs();
    tower.event(&quantities::<OrderCancelled>(&ALL)).outputs();
    let order = tower.work.orders.get(&order_id()).unwrap();
    assert_eq!(state(order.stage), OrderState::Cancelled);
}

#[tokio::test]
async fn a_buyer_sees_its_own_orders_only_and_nothing_of_the_ledger() {
    let mut bench = bench().await;
    let events = life(&mut bench);
    bench.deliver(events).await;
    let own = order_status(&bench, asker("acme", json!(["buyer"]))).await;
    assert_eq!(own.order_id, order_id());
    let erp = order_status(&bench, asker("erp", json!(["erp"]))).await;
    assert_eq!(erp, order_status(&bench, Asker::Operator).await);
    let ask = async |asker: Asker, request: Value| {
        bench.ask(asker, "order-status", &request).await.map_err(|error| error.code)
    };
    let shop = || asker("shop", json!(["buyer"]));
    let (by_id, by_number) = (json!({"order_id": order_id()}), json!({"po_number": "PO-1"}));
    assert!(ask(asker("acme", json!(["buyer"])), by_id.clone()).await.is_ok());
    assert_eq!(ask(shop(), by_id.clone()).await, Err(404));
    assert_eq!(ask(shop(), by_number.clone()).await, Err(404));
    assert_eq!(ask(asker("bank", json!(["bank"])), by_number).await, Err(403));
    assert_eq!(ask(Asker::Operator, json!({})).await, Err(400));
    assert_eq!(ask(Asker::Operator, json!({"po_number": "PO-2"})).await, Err(404));
    for question in ["trace", "status", "exceptions"] {
        let refused = bench.ask(shop(), question, &json!({"order": "PO-1"})).await;
        assert_eq!(refused.unwrap_err().code, 404, "{question}");
    }
}

#[tokio::test]
async fn a_payment_of_several_orders_is_in_each_ones_trace_but_not_told_to_buyers() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    let other = json!("00000000-0000-5000-8000-0000000000ff");
    let orders = [json!(order_id()), other.clone()];
    bench.event(&payment::<PaymentApplied>(&orders, "0", "unknown_invoice")).await;
    for order in ["PO-1", other.as_str().unwrap()] {
        let trace = bench.ask(Asker::Operator, "trace", &json!({"order": order})).await.unwrap();
        let trace: Trace = serde_json::from_value(trace).unwrap();
        let last = trace.entries.last().unwrap();
        assert_eq!((last.aggregate.as_str(), last.event.as_str()), ("payment", "applied"));
        assert_eq!(last.summary, "CHK-1 pays 9.99 of INV-1, 9.99 of INV-2");
    }
    let own = order_status(&bench, asker("acme", json!(["buyer"]))).await;
    assert_eq!(own.timeline.len(), 1);
}

/// An event that this version does not know is recorded by its name, under the order that it names.
#[tokio::test]
async fn an_event_without_a_projection_is_in_the_timeline_of_its_order() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    let packed = json!({"pallet_id": "P-1", "sequence": 1, "occurred_at": bench.now(),
        "order_id": order_id()});
    let subject = subject::event("pallet", "packed", "P-1");
    let packed = bench.inbound(subject, serde_json::to_vec(&packed).unwrap());
    bench.deliver(vec![packed]).await;
    let trace = bench.ask(Asker::Operator, "trace", &json!({"order": "PO-1"})).await.unwrap();
    let trace: Trace = serde_json::from_value(trace).unwrap();
    let last = trace.entries.last().unwrap();
    assert_eq!(
        (&*last.aggregate, &*last.event, &*last.summary),
        ("pallet", "packed", "pallet packed")
    );
}

#[tokio::test]
async fn the_status_counts_orders_events_and_the_time_that_orders_took() {
    let mut bench = bench().await;
    let events = life(&mut bench);
    bench.deliver(events).await;
    let status = bench.ask(Asker::Operator, "status", &json!({})).await.unwrap();
    let status: Status = serde_json::from_value(status).unwrap();
    assert_eq!(status.orders.get(&Stage::Completed), Some(&1));
    assert_eq!(status.events.get("invoice.posted"), Some(&2));
    assert_eq!(status.events.values().sum::<i64>(), 16);
    let cycle = status.cycle_time.unwrap();
    assert_eq!((cycle.orders, cycle.p50_milliseconds, cycle.p99_milliseconds), (1, 48_000, 48_000));
    // The last event happened four seconds before all were recorded.
    assert_eq!(status.lag_seconds, 4);
}

#[tokio::test]
async fn a_full_batch_about_as_many_orders_is_recorded_at_once() {
    let mut bench = bench().await;
    let mut events = Vec::new();
    for place in 0..256 {
        let order_id = json!(format!("00000000-0000-5000-8000-{place:012}"));
        let mut accepted = order::<OrderAccepted>(5);
        accepted.order_id = serde_json::from_value(order_id).unwrap();
        events.push(bench.numbered(&accepted));
    }
    bench.deliver(events).await;
    let status = bench.ask(Asker::Operator, "status", &json!({})).await.unwrap();
    assert_eq!(status["orders"], json!({"accepted": 256}));
    let lines: Vec<Line> = row::fetch(bench.database(), &row::select::<Line>()).await.unwrap();
    assert_eq!(lines.len(), 512);
}
