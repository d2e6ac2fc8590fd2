//! I8: balanced double entry, and the database holds it too.

use contracts::{document::LedgerAccount, event::JournalPosted};
use mesh::{
    Halt,
    books::{Entry, EntryRow},
    row,
};
use serde_json::json;

use super::{
    scene::Scene,
    shop::{Shop, booked, line},
};
use crate::{config::Config, domain::journal::head};

fn text(rows: &[(&str, &str, &str, &str)]) -> Vec<(String, String, String, String)> {
    let own = |row: &(&str, &str, &str, &str)| {
        (row.0.to_owned(), row.1.to_owned(), row.2.to_owned(), row.3.to_owned())
    };
    rows.iter().map(own).collect()
}

#[test]
fn i8_an_invoice_and_the_cost_of_its_goods_are_two_balanced_entries() {
    let mut shop = Scene::open();
    let charges = json!([{"code": "freight", "amount": "12.00"}]);
    shop.accept(json!({"charges": charges}));
    let sent = shop.ship(1, &[(1, "WIDGET-1", "10")]);
    let wanted = [
        ("dispatch", "cost_of_goods", "40.00", "0.00"),
        ("dispatch", "inventory", "0.00", "40.00"),
        ("invoice", "receivable", "121.83", "0.00"),
        ("invoice", "revenue", "0.00", "99.90"),
        ("invoice", "charges", "0.00", "12.00"),
        ("invoice", "tax", "0.00", "9.93"),
    ];
    assert_eq!(booked(&sent), text(&wanted));
    assert_eq!(sent.events::<JournalPosted>().len(), 2);
}

#[test]
fn i8_cost_is_booked_in_the_companys_currency_for_all_that_left() {
    let mut shop = Scene::open();
    let order = json!({"currency": "JPY", "lines": [line(1, "WIDGET-1", "2", "300")]});
    shop.accept(order);
    let sent = shop.ship(1, &[(1, "WIDGET-1", "3")]);
    let posted = sent.events::<JournalPosted>();
    let currencies: Vec<_> = posted.iter().map(|entry| entry.currency.to_string()).collect();
    assert_eq!(currencies, ["USD", "JPY"]);
    assert_eq!(booked(&sent)[0].2, "12.00");
    assert_eq!(booked(&sent)[2].2, "653");
}

#[tokio::test]
async fn i8_the_database_takes_no_entry_that_is_not_balanced() {
    let shop = Shop::open().await;
    let entry = EntryRow {
        entry_id: contracts::EntryId(uuid::Uuid::nil()),
        source: "by hand".to_owned(),
        note: None,
        date: "2026-03-03".parse().unwrap(),
        currency: "USD".parse().unwrap(),
        debit: 100,
        credit: 99,
    };
    assert!(row::upsert(shop.bench.database(), [&entry]).await.is_err());
    let balanced = EntryRow { credit: 100, ..entry };
    assert!(row::upsert(shop.bench.database(), [&balanced]).await.is_ok());
}

/// Broken by hand: an entry whose sides differ cannot be made.
#[test]
fn i8_no_entry_is_posted_whose_debits_and_credits_differ() {
    let accounts = super::shop::settings().accounts;
    let made = |debit, credit| {
        let date = "2026-03-03".parse().unwrap();
        let head = head("by hand".to_owned(), date, None, "USD".parse().unwrap());
        let postings = [
            accounts.debit(LedgerAccount::Receivable, debit),
            accounts.credit(LedgerAccount::Revenue, credit),
        ];
        Entry::balanced(head, postings)
    };
    let refused = |why: &str| Err(Halt::broken(why));
    assert!(made(100, 100).is_ok());
    assert_eq!(made(100, 99), refused("the entry by hand is not balanced"));
    // The largest amount that a reader takes, and one more.
    let largest = 999_999_999_999_999_999;
    assert!(made(largest, largest).is_ok());
    assert_eq!(made(largest + 1, largest + 1), refused("the amount is too large"));
}

#[tokio::test]
async fn i8_each_line_of_an_entry_carries_the_sellers_number_of_its_account() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[invoicing.accounts]\nrevenue = \"4711\"\n").unwrap();
    let config: Config =
        mesh::config::load("invoicing", crate::config::DEFAULTS, Some(file.path())).unwrap();
    let mut shop = Shop::with(config, "USD").await;
    shop.accept(json!({"charges": [{"code": "freight", "amount": "1.00"}]})).await;
    let sent = shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let back = shop.take_back(&[(1, "WIDGET-1", "1", "0")]).await;
    let entries = [sent, back].into_iter().flat_map(|it| it.events::<JournalPosted>());
    let mut numbers: Vec<_> = entries
        .flat_map(|entry| entry.lines)
        .map(|line| (line.account.to_string(), line.number.unwrap()))
        .collect();
    numbers.sort();
    numbers.dedup();
    let wanted = [
        (LedgerAccount::Charges, "4100"),
        (LedgerAccount::CostOfGoods, "5000"),
        (LedgerAccount::Inventory, "1300"),
        (LedgerAccount::Receivable, "1100"),
        (LedgerAccount::Revenue, "4711"),
        (LedgerAccount::Tax, "2200"),
    ];
    assert_eq!(numbers, wanted.map(|(account, number)| (account.to_string(), number.to_owned())));
    let kept: Vec<mesh::books::LineRow> =
        row::find(shop.bench.database(), "account", ["revenue".to_owned()]).await.unwrap();
    assert!(kept.iter().all(|line| line.number.as_deref() == Some("4711")));
}
