//! A1 on PostgreSQL, where two replicas decide at the same moment.

use contracts::subject;
use mesh::{
    Inbound,
    engine::{Fault, Settings},
};
use serde_json::json;
use testkit::Postgres;

use super::{conservation::check, *};

async fn replica(postgres: &Postgres) -> Bench<Allocation> {
    Bench::with(Allocation, Some(postgres.url().to_owned()), Settings::default()).await
}

/// Hands a batch in until it is taken: a deadlock gives it back.
async fn hand_in(bench: &Bench<Allocation>, batch: Vec<Inbound>) {
    for _ in 0..50 {
        match bench.engine().handle(batch.clone(), bench.now()).await {
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

fn orders(bench: &mut Bench<Allocation>, round: u32, items: [(&str, &str); 2]) -> Vec<Inbound> {
    let order = |place: u32| {
        let order = body(&format!("PO-{}-{round}-{place}", items[0].0), &items);
        OrderAccepted { order_id: OrderId::of(&order.partner, &order.po_number), order }
    };
    (0..5).map(|place| bench.numbered(&order(place))).collect()
}

fn receipt(bench: &mut Bench<Allocation>, round: u32) -> Inbound {
    let document = adjustment("EAST", &format!("R-{round}"), "WIDGET-1", "7");
    let payload = serde_json::to_vec(&document).unwrap();
    bench.inbound(subject::ingress(&name("erp"), "stock"), payload)
}

/// A1, A6: nothing is promised twice, and nobody who waits is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a1_replicas_that_decide_at_once_promise_nothing_twice() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres).await;
    one.partner(serde_json::from_value(json!({"partner": "erp", "roles": ["erp"]})).unwrap()).await;
    one.document(&name("erp"), &warehouse("EAST", 1, json!(["US-NY"]))).await;
    let mut two = replica(&postgres).await;
    for round in 0..20 {
        let here = orders(&mut one, round, [("WIDGET-1", "1"), ("WIDGET-2", "1")]);
        let there = orders(&mut two, round, [("WIDGET-2", "1"), ("WIDGET-1", "1")]);
        let came = receipt(&mut one, round);
        tokio::join!(hand_in(&one, here), hand_in(&two, there), hand_in(&two, vec![came]));
    }
    check(&one).await;
    assert_eq!(there(&one, "EAST", "WIDGET-1").await, ("140".to_owned(), "140".to_owned()));
}
