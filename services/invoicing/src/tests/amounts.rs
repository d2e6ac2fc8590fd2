//! Amounts at the edge of what the wire holds: eighteen digits, in currencies of no, two and three
//! minor digits, on both databases. Exact to the last unit; one digit more is refused in words.

use contracts::event::{InvoicePosted, InvoiceWaiting};
use mesh::row;
use serde_json::json;
use testkit::Postgres;

use super::{
    books::books,
    postgres::replica,
    shop::{Shop, invoice, line, memo, settings},
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
async fn i2_an_amount_beyond_eighteen_digits_is_refused_in_words_and_takes_no_number() {
    for (currency, price, _) in cases() {
        let (shops, _postgres) = shops(currency).await;
        for mut shop in shops {
            shop.rate("US", Some("NY"), "standard", "50", "2026-01-01").await;
            let lines = json!([line(1, "WIDGET-1", "999983", price), line(2, "BREAD", "1", "1")]);
            shop.accept(json!({"lines": lines})).await;
            let refused = shop.ship(1, &[(1, "WIDGET-1", "999983")]).await;
            assert_eq!(refused.tally.dead, 1);
            let letter = &refused.outgoing[0];
            assert!(letter.subject.starts_with("dlq.invoicing.events.shipment."));
            assert_eq!(letter.headers["ordermesh-dlq-code"], "invariant_broken");
            assert_eq!(letter.headers["ordermesh-dlq-reason"], "the amount is too large");
            let next = invoice(&shop.ship(2, &[(2, "BREAD", "1")]).await);
            assert_eq!(next.invoice_number.as_str(), "INV-000001");
        }
    }
}

/// What waits is the service's own work, which nobody redrives: finance is told instead.
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
