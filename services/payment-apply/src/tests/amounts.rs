//! Amounts of 18 digits and currencies of 0, 2 and 3 digits after the point, on both databases.

use contracts::{
    Reason,
    document::{LedgerAccount, Rejection},
    event::JournalPosted,
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use testkit::Postgres;

use super::*;

async fn on_both(postgres: &Postgres) -> [Bench; 2] {
    let mut on_postgres = postgres::replica(postgres).await;
    on_postgres.event(&company("America/Chicago")).await;
    on_postgres.partner(partner("acme", json!(["buyer"]), json!(["C-100"]))).await;
    on_postgres.partner(partner("bank", json!(["bank"]), json!([]))).await;
    [bench().await, on_postgres]
}

fn paid_in(
    id: &str,
    currency: &str,
    amount: &str,
    remittance: Value,
) -> contracts::document::Payment {
    document(json!({"payment_id": id, "customer_id": "C-100", "currency": currency,
        "amount": amount, "received_on": "2026-03-12", "method": "wire",
        "remittance": remittance}))
}

/// The largest amount of each currency, the half of a minor unit that a discount rounds up, and
/// back again.
#[tokio::test]
async fn p4_p9_p10_eighteen_digits_are_kept_to_the_last() {
    let postgres = Postgres::start().unwrap();
    let cases = [
        ("JPY", "999999999999999975", "20000000000000000", "979999999999999975", "0"),
        ("USD", "9999999999999999.75", "200000000000000.00", "9799999999999999.75", "0.00"),
        ("KWD", "999999999999999.975", "20000000000000.000", "979999999999999.975", "0.000"),
    ];
    for mut bench in on_both(&postgres).await {
        for (currency, total, discount, cash, nothing) in cases {
            let number = format!("INV-{currency}");
            bench
                .event(&invoice(Bill { number: &number, po: currency, currency, total, ..BILL }))
                .await;
            let paid = paid_in(&format!("CHK-{currency}"), currency, cash, json!([]));
            let paid = bench.document(&name("bank"), &paid).await;
            let wanted = format!("applied {number}={cash}+{discount} rest {nothing}");
            assert_eq!(told(&ack(&paid)), wanted);
            assert_eq!(open(&bench, &number).await, nothing);
            let entry = booked(&paid.events::<JournalPosted>()[0]);
            assert_eq!(entry, format!("cash {cash}, discounts {discount}, receivable -{total}"));
            bench.at("2026-03-25T12:00:00Z".parse().unwrap());
            let back = reversal(&format!("NSF-{currency}"), &format!("CHK-{currency}"));
            bench.document(&name("bank"), &back).await;
            assert_eq!(open(&bench, &number).await, total);
            bench.at(NOON.parse().unwrap());
        }
        let request = json!({"customer_id": "C-100", "from": "2026-03-03", "to": "2026-03-31"});
        let answer = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await;
        let account: Account = serde_json::from_value(answer.unwrap()).unwrap();
        let told = account.statements.iter().map(|it| {
            let (before, after) = (it.opening_balance.to_string(), it.closing_balance.to_string());
            (it.currency.to_string(), before, it.lines.len(), after)
        });
        let mut wanted: Vec<_> =
            cases.iter().map(|it| (it.0.to_owned(), it.1.to_owned(), 3, it.1.to_owned())).collect();
        wanted.sort();
        assert_eq!(told.collect::<Vec<_>>(), wanted);
    }
}

#[tokio::test]
async fn p1_an_amount_that_its_currency_can_not_hold_is_refused_with_its_place() {
    let mut bench = bench().await;
    let cases = [
        ("JPY", "0.5", "100", "amount"),
        ("USD", "1.00", "0.001", "remittance[0].amount"),
        ("KWD", "9999999999999999.75", "1", "amount"),
        ("USD", "99999999999999999.00", "1", "amount"),
    ];
    for (currency, amount, line, path) in cases {
        let body = json!({"payment_id": "CHK-1", "customer_id": "C-100", "currency": currency,
            "amount": amount, "received_on": "2026-03-12", "method": "wire",
            "remittance": [pays("INV-1", line)]});
        let body = body.to_string().into_bytes();
        let refused = bench.payload(&name("bank"), "payment", body).await;
        let reasons = &refused.documents::<Rejection>(&name("bank"))[0].reasons;
        assert_eq!((reasons[0].code, reasons[0].path.as_str()), (Reason::InvalidValue, path));
    }
    assert!(books(&bench).await.payments.is_empty());
}

/// The balance of an account, as the books say it.
async fn account(bench: &Bench, account: LedgerAccount) -> String {
    let books = books(bench).await;
    let total = books.accounts.iter().find(|it| it.account == account).unwrap();
    (total.debit.get() - total.credit.get()).to_string()
}

/// Sums of what one amount can be are written with as many digits as they need.
#[tokio::test]
async fn d2_ten_receipts_of_18_digits_are_taken_and_told_as_their_sum() {
    let postgres = Postgres::start().unwrap();
    for mut bench in on_both(&postgres).await {
        for id in 0..10 {
            let paid = paid_in(&format!("CHK-{id}"), "USD", "9999999999999999.99", json!([]));
            let taken = bench.document(&name("bank"), &paid).await;
            assert_eq!(told(&ack(&taken)), "unapplied rest 9999999999999999.99");
        }
        let request = json!({"customer_id": "C-100", "from": "2026-03-13"});
        let answer = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await.unwrap();
        assert_eq!(answer["unapplied_cash"], "99999999999999999.90");
        assert_eq!(answer["statements"][0]["opening_balance"], "-99999999999999999.90");
        assert_eq!(answer["statements"][0]["closing_balance"], "-99999999999999999.90");
        assert_eq!(account(&bench, LedgerAccount::Cash).await, "99999999999999999.90");
        assert_eq!(account(&bench, LedgerAccount::UnappliedCash).await, "-99999999999999999.90");
    }
}

#[tokio::test]
async fn d2_what_is_open_is_aged_as_its_sum() {
    let mut bench = bench().await;
    // Ages are told by the clock of whoever asks.
    let due = Timestamp::now().to_zoned(TimeZone::UTC).date().to_string();
    for index in 0..10 {
        let (number, total) = (format!("INV-{index}"), "9999999999999999.99");
        let bill = Bill { number: &number, po: &number, total, due: &due, ..BILL };
        bench.event(&invoice(bill)).await;
    }
    assert_eq!(ask_account(&bench).await.aging.current.to_string(), "99999999999999999.90");
}

/// One payment settles ten invoices of 18 digits with discounts that together are more: the entry
/// has more lines, each an amount that ERPs can read.
#[tokio::test]
async fn d2_an_entry_of_more_than_18_digits_is_told_in_several_lines() {
    let postgres = Postgres::start().unwrap();
    for mut bench in on_both(&postgres).await {
        for index in 0..10 {
            let number = format!("INV-{index}");
            let bill = Bill { number: &number, po: &number, total: "9000000000000010.00", ..BILL };
            let mut posted = invoice(bill);
            posted.invoice.discount_percent = "99.999999".parse().unwrap();
            bench.event(&posted).await;
        }
        // What is no discount of each is 90,000,000.00.
        let remittance: Value =
            (0..10).map(|index| pays(&format!("INV-{index}"), "90000000.00")).collect();
        let paid = paid_in("CHK-1", "USD", "900000000.00", remittance);
        let taken = bench.document(&name("bank"), &paid).await;
        assert_eq!(codes(&ack(&taken)), []);
        let entry = &taken.events::<JournalPosted>()[0];
        let side = |account| entry.lines.iter().filter(move |line| line.account == account);
        assert!(side(LedgerAccount::Receivable).count() > 1, "{entry:?}");
        let of = |account| -> rust_decimal::Decimal {
            side(account).map(|line| line.debit.get() - line.credit.get()).sum()
        };
        assert_eq!(of(LedgerAccount::Receivable).to_string(), "-90000000000000100.00");
        assert_eq!(account(&bench, LedgerAccount::Receivable).await, "-90000000000000100.00");
        bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
        assert_eq!(account(&bench, LedgerAccount::Receivable).await, "0.00");
        let request = json!({"customer_id": "C-100", "to": "2026-12-31"});
        let answer = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await.unwrap();
        assert_eq!(answer["statements"][0]["closing_balance"], "90000000000000100.00");
    }
}
