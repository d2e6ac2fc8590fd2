//! The same on PostgreSQL, where two replicas bill at the same moment.

use contracts::{
    OrderId, PoNumber,
    event::{OrderAccepted, ShipmentDispatched},
};
use edi::x12::read;
use mesh::{Inbound, engine::Error};
use serde_json::json;
use testkit::{Bench, Outcome, Postgres};

use super::{
    super::{
        postgres::replica,
        shop::{Shop, body, dispatch, name},
    },
    Desk, sent,
};

/// Hands a message in until it is taken: a deadlock gives the batch back.
async fn hand_in(bench: &Bench, message: Inbound) -> Outcome {
    for _ in 0..20 {
        match bench.engine().handle(vec![message.clone()], bench.now()).await {
            Ok(done) => return Outcome { outgoing: done.outgoing, tally: done.tally },
            Err(Error::Transient(_)) => {}
            Err(Error::Permanent(error)) => panic!("{error}"),
        }
    }
    panic!("never taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn i12_replicas_that_bill_at_once_use_no_control_number_twice() {
    let postgres = Postgres::start().unwrap();
    let shop = Shop::on(replica(&postgres).await, "USD").await;
    let mut desk = Desk { shop };
    desk.partner(json!(["x12"])).await;
    let two = replica(&postgres).await;
    desk.customer(json!({})).await;
    desk.rate("standard", "8.875", "S", None).await;
    let mut controls = Vec::new();
    for n in 1..=15_u32 {
        let po_number = PoNumber::new(format!("PO-{n}")).unwrap();
        let order_id = OrderId::of(&name("acme"), &po_number);
        let order = body("USD", json!({"po_number": po_number}));
        desk.shop.bench.event(&OrderAccepted { order_id, order }).await;
        let left = [2 * n, 2 * n + 1].map(|number| {
            let event = dispatch(number, &[(1, "WIDGET-1", "5")]);
            let event = ShipmentDispatched { order_id, po_number: po_number.clone(), ..event };
            desk.shop.bench.numbered(&event)
        });
        let [first, second] = left;
        let said = tokio::join!(hand_in(&desk.shop.bench, first), hand_in(&two, second));
        for interchange in [said.0, said.1].iter().flat_map(|outcome| sent(outcome, "x12")) {
            let read = read(interchange.as_bytes()).unwrap();
            controls.push(read[0].header.control.parse::<u32>().unwrap());
        }
    }
    controls.sort_unstable();
    assert_eq!(controls, (300_000_001..=300_000_030).collect::<Vec<_>>());
}
