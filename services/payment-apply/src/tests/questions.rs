//! What the service answers, and to whom.

use contracts::question::Account;
use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::account::{self, owed};

async fn ask(bench: &Bench<PaymentApply>, asker: Asker) -> Result<Account, u16> {
    let answer = bench.ask(asker, account::QUESTION, &json!({"customer_id": "C-100"})).await;
    answer.map(|it| serde_json::from_value(it).unwrap()).map_err(|error| error.code)
}

fn asks(name: &str, role: &str, customers: Value) -> Asker {
    Asker::Partner(Box::new(partner(name, json!([role]), customers)))
}

#[tokio::test]
async fn m10_a_buyer_sees_its_own_customers_and_nobody_elses() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.document(&name("bank"), &payment("CHK-1", "7.00", json!([]))).await;
    let own = ask(&bench, asks("acme", "buyer", json!(["C-100"]))).await.unwrap();
    assert_eq!(own.open_items[0].open_amount.to_string(), "100.00");
    assert_eq!(own.unapplied_cash.to_string(), "7.00");
    assert_eq!(ask(&bench, asks("shop", "buyer", json!(["C-200"]))).await.err(), Some(404));
    assert_eq!(ask(&bench, asks("bank", "bank", json!([]))).await.err(), Some(403));
    assert!(ask(&bench, asks("erp", "erp", json!([]))).await.is_ok());
    assert!(ask(&bench, Asker::Operator).await.is_ok());
    let unknown = json!({"customer_id": "C-999"});
    let unknown = bench.ask(Asker::Operator, account::QUESTION, &unknown).await;
    assert_eq!(unknown.unwrap_err().code, 404);
}

#[tokio::test]
async fn a_customer_that_owes_nothing_has_an_empty_account() {
    let mut bench = bench().await;
    let record: contracts::document::Customer = document(json!({"customer_id": "C-100",
        "name": "Acme", "status": "active", "currency": "EUR", "price_list": "W"}));
    let customer_id = record.customer_id.clone();
    bench.event(&contracts::event::CustomerUpdated { customer_id, customer: record }).await;
    let empty = ask(&bench, Asker::Operator).await.unwrap();
    assert_eq!((empty.currency.to_string(), empty.open_items.len()), ("EUR".to_owned(), 0));
    assert_eq!(empty.aging.over_90.to_string(), "0.00");
}

#[test]
fn open_amounts_are_aged_by_days_past_due() {
    let due = |number: &str, due: &str| {
        let posted = invoice(Bill { number, ..BILL }).invoice;
        crate::domain::item::Item {
            invoice_number: posted.invoice_number,
            customer_id: posted.customer_id,
            currency: posted.currency,
            order_id: Some(posted.order_id),
            po_number: None,
            partner: None,
            issue_date: posted.issue_date,
            due_date: due.parse().unwrap(),
            discount_date: None,
            discount_percent: contracts::Percent::ZERO,
            total: 100,
            paid: 0,
            discount: 0,
            credited: 0,
            written_off: 0,
            open_amount: 100,
            deducted_by: None,
        }
    };
    let days = [
        "2026-04-11",
        "2026-04-10",
        "2026-04-09",
        "2026-03-11",
        "2026-03-10",
        "2026-02-08",
        "2026-01-10",
        "2026-01-09",
    ];
    let items: Vec<_> = days.iter().map(|day| due(day, day)).collect();
    let currency = "USD".parse().unwrap();
    let told = owed(currency, &items, &[], date(2026, 4, 10)).unwrap();
    let aging = told.aging;
    let said = [
        aging.current,
        aging.days_1_to_30,
        aging.days_31_to_60,
        aging.days_61_to_90,
        aging.over_90,
    ];
    assert_eq!(said.map(|it| it.to_string()), ["2.00", "2.00", "1.00", "2.00", "1.00"]);
    assert_eq!(told.open_items[0].reference, "2026-01-09");
}

#[tokio::test]
async fn the_books_come_page_by_page_each_row_once() {
    let mut bench = bench().await;
    for number in ["INV-1", "INV-2", "INV-3"] {
        bench.event(&invoice(Bill { number, ..BILL })).await;
    }
    for id in ["CHK-1", "CHK-2"] {
        bench.document(&name("bank"), &payment(id, "100.00", json!([]))).await;
    }
    for limit in 1..=6 {
        let (mut after, mut rows, mut accounts) = (None, 0, 0);
        loop {
            let request = PaymentBooksRequest { after, limit };
            let page = bench.ask(Asker::Operator, books::QUESTION, &request).await.unwrap();
            let page: PaymentBooks = serde_json::from_value(page).unwrap();
            assert!(page.invoices.len() + page.payments.len() <= limit as usize);
            rows += page.invoices.len() + page.payments.len();
            accounts += page.accounts.len();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((rows, accounts), (5, 2), "limit {limit}");
    }
    let partner = asks("erp", "erp", json!([]));
    let request = PaymentBooksRequest { after: None, limit: 1 };
    assert_eq!(bench.ask(partner, books::QUESTION, &request).await.unwrap_err().code, 404);
}
