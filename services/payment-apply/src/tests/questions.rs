//! The answers of the service, and who gets them.

use contracts::question::Account;
use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::queries::account::owed::owed;

async fn ask(bench: &Bench, asker: Asker) -> Result<Account, u16> {
    let answer = bench.ask(asker, AccountRequest::NAME, &json!({"customer_id": "C-100"})).await;
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
    let unknown = bench.ask(Asker::Operator, AccountRequest::NAME, &unknown).await;
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

fn statement(account: &Account, index: usize) -> Vec<String> {
    let statement = &account.statements[index];
    let line = |line: &contracts::question::StatementLine| {
        let (date, kind, reference) = (line.date, line.kind, &line.reference);
        format!("{date} {kind} {reference} {} = {}", line.amount, line.balance)
    };
    let ends = (statement.opening_balance, statement.closing_balance);
    let lines = statement.lines.iter().map(line);
    let mut told = vec![format!("{} {}", statement.currency, ends.0)];
    told.extend(lines.chain([ends.1.to_string()]));
    told
}

async fn days(bench: &Bench, days: Value) -> Result<Account, (u16, String)> {
    let mut request = json!({"customer_id": "C-100"});
    request.as_object_mut().unwrap().extend(days.as_object().unwrap().clone());
    let answer = bench.ask(Asker::Operator, AccountRequest::NAME, &request).await;
    let answer = answer.map_err(|error| (error.code, error.message))?;
    Ok(serde_json::from_value(answer).unwrap())
}

/// What customers owe and what they paid too much is told in each currency of its own.
#[tokio::test]
async fn p3_p6_the_account_tells_every_currency() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.event(&invoice(Bill { number: "INV-2", currency: "EUR", total: "70.00", ..BILL })).await;
    let yen = json!({"payment_id": "CHK-1", "customer_id": "C-100", "currency": "JPY",
        "amount": "500", "received_on": "2026-03-20", "method": "wire"});
    let yen: contracts::document::Payment = document(yen);
    bench.document(&name("bank"), &yen).await;
    let record: contracts::document::Customer = document(json!({"customer_id": "C-100",
        "name": "Acme", "status": "active", "currency": "USD", "price_list": "W"}));
    let customer_id = record.customer_id.clone();
    bench.event(&contracts::event::CustomerUpdated { customer_id, customer: record }).await;
    let account = ask_account(&bench).await;
    assert_eq!(account.currency.to_string(), "USD");
    assert_eq!(account.open_items.len(), 1);
    assert_eq!(account.unapplied_cash.to_string(), "0.00");
    let told = account.other_currencies.iter().map(|it| {
        let aging = it.aging.current.get()
            + it.aging.days_1_to_30.get()
            + it.aging.over_90.get()
            + it.aging.days_31_to_60.get()
            + it.aging.days_61_to_90.get();
        format!("{} {} {} {aging}", it.currency, it.open_items.len(), it.unapplied_cash)
    });
    assert_eq!(told.collect::<Vec<_>>(), ["EUR 1 0.00 70.00", "JPY 0 500 0"]);
}

