//! Amounts at the edge of what the wire holds: eighteen digits, in currencies of no, two and three
//! minor digits, on both databases. Exact to the last unit; an invoice of one digit more waits, and
//! sums have as many digits as they need (D2).

use contracts::{
    OrderId,
    event::{InvoicePosted, InvoiceWaiting, JournalPosted, OrderAccepted},
};
use mesh::row;
use serde_json::json;
use testkit::Postgres;

use super::{
    books::books,
    postgres::replica,
    shop::{Shop, body, dispatch, invoice, line, memo, name, settings},
};
use crate::domain::{counter::Counter, invoice::Posted};

/// 999,983 × 999,999,999,989 minor units: its last digits are lost in any float.
const MINOR: i64 = 999_982_999_989_000_187;

fn cases() -> [(&'static str, &'static str, &'static str); 3] {
    [
        ("JPY", "999999999989", "999982999989000187"),
        ("USD", "9999999999.89", "9999829999890001.87"),
        ("KWD", "999999999.989", "999982999989000.187"),
    ]
}

/// A shop on each kind of database; PostgreSQL for as long as the second value lives.
async fn shops(currency: &'static str) -> (Vec<Shop>, Postgres) {
    let postgres = Postgres::start().unwrap();
    let mut shops = vec![
        Shop::without_rates(settings(), currency).await,
        Shop::on(replica(&postgres).await, currency).await,
    ];
    for shop in &mut shops {
        shop.rate("US", Some("NY"), "food", "0", "2026-01-01").await;
    }
    (shops, postgres)
}

#[tokio::test]
async fn i2_amounts_of_eighteen_digits_are_exact_on_both_databases() {
    for (currency, price, whole) in cases() {
        let (shops, _postgres) = shops(currency).await;
        for mut shop in shops {
            let lines = json!([line(1, "BREAD", "999983", price)]);
            shop.accept(json!({"lines": lines})).await;
            let billed = invoice(&shop.ship(1, &[(1, "BREAD", "999983")]).await);
            assert_eq!(
                (billed.net_total.to_string(), billed.total.to_string()),
                (whole.into(), whole.into())
            );
            let kept: Vec<Posted> =
                row::find(shop.bench.database(), "currency", [billed.currency]).await.unwrap();
            assert_eq!(kept[0].total, MINOR);
            let memo = memo(&shop.take_back(&[(1, "BREAD", "999983", "0")]).await);
            assert_eq!(memo.total.to_string(), whole);
            let books = books(&shop.bench, 10).await;
            let of = |name: &str| {
                books.accounts.iter().find(|it| it.account.to_string() == name).unwrap()
            };
            assert_eq!(of("receivable").debit.to_string(), whole);
            assert_eq!(of("revenue").credit.to_string(), whole);
        }
    }
}

#[tokio::test]
async fn d2_an_invoice_beyond_eighteen_digits_waits_with_its_reason_and_takes_no_number() {
    for (currency, price, _) in cases() {
        let (shops, _postgres) = shops(currency).await;
        for mut shop in shops {
            shop.rate("US", Some("NY"), "standard", "50", "2026-01-01").await;
            let lines = json!([line(1, "WIDGET-1", "999983", price), line(2, "BREAD", "1", "1")]);
            shop.accept(json!({"lines": lines})).await;
            let waits = shop.ship(1, &[(1, "WIDGET-1", "999983")]).await;
            assert_eq!(waits.tally.dead, 0);
            assert!(waits.events::<InvoicePosted>().is_empty());
            // The goods have left all the same.
            assert!(waits.events::<JournalPosted>()[0].source.starts_with("dispatch/"));
            let said = waits.events::<InvoiceWaiting>();
            assert_eq!(said.len(), 1);
            assert_eq!(said[0].message, "the amount is too large");
            assert!(shop.bench.tick().await.outgoing.is_empty(), "it is told once");
            let line = &books(&shop.bench, 10).await.lines[0];
            assert_eq!(
                [line.dispatched, line.waiting, line.billed].map(|it| it.to_string()),
                ["999983", "999983", "0"]
            );
            let next = invoice(&shop.ship(2, &[(2, "BREAD", "1")]).await);
            assert_eq!(next.invoice_number.as_str(), "INV-000001");
        }
    }
}

/// Ten invoices of the largest amount there is.
#[tokio::test]
async fn d2_the_sums_of_accounts_are_wider_than_an_amount() {
    let (shops, _postgres) = shops("USD").await;
    for mut shop in shops {
        for n in 1..=10 {
            let po_number = format!("PO-{n}");
            let lines = json!([line(1, "BREAD", "999999999", "10000000.01")]);
            let order = body("USD", json!({"po_number": po_number, "lines": lines}));
            let order_id = OrderId::of(&name("acme"), &order.po_number);
            let mut left = dispatch(n, &[(1, "BREAD", "999999999")]);
            (left.order_id, left.po_number) = (order_id, order.po_number.clone());
            shop.bench.event(&OrderAccepted { order_id, order }).await;
            let billed = invoice(&shop.bench.event(&left).await);
            assert_eq!(billed.total.to_string(), "9999999999999999.99");
        }
        let books = books(&shop.bench, 100).await;
        let of = |name: &str| {
            let of_account = books.accounts.iter().find(|it| it.account.to_string() == name);
            of_account.map(|it| [it.debit, it.credit].map(|sum| sum.to_string())).unwrap()
        };
        assert_eq!(of("receivable"), ["99999999999999999.90", "0.00"]);
        assert_eq!(of("revenue"), ["0.00", "99999999999999999.90"]);
    }
}

/// Nobody redrives work of the service's own: finance is told instead.
#[tokio::test]
async fn i3_what_can_not_be_billed_when_its_rate_comes_waits_and_finance_is_told_why() {
    let (shops, _postgres) = shops("USD").await;
    for mut shop in shops {
        let lines =
            json!([line(1, "WIDGET-1", "999983", "9999999999.89"), line(2, "BREAD", "1", "1")]);
        shop.accept(json!({"lines": lines})).await;
        shop.ship(1, &[(1, "WIDGET-1", "999983")]).await;
        let tried = shop.rate("US", None, "standard", "50", "2026-01-01").await;
        assert!(tried.events::<InvoicePosted>().is_empty());
        let said = tried.events::<InvoiceWaiting>();
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].reason, contracts::Reason::InvariantBroken);
        assert_eq!(said[0].message, "the amount is too large");
        assert!(shop.bench.tick().await.outgoing.is_empty(), "it is told once");
        let next = invoice(&shop.ship(2, &[(2, "BREAD", "1")]).await);
        assert_eq!(next.invoice_number.as_str(), "INV-000001");
        let posted = shop.rate("US", Some("NY"), "standard", "0", "2026-01-01").await;
        assert_eq!(invoice(&posted).total.to_string(), "9999829999890001.87");
        let counters: Vec<Counter> =
            row::fetch(shop.bench.database(), &row::select::<Counter>()).await.unwrap();
        assert!(counters.iter().any(|counter| counter.value == 2));
    }
}
