//! The same on PostgreSQL, where two replicas decide at the same moment.

use std::{sync::atomic::Ordering, time::Duration};

use contracts::{
    OrderId, PoNumber,
    document::TaxRate,
    event::{OrderAccepted, ReturnCompleted, ShipmentDispatched},
    subject,
};
use mesh::{
    Inbound,
    books::EntryRow,
    engine::{Error, Settings},
    row,
};
use serde_json::json;
use testkit::{Bench, Postgres};
use tokio_util::sync::CancellationToken;

use super::{
    books::books,
    http::{Fake, good},
    shop::{Shop, back, body, dispatch, line, name, settings},
};
use crate::{
    Invoicing,
    config::Config,
    domain::{
        journal::head,
        tax_quote::{Reply, State},
    },
    tax_engine,
};

pub async fn replica(postgres: &Postgres) -> Bench {
    replica_with(postgres, settings()).await
}

async fn replica_with(postgres: &Postgres, config: Config) -> Bench {
    let url = Some(postgres.url().to_owned());
    Bench::with(Invoicing::new(config), url, Settings::default()).await
}

/// Hands a message in until it is taken: a deadlock gives the batch back.
async fn hand_in(bench: &Bench, message: Inbound) {
    for _ in 0..20 {
        match bench.engine().handle(vec![message.clone()], bench.now()).await {
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

fn came_back(n: u32, part: u32) -> ReturnCompleted {
    let (order_id, po_number) = order(n);
    ReturnCompleted { order_id, po_number, ..back(n * 10 + part, &[(1, "WIDGET-1", "1", "1")]) }
}

fn rate(bench: &mut Bench) -> Inbound {
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
        // Two returns at once, on an order of their own: which of them takes which invoice, and
        // which number, is for the databases' locks to say.
        let [first, second] =
            [came_back(n, 1), came_back(n, 2)].map(|event| shop.bench.numbered(&event));
        let other = shop.bench.numbered(&accepted(100 + n));
        tokio::join!(hand_in(&two, first), hand_in(&shop.bench, second), hand_in(&two, other));
    }
    shop.bench.tick().await;
    let books = books(&two, 1_000).await;
    assert_eq!(numbers(&two).await, gapless("INV", 40));
    let memos: Vec<_> =
        books.credit_memos.iter().map(|it| it.credit_memo_number.to_string()).collect();
    assert_eq!(memos, gapless("CM", 40), "a series of their own");
    for line in &books.lines {
        let figures = [line.dispatched, line.billed, line.credited].map(|it| it.to_string());
        assert_eq!(figures, ["4", "4", "4"]);
    }
    let sum = |of: fn(&contracts::question::AccountTotal) -> contracts::AmountSum| {
        books.accounts.iter().map(|total| of(total).get()).sum::<rust_decimal::Decimal>()
    };
    assert_eq!(sum(|total| total.debit), sum(|total| total.credit));
}

/// Numbers of all invoices, in their order.
async fn numbers(bench: &Bench) -> Vec<String> {
    books(bench, 1_000).await.invoices.iter().map(|it| it.invoice_number.to_string()).collect()
}

/// Numbers of a series from the first to the last.
fn gapless(series: &str, last: usize) -> Vec<String> {
    (1..=last).map(|n| format!("{series}-{n:06}")).collect()
}

/// I4, I6: two replicas ask one engine and take up its answers at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn i4_i6_replicas_that_ask_and_post_at_once_bill_nothing_twice() {
    let postgres = Postgres::start().unwrap();
    let said = vec![(500, String::new()), good(), good(), (500, String::new()), good()];
    let (fake, config) = Fake::start(said, Duration::from_millis(5)).await;
    let mut shop = Shop::on(replica_with(&postgres, config.clone()).await, "USD").await;
    let two = replica_with(&postgres, config.clone()).await;
    for n in 0..15 {
        shop.bench.event(&accepted(n)).await;
        shop.bench.event(&left(n, 1)).await;
        shop.bench.event(&left(n, 2)).await;
    }
    let shutdown = CancellationToken::new();
    let asking = async {
        tokio::join!(
            tax_engine::run(&config.tax_engine, shop.bench.database().clone(), shutdown.clone()),
            tax_engine::run(&config.tax_engine, two.database().clone(), shutdown.clone()),
        )
    };
    let posting = async {
        for _ in 0..400 {
            let now = shop.bench.now();
            let ticks = tokio::join!(shop.bench.engine().tick(now), two.engine().tick(now));
            for tick in [ticks.0, ticks.1] {
                assert!(!matches!(tick, Err(Error::Permanent(_))), "{tick:?}");
            }
            if numbers(&two).await.len() == 30 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        shutdown.cancel();
    };
    tokio::join!(asking, posting);
    assert_eq!(numbers(&two).await, gapless("INV", 30));
    for line in &books(&two, 1_000).await.lines {
        let figures = [line.dispatched, line.billed, line.waiting].map(|it| it.to_string());
        assert_eq!(figures, ["4", "4", "0"]);
    }
    let replies: Vec<Reply> = row::fetch(two.database(), &row::select::<Reply>()).await.unwrap();
    assert!(replies.iter().all(|reply| reply.state == State::Answered), "{replies:?}");
    // Nobody asked what the other had in hand: a question for each attempt that is written down.
    let attempts: u32 = replies.iter().map(|reply| reply.attempts).sum();
    assert_eq!(fake.asked.load(Ordering::Relaxed), attempts as usize);
}

/// I6, M2: a batch that is cut off at any moment, as a kill does, has taken no number.
#[tokio::test(flavor = "multi_thread")]
async fn i6_a_batch_that_is_cut_off_at_any_moment_leaves_no_gap() {
    let postgres = Postgres::start().unwrap();
    let mut shop = Shop::on(replica(&postgres).await, "USD").await;
    let rate = rate(&mut shop.bench);
    hand_in(&shop.bench, rate).await;
    let mut cut = 0;
    for n in 0..40 {
        shop.bench.event(&accepted(n)).await;
        let batch = vec![shop.bench.numbered(&left(n, 1)), shop.bench.numbered(&left(n, 2))];
        let handled = shop.bench.engine().handle(batch.clone(), shop.bench.now());
        let after = Duration::from_micros(u64::from(n) * 400);
        cut += usize::from(tokio::time::timeout(after, handled).await.is_err());
        for message in batch {
            hand_in(&shop.bench, message).await;
        }
        assert_eq!(numbers(&shop.bench).await, gapless("INV", 2 * (n as usize + 1)));
    }
    assert!(cut > 5, "{cut} of 40 were cut off");
}

/// I6: what breaks a constraint takes its number back, and costs its neighbours nothing.
#[tokio::test]
async fn i6_a_batch_that_is_rolled_back_leaves_no_gap() {
    let postgres = Postgres::start().unwrap();
    let on_postgres = Shop::on(replica(&postgres).await, "USD").await;
    for mut shop in [Shop::open().await, on_postgres] {
        let rate = rate(&mut shop.bench);
        hand_in(&shop.bench, rate).await;
        shop.bench.event(&accepted(1)).await;
        shop.bench.event(&accepted(2)).await;
        shop.bench.event(&accepted(3)).await;
        let bad = left(2, 1);
        let source = format!("dispatch/{}/{}", bad.shipment_id, bad.confirmation_id);
        // The entry of its cost stands already, of another day.
        let (date, usd) = ("2026-03-02".parse().unwrap(), "USD".parse().unwrap());
        let entry_id = head(source.clone(), date, None, usd).entry_id;
        let entry =
            EntryRow { date, source, entry_id, currency: usd, note: None, debit: 1, credit: 1 };
        row::upsert(shop.bench.database(), [&entry]).await.unwrap();
        let batch = [left(1, 1), bad, left(3, 1)].map(|event| shop.bench.numbered(&event));
        let done = shop.bench.deliver(batch.into()).await;
        assert_eq!((done.tally.applied, done.tally.dead), (2, 1));
        assert_eq!(numbers(&shop.bench).await, gapless("INV", 2));
        shop.bench.event(&left(3, 2)).await;
        assert_eq!(numbers(&shop.bench).await, gapless("INV", 3));
    }
}
