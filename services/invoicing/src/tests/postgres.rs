//! The same on PostgreSQL, where two replicas decide at the same moment.

use contracts::{
    OrderId, PoNumber,
    document::TaxRate,
    event::{OrderAccepted, ReturnCompleted, ShipmentDispatched},
    subject,
};
use mesh::{
    Inbound,
    engine::{Fault, Settings},
};
use serde_json::json;
use testkit::{Bench, Postgres};

use super::{
    books::books,
    shop::{Shop, back, body, dispatch, line, name, settings},
};
use crate::Invoicing;

async fn replica(postgres: &Postgres) -> Bench<Invoicing> {
    let url = Some(postgres.url().to_owned());
    Bench::with(Invoicing::new(settings()), url, Settings::default()).await
}

/// Hands a message in until it is taken: a deadlock gives the batch back.
async fn hand_in(bench: &Bench<Invoicing>, message: Inbound) {
    for _ in 0..20 {
        match bench.engine().handle(vec![message.clone()], bench.now()).await {
            Ok(done) => {
                assert_eq!(done.tally.dead, 0);
                return;
            }
            Err(Fault::Surroundings(_)) => {}
            Err(Fault::Message(error)) => panic!("{error}"),
        }
    }
    panic!("never taken");
}

fn order(n: u32) -> (OrderId, PoNumber) {
    let po_number = PoNumber::new(format!("PO-{n}")).unwrap();
    (OrderId::of(&name("acme"), &po_number), po_number)
}

fn accepted(n: u32) -> OrderAccepted {
    let (order_id, po_number) = order(n);
    let charges = json!([{"code": "freight", "amount": "5"}]);
    let lines = json!([line(1, "WIDGET-1", "4", "2.345")]);
    let order = json!({"po_number": po_number, "charges": charges, "lines": lines});
    OrderAccepted { order_id, order: body("USD", order) }
}

fn left(n: u32, part: u32) -> ShipmentDispatched {
    let (order_id, po_number) = order(n);
    let event = dispatch(n * 10 + part, &[(1, "WIDGET-1", "2")]);
    ShipmentDispatched { order_id, po_number, ..event }
}

fn came_back(n: u32) -> ReturnCompleted {
    let (order_id, po_number) = order(n);
    ReturnCompleted { order_id, po_number, ..back(n, &[(1, "WIDGET-1", "3", "1")]) }
}

fn rate(bench: &mut Bench<Invoicing>) -> Inbound {
    let rate = json!({"country": "US", "region": "NY", "tax_category": "standard",
        "rate_percent": "8.875", "valid_from": "2026-01-01", "code": "S"});
    let rate: TaxRate = serde_json::from_value(rate).unwrap();
    bench.inbound(subject::ingress(&name("erp"), "tax-rate"), serde_json::to_vec(&rate).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn i6_replicas_that_post_at_once_leave_no_gap_and_no_repeat() {
    let postgres = Postgres::start().unwrap();
    let one = replica(&postgres).await;
    let mut shop = Shop::on(one, "USD").await;
    let two = replica(&postgres).await;
    for n in 0..20 {
        shop.bench.event(&accepted(n)).await;
        let events = [left(n, 1), left(n, 2)].map(|event| shop.bench.numbered(&event));
        let [first, second] = events;
        // A rate comes while what needs it decides to wait; later it is there already.
        let rate = rate(&mut shop.bench);
        tokio::join!(hand_in(&shop.bench, first), hand_in(&two, second), hand_in(&two, rate));
        let returned = shop.bench.numbered(&came_back(n));
        let other = shop.bench.numbered(&accepted(100 + n));
        tokio::join!(hand_in(&two, returned), hand_in(&shop.bench, other));
    }
    shop.bench.tick().await;
    let books = books(&two, 1_000).await;
    let numbers: Vec<_> = books.invoices.iter().map(|it| it.invoice_number.to_string()).collect();
    let wanted: Vec<_> = (1..=40).map(|n| format!("INV-{n:06}")).collect();
    assert_eq!(numbers, wanted);
    for line in &books.lines {
        let figures = [line.dispatched, line.billed, line.credited].map(|it| it.to_string());
        assert_eq!(figures, ["4", "4", "4"]);
    }
    let sum = |of: fn(&contracts::question::AccountTotal) -> contracts::Amount| {
        books.accounts.iter().map(|total| of(total).get()).sum::<rust_decimal::Decimal>()
    };
    assert_eq!(sum(|total| total.debit), sum(|total| total.credit));
}
