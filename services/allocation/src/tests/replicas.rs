//! A1 on PostgreSQL, where two replicas decide at the same moment.

use contracts::subject;
use mesh::{
    Inbound,
    engine::{Error, Settings},
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use testkit::Postgres;

use super::{conservation::check, *};
use crate::{
    domain::steps::{Freed, Swept},
    store,
    unit_of_work::UnitOfWork,
};

async fn replica(postgres: &Postgres) -> Bench {
    Bench::with(service(), Some(postgres.url().to_owned()), Settings::default()).await
}

/// Hands a batch in until it is taken: a deadlock gives it back.
async fn hand_in(bench: &Bench, batch: Vec<Inbound>) {
    for _ in 0..50 {
        match bench.engine().handle(batch.clone(), bench.now()).await {
            Ok(done) => {
                assert_eq!(done.tally.dead, 0);
                return;
            }
            Err(Error::Transient(_)) => {}
            Err(Error::Permanent(error)) => panic!("{error}"),
        }
    }
    panic!("never taken");
}

fn orders(bench: &mut Bench, round: u32, items: [(&str, &str); 2]) -> Vec<Inbound> {
    let order = |place: u32| {
        let order = body(&format!("PO-{}-{round}-{place}", items[0].0), &items);
        OrderAccepted { order_id: OrderId::of(&order.partner, &order.po_number), order }
    };
    (0..5).map(|place| bench.numbered(&order(place))).collect()
}

fn receipt(bench: &mut Bench, round: u32) -> Inbound {
    let document = adjustment("EAST", &format!("R-{round}"), "WIDGET-1", "7");
    let payload = serde_json::to_vec(&document).unwrap();
    bench.inbound(subject::ingress(&name("erp"), "stock"), payload)
}

/// A1, A6: nothing is promised twice, and nobody who waits is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a1_replicas_that_decide_at_once_promise_nothing_twice() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres).await;
    introduce(&mut one).await;
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

/// A6, A10: two replicas are asked for the same work of their own; what one has done is nothing to the
/// other, whatever it was asked for before.
#[tokio::test]
async fn a6_a10_due_work_that_another_replica_has_done_comes_to_nothing() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres).await;
    introduce(&mut one).await;
    receive(&mut one, "EAST", "R-1", "WIDGET-1", "7").await;
    accept(&mut one, body("PO-1", &[("WIDGET-1", "9")])).await;
    let tx = one.database().begin().await.unwrap();
    let load = async || -> UnitOfWork {
        let mut keys = Keys::default();
        add_keys(Freed { skus: [sku("WIDGET-1")].into(), more: false }, &mut keys);
        add_keys(Swept(at("EAST")), &mut keys);
        store::load(&tx, keys).await.unwrap()
    };
    let work = load().await;
    let step = work.restock.unwrap();
    assert!(step.items.is_empty() && step.orders.is_empty(), "{step:?}");
    assert!(work.sweeps[&at("EAST")].is_none(), "{:?}", work.sweeps);
    // What is still to be done is found.
    for sql in ["UPDATE queues SET freed = TRUE", "UPDATE warehouses SET sweep = ''"] {
        tx.execute_unprepared(sql).await.unwrap();
    }
    let work = load().await;
    let step = work.restock.unwrap();
    assert_eq!(step.items.into_keys().collect::<Vec<_>>(), [sku("WIDGET-1")]);
    assert_eq!(step.orders, [id("PO-1")].into());
    let sweep = work.sweeps[&at("EAST")].clone();
    assert_eq!(sweep.map(|step| step.skus), Some([sku("WIDGET-1")].into()));
    tx.rollback().await.unwrap();
}

/// A1: three replicas, sixty-four buyers, and the last hundred units.
#[tokio::test(flavor = "multi_thread")]
async fn a1_sixty_four_buyers_get_the_last_hundred_units_once() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres).await;
    introduce(&mut one).await;
    receive(&mut one, "EAST", "R-1", "WIDGET-1", "60").await;
    receive(&mut one, "WEST", "R-1", "WIDGET-1", "40").await;
    let replicas = [one, replica(&postgres).await, replica(&postgres).await];
    let mut batches: [Vec<Vec<Inbound>>; 3] = Default::default();
    let mut replicas = replicas;
    for buyer in 0..64_usize {
        let order = OrderBody {
            allow_backorder: buyer % 2 == 0,
            ship_complete: buyer % 3 == 0,
            ..body(&format!("PO-{buyer}"), &[("WIDGET-1", "3"), ("WIDGET-1", "1")])
        };
        let at = buyer % 3;
        let order_id = OrderId::of(&order.partner, &order.po_number);
        let message = replicas[at].numbered(&OrderAccepted { order_id, order });
        // Each buyer's order comes to two of them, as after a lost acknowledgement.
        batches[at].push(vec![message.clone()]);
        batches[(at + 1) % 3].push(vec![message]);
    }
    let all = async |bench: &Bench, batches: &[Vec<Inbound>]| {
        for batch in batches {
            hand_in(bench, batch.clone()).await;
        }
    };
    tokio::join!(
        all(&replicas[0], &batches[0]),
        all(&replicas[1], &batches[1]),
        all(&replicas[2], &batches[2]),
    );
    check(&replicas[0]).await;
    let east = there(&replicas[0], "EAST", "WIDGET-1").await;
    let west = there(&replicas[0], "WEST", "WIDGET-1").await;
    assert_eq!(east, ("60".to_owned(), "60".to_owned()));
    assert_eq!(west, ("40".to_owned(), "40".to_owned()));
    let lines: Vec<Line> =
        row::fetch(replicas[0].database(), &row::select::<Line>()).await.unwrap();
    let promised: Quantity = lines.iter().map(|line| line.reserved).sum();
    let rest: Quantity = lines.iter().flat_map(|it| [it.backordered, it.declined]).sum();
    assert_eq!((lines.len(), promised, rest), (128, q("100"), q("156")));
}
