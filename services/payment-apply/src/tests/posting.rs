//! Entries: balanced whoever writes them, and told with the seller's own account numbers.

use contracts::{
    EntryId,
    document::{Journal, LedgerAccount},
    event::JournalPosted,
};
use jiff::civil::date;
use mesh::{
    Context, Halt, Outputs, Partners, UnitOfWork as _,
    books::{EntryRow, LineRow},
    row,
};
use serde_json::json;
use testkit::Postgres;

use super::{commands::give, *};
use crate::{
    config::Numbered,
    domain::{
        decision_context::DecisionContext,
        journal::{Booking, book, side},
    },
    unit_of_work::UnitOfWork,
};

fn entry(debit: i128, credit: i128) -> EntryRow {
    EntryRow {
        entry_id: EntryId(contracts::ids::derived(&["test"])),
        date: date(2026, 3, 2),
        currency: "USD".parse().unwrap(),
        source: "test".into(),
        note: None,
        debit,
        credit,
    }
}

/// Entries are written in the transaction of what they are of: a database that refuses one refuses
/// the decision.
#[tokio::test]
async fn p10_neither_database_keeps_an_entry_that_is_not_balanced() {
    let postgres = Postgres::start().unwrap();
    let on_postgres = postgres::replica(&postgres).await;
    for bench in [bench().await, on_postgres] {
        let database = bench.database();
        assert!(row::insert(database, &[entry(100, 99)]).await.is_err());
        row::insert(database, &[entry(100, 100)]).await.unwrap();
        let line = LineRow {
            entry_id: entry(0, 0).entry_id,
            line: 1,
            account: LedgerAccount::Cash,
            number: None,
            currency: "USD".parse().unwrap(),
            debit: 5,
            credit: 5,
        };
        assert!(row::insert(database, &[line]).await.is_err(), "a line has one side");
    }
}

#[test]
fn p10_an_entry_that_is_not_balanced_is_never_decided() {
    let (partners, config) = (Partners::new(), knobs());
    let now = "2026-03-02T12:00:00Z".parse().unwrap();
    let context = Context {
        now,
        dates: mesh::DateLimits::default(),
        inbound: None,
        partners: &partners,
        last_chance: false,
    };
    let context = DecisionContext { mesh: &context, config: &config };
    let posts = |amount| {
        let booking = Booking {
            date: date(2026, 3, 2),
            currency: "USD".parse().unwrap(),
            source: "test".into(),
            number: 1,
            note: None,
            sides: vec![side(LedgerAccount::Cash, 100), side(LedgerAccount::UnappliedCash, amount)],
        };
        book(&mut UnitOfWork::in_memory(), booking, &context, &mut Outputs::none())
    };
    assert!(posts(-100).is_ok());
    assert!(matches!(posts(-99), Err(Halt::Poison { .. })));
}

fn numbers(entry: &JournalPosted) -> Vec<(String, String)> {
    let line = |line: &contracts::document::JournalLine| {
        (line.account.to_string(), line.number.clone().unwrap_or_default())
    };
    entry.lines.iter().map(line).collect()
}

fn pair(account: &str, number: &str) -> (String, String) {
    (account.to_owned(), number.to_owned())
}

#[tokio::test]
async fn p10_erps_are_told_the_sellers_own_account_numbers() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let paid = early("CHK-1", "150.00", json!([pays("INV-1", "98.00")]));
    let paid = bench.document(&name("bank"), &paid).await;
    let wanted = [
        pair("cash", "1000"),
        pair("discounts", "4900"),
        pair("receivable", "1100"),
        pair("unapplied_cash", "2100"),
    ];
    assert_eq!(numbers(&paid.events::<JournalPosted>()[0]), wanted);
    let told = &paid.documents::<Journal>(&name("erp"))[0];
    assert_eq!(told.lines[0].number.as_deref(), Some("1000"));
}

/// What a payer kept back with a reason is no bad debt.
#[tokio::test]
async fn p5_a_deduction_that_is_given_up_is_told_under_a_number_of_its_own() {
    let mut bench = bench().await;
    for number in ["INV-1", "INV-2"] {
        bench.event(&invoice(Bill { number, ..BILL })).await;
    }
    let line = json!([{"invoice_number": "INV-1", "amount": "90.00", "discount": "0",
        "deduction": "10.00", "deduction_reason": "damaged"}, pays("INV-2", "90.00")]);
    bench.document(&name("bank"), &payment("CHK-1", "180.00", line)).await;
    let write_off = |id: &str, number: &str| json!({"command_id": id, "invoice_number": number, "currency": "USD", "amount": "5.00"});
    let (deducted, _) = give(&mut bench, "write-off", write_off("w1", "INV-1")).await;
    let (bad, _) = give(&mut bench, "write-off", write_off("w2", "INV-2")).await;
    let of = |outcome: &Outcome| numbers(&outcome.events::<JournalPosted>()[0])[0].clone();
    assert_eq!(of(&deducted), pair("write_offs", "4910"));
    assert_eq!(of(&bad), pair("write_offs", "6900"));
    // A payment that is gone keeps nothing back.
    bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    let (bad, _) = give(&mut bench, "write-off", write_off("w3", "INV-1")).await;
    assert_eq!(of(&bad), pair("write_offs", "6900"));
}

#[test]
fn the_defaults_are_complete_and_every_account_needs_a_number() {
    assert!(!knobs().oldest_due_first);
    let without = crate::config::DEFAULTS.replace("\"1000\"", "\" \"");
    let refused = mesh::config::load::<Config>("payment-apply", &without, None).unwrap_err();
    assert!(refused.to_string().contains("an account has no number"), "{refused}");
    let misspelt = format!("{}\nsuspense = \"9\"", crate::config::DEFAULTS);
    assert!(mesh::config::load::<Config>("payment-apply", &misspelt, None).is_err());
}

/// Account numbers are digits to most sellers, and text all the same: read by a process of its own, for
/// an environment belongs to a whole process.
#[test]
fn account_numbers_of_digits_may_be_given_by_the_environment() {
    const CASH: &str = "ORDERMESH__PAYMENT_APPLY__ACCOUNTS__CASH";
    const BAD_DEBT: &str = "ORDERMESH__PAYMENT_APPLY__ACCOUNTS__WRITE_OFFS";
    if std::env::var_os(CASH).is_some() {
        let accounts = knobs().accounts;
        let number = |account| accounts.number(Numbered::Account(account));
        assert_eq!(number(LedgerAccount::Cash), Some("1010"));
        assert_eq!(number(LedgerAccount::WriteOffs), Some("0690"), "a leading zero stays");
        assert_eq!(number(LedgerAccount::Receivable), Some("1100"), "the others stand");
        return;
    }
    let (_, own) = module_path!().split_once("::").unwrap();
    let own = format!("{own}::account_numbers_of_digits_may_be_given_by_the_environment");
    let again = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &own])
        .env(CASH, "1010")
        .env(BAD_DEBT, "0690")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(again.status.success() && told.contains("1 passed"), "{told}");
}