#[tokio::test]
async fn p3_p4_p8_p9_a_statement_tells_every_document_with_what_is_owed_after_it() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.event(&invoice(Bill { number: "INV-2", total: "40.00", ..BILL })).await;
    bench.document(&name("bank"), &early("CHK-1", "118.00", json!([pays("INV-1", "98.00")]))).await;
    bench.event(&credit("CM-1", "INV-2", "10.00")).await;
    let write_off = json!({"command_id": "w", "invoice_number": "INV-2", "currency": "USD",
        "amount": "1.00"});
    commands::give(&mut bench, "write-off", write_off).await;
    let refund = json!({"command_id": "r", "payment": "bank/CHK-1", "currency": "USD",
        "amount": "20.00"});
    commands::give(&mut bench, "refund", refund).await;
    bench.at("2026-03-25T12:00:00Z".parse().unwrap());
    bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    let all = days(&bench, json!({"to": "2026-03-31"})).await.unwrap();
    let wanted = [
        "USD 0.00",
        "2026-03-02 credit_memo CM-1 -10.00 = -10.00",
        "2026-03-02 invoice INV-1 100.00 = 90.00",
        "2026-03-02 invoice INV-2 40.00 = 130.00",
        "2026-03-12 discount INV-1 -2.00 = 128.00",
        "2026-03-12 payment CHK-1 -118.00 = 10.00",
        "2026-03-20 refund CHK-1 20.00 = 30.00",
        "2026-03-20 write_off INV-2 -1.00 = 29.00",
        "2026-03-25 reversal CHK-1 120.00 = 149.00",
        "149.00",
    ];
    assert_eq!(statement(&all, 0), wanted);
    let open: rust_decimal::Decimal =
        all.open_items.iter().map(|item| item.open_amount.get()).sum();
    assert_eq!(open.to_string(), "149.00", "the closing balance is what is open");
    let some = days(&bench, json!({"from": "2026-03-03", "to": "2026-03-12"})).await.unwrap();
    let wanted = [
        "USD 130.00",
        "2026-03-12 discount INV-1 -2.00 = 128.00",
        "2026-03-12 payment CHK-1 -118.00 = 10.00",
        "10.00",
    ];
    assert_eq!(statement(&some, 0), wanted);
    let later = days(&bench, json!({"from": "2026-03-26"})).await.unwrap();
    assert_eq!(statement(&later, 0), ["USD 149.00", "149.00"]);
    assert!(ask_account(&bench).await.statements.is_empty(), "only who asks for days gets one");
}

#[tokio::test]
async fn p6_a_statement_is_of_one_currency_each_and_cash_comes_to_it_when_it_is_known_whose() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    bench.event(&invoice(Bill { number: "INV-2", currency: "EUR", total: "70.00", ..BILL })).await;
    let mut nobody = payment("CHK-1", "30.00", json!([]));
    nobody.customer_id = None;
    bench.document(&name("bank"), &nobody).await;
    let all = json!({"to": "2026-03-31"});
    let before = days(&bench, all.clone()).await.unwrap();
    let told: Vec<_> = before.statements.iter().map(|it| it.closing_balance.to_string()).collect();
    assert_eq!(told, ["70.00", "100.00"], "EUR comes first: nobody said which is the account's");
    let apply = json!({"command_id": "a", "payment": "bank/CHK-1", "invoice_number": "INV-1",
        "currency": "USD", "amount": "30.00"});
    commands::give(&mut bench, "apply-cash", apply).await;
    let after = days(&bench, all).await.unwrap();
    let told: Vec<_> = after.statements.iter().map(|it| it.closing_balance.to_string()).collect();
    assert_eq!(told, ["70.00", "70.00"]);
}

#[tokio::test]
async fn m9_a_statement_of_too_many_documents_asks_for_fewer_days() {
    let mut bench = bench().await;
    let bills = (0..2_001).map(|index| invoice(Bill { number: &format!("INV-{index}"), ..BILL }));
    let bills: Vec<_> = bills.map(|bill| bench.numbered(&bill)).collect();
    bench.deliver(bills).await;
    let (code, why) = days(&bench, json!({"to": "2026-03-31"})).await.unwrap_err();
    assert_eq!((code, why.contains("ask for fewer days")), (400, true), "{why}");
    assert!(days(&bench, json!({"to": "2026-03-01"})).await.is_ok());
    let (code, why) =
        days(&bench, json!({"from": "2026-03-02", "to": "2026-03-01"})).await.unwrap_err();
    assert_eq!((code, why.as_str()), (400, "`from` is later than `to`"));
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
    let told = owed(currency, &items, &[], date(2026, 4, 10));
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
            let page =
                bench.ask(Asker::Operator, PaymentBooksRequest::NAME, &request).await.unwrap();
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
    assert_eq!(
        bench.ask(partner, PaymentBooksRequest::NAME, &request).await.unwrap_err().code,
        404
    );
}
