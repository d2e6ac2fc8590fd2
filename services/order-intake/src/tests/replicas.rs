//! O5 on PostgreSQL, where two replicas decide at the same moment.

use futures::future::join_all;
use mesh::{
    Inbound,
    engine::{Error, Settings},
    row,
};
use serde_json::json;
use testkit::{Bench, Postgres};

use super::{
    item, name, partner,
    shop::{Shop, account, limited, priced, received, widgets},
};
use crate::{
    OrderIntake,
    domain::credit::{Account, Credit},
    store::anew,
};

async fn replica(postgres: &Postgres) -> Bench {
    Bench::with(OrderIntake, Some(postgres.url().to_owned()), Settings::default()).await
}

/// Hands a batch in until it is taken: a deadlock gives it back. Says how many were accepted.
async fn hand_in(bench: &Bench, batch: Vec<Inbound>) -> usize {
    for _ in 0..50 {
        match bench.engine().handle(batch.clone(), bench.now()).await {
            Ok(done) => {
                assert_eq!(done.tally.dead, 0);
                let accepted = |subject: &str| subject.starts_with("events.order.accepted.");
                return done.outgoing.iter().filter(|it| accepted(&it.subject)).count();
            }
            Err(Error::Transient(_)) => {}
            Err(Error::Permanent(error)) => panic!("{error}"),
        }
    }
    panic!("never taken");
}

fn order(bench: &mut Bench, number: u32) -> Inbound {
    let payload = serde_json::to_vec(&widgets(&format!("PO-{number}"), "1")).unwrap();
    bench.inbound("ingress.acme.order.v1".to_owned(), payload)
}

async fn open(postgres: &Postgres) -> (Shop, Bench) {
    let mut one = replica(postgres).await;
    one.partner(partner("acme", json!(["buyer"]))).await;
    one.partner(partner("erp", json!(["erp"]))).await;
    one.document(&name("erp"), &item()).await;
    one.document(&name("erp"), &priced("10.00")).await;
    one.document(&name("erp"), &limited(Some("300.00"))).await;
    (Shop { bench: one }, replica(postgres).await)
}

/// 64 orders at once against a limit that 30 of them fit in.
#[tokio::test(flavor = "multi_thread")]
async fn o5_orders_at_the_same_time_never_exceed_the_limit() {
    let postgres = Postgres::start().unwrap();
    let (mut shop, two) = open(&postgres).await;
    let orders: Vec<Inbound> = (0..64).map(|number| order(&mut shop.bench, number)).collect();
    let one = &shop.bench;
    let at_once = orders.into_iter().enumerate().map(|(place, order)| {
        let bench = if place % 2 == 0 { one } else { &two };
        hand_in(bench, vec![order])
    });
    let accepted: usize = join_all(at_once).await.into_iter().sum();
    assert_eq!(accepted, 30);
    assert_eq!(shop.exposure().await, "300.00");
}

/// Orders, cash and releases at the same time: nobody who fits is forgotten, nobody else passes.
#[tokio::test(flavor = "multi_thread")]
async fn o6_who_fits_goes_on_while_replicas_decide_at_once() {
    let postgres = Postgres::start().unwrap();
    let (mut shop, two) = open(&postgres).await;
    for round in 0..10 {
        let here: Vec<Inbound> =
            (0..8).map(|place| order(&mut shop.bench, round * 100 + place)).collect();
        let there: Vec<Inbound> =
            (10..18).map(|place| order(&mut shop.bench, round * 100 + place)).collect();
        let cash = received(&format!("CHK-{round}"), Some("C-100"), "50.00");
        let cash = shop.bench.numbered(&cash);
        let one = &shop.bench;
        tokio::join!(hand_in(one, here), hand_in(&two, there), hand_in(&two, vec![cash]));
    }
    shop.bench.tick().await;
    assert!(anew::nobodys(shop.bench.database()).await.unwrap().is_empty());
    // 160 orders of 10.00 came; 300.00 of credit and 500.00 of cash let 80 of them go on.
    assert_eq!(shop.exposure().await, "300.00");
    let on_order = anew::on_order(shop.bench.database(), &account()).await.unwrap();
    assert_eq!(on_order, 80_000);
}

/// There is no row to lock yet: both make one, and neither loses what the other adds.
#[tokio::test(flavor = "multi_thread")]
async fn o5_the_first_two_payments_of_a_customer_at_the_same_time_both_count() {
    let postgres = Postgres::start().unwrap();
    let (mut one, two) = (replica(&postgres).await, replica(&postgres).await);
    for round in 0..20 {
        let customer = format!("C-{round}");
        let cash = |id: &str| received(&format!("{id}-{round}"), Some(&customer), "1.00");
        let (here, there) = (one.numbered(&cash("A")), one.numbered(&cash("B")));
        tokio::join!(hand_in(&one, vec![here]), hand_in(&two, vec![there]));
        let account: Account = (customer.parse().unwrap(), account().1);
        assert_eq!(anew::owed(one.database(), &account).await.unwrap(), -200);
        let kept =
            row::find::<Credit, _>(one.database(), "customer_id", [account.0]).await.unwrap();
        assert_eq!(kept[0].owed, -200, "round {round}");
    }
}
