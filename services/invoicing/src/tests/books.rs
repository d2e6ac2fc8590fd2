//! Questions: invoices, the books, and the journal.

use contracts::{
    Partner,
    document::{Journal, LedgerAccount},
    event::JournalPosted,
    question::{
        InvoiceAnswer, InvoicingBooks, InvoicingBooksRequest, InvoicingDispatch,
        InvoicingJournalRequest, JournalPage, Question as _,
    },
};
use mesh::Asker;
use serde_json::{Value, json};
use testkit::Bench;

use super::{
    periods::close,
    shop::{Shop, invoice, line, memo, settings},
};

fn partner(name: &str, role: &str) -> Asker {
    let record = json!({"partner": name, "roles": [role]});
    let record: Partner = serde_json::from_value(record).unwrap();
    Asker::Partner(Box::new(record))
}

async fn asked(shop: &Shop, asker: Asker, request: Value) -> Result<InvoiceAnswer, u16> {
    let answer = shop.bench.ask(asker, "invoice", &request).await;
    answer.map(|answer| serde_json::from_value(answer).unwrap()).map_err(|error| error.code)
}

#[tokio::test]
async fn an_invoice_is_told_to_those_whose_it_is() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    let by_po = json!({"po_number": "PO-1"});
    let none = asked(&shop, partner("acme", "buyer"), by_po.clone()).await.unwrap();
    assert!(none.invoices.is_empty());
    let posted = invoice(&shop.ship(1, &[(1, "WIDGET-1", "10")]).await);
    let credited = memo(&shop.take_back(&[(1, "WIDGET-1", "1", "0")]).await);
    let by_number = json!({"invoice_number": "INV-000001"});
    for request in [&by_po, &by_number] {
        let askers = [partner("acme", "buyer"), partner("erp", "erp"), Asker::Operator];
        for asker in askers {
            let answer = asked(&shop, asker, request.clone()).await.unwrap();
            assert_eq!(answer.invoices, std::slice::from_ref(&posted));
            assert_eq!(answer.credit_memos, std::slice::from_ref(&credited));
        }
        assert_eq!(asked(&shop, partner("shop", "buyer"), request.clone()).await, Err(404));
        assert_eq!(asked(&shop, partner("bank", "bank"), request.clone()).await, Err(403));
    }
    let unknown = json!({"invoice_number": "INV-000002"});
    assert_eq!(asked(&shop, Asker::Operator, unknown).await, Err(404));
    assert_eq!(asked(&shop, Asker::Operator, json!({})).await, Err(400));
}

/// All pages of the books.
pub async fn books(bench: &Bench, limit: u32) -> InvoicingBooks {
    let mut all = InvoicingBooks {
        lines: vec![],
        invoices: vec![],
        credit_memos: vec![],
        accounts: vec![],
        next: None,
    };
    let mut after = None;
    loop {
        let request = InvoicingBooksRequest { after, limit };
        let page = bench.ask(Asker::Operator, "invoicing-books", &request).await.unwrap();
        let page: InvoicingBooks = serde_json::from_value(page).unwrap();
        let rows = page.lines.len() + page.invoices.len() + page.credit_memos.len();
        assert!(rows <= limit as usize);
        assert_eq!(page.accounts.is_empty(), page.next.is_some());
        all.lines.extend(page.lines);
        all.invoices.extend(page.invoices);
        all.credit_memos.extend(page.credit_memos);
        all.accounts.extend(page.accounts);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn the_books_are_told_page_by_page_to_the_operator_alone() {
    let mut shop = Shop::open().await;
    let lines = json!([line(1, "WIDGET-1", "10", "1"), line(2, "BREAD", "10", "1")]);
    shop.accept(json!({"lines": lines})).await;
    for n in 1..=3 {
        shop.ship(n, &[(1, "WIDGET-1", "2"), (2, "BREAD", "3")]).await;
    }
    shop.take_back(&[(1, "WIDGET-1", "3", "0")]).await;
    let whole = books(&shop.bench, 1_000).await;
    for limit in [1, 2, 3, 5] {
        assert_eq!(books(&shop.bench, limit).await, whole);
    }
    let line = &whole.lines[0];
    let figures = [line.dispatched, line.billed, line.credited].map(|it| it.to_string());
    assert_eq!(figures, ["6", "6", "3"]);
    assert_eq!(whole.invoices.len(), 3);
    let credited: Vec<_> = whole.invoices.iter().map(|it| it.credited.to_string()).collect();
    assert_eq!(credited, ["2.18", "1.09", "0.00"]);
    let memos: Vec<_> = whole.credit_memos.iter().map(|it| it.total.to_string()).collect();
    assert_eq!(memos, ["2.18", "1.09"]);
    // Two units of each dispatch at 4.00, three of which came back to the shelf.
    let cost = |figure: fn(&InvoicingDispatch) -> contracts::Amount| -> Vec<String> {
        let mut told: Vec<_> = line.dispatches.iter().map(|it| figure(it).to_string()).collect();
        told.sort();
        told
    };
    assert_eq!(cost(|left| left.cost), ["8.00", "8.00", "8.00"]);
    assert_eq!(cost(|left| left.restocked), ["0.00", "4.00", "8.00"]);
    let receivable = whole.accounts.iter().find(|it| it.account == LedgerAccount::Receivable);
    let receivable = receivable.unwrap();
    assert_eq!(receivable.debit.to_string(), "15.54");
    assert_eq!(receivable.credit.to_string(), "3.27");
    let request = InvoicingBooksRequest { after: None, limit: 10 };
    let refused = shop.bench.ask(partner("erp", "erp"), "invoicing-books", &request).await;
    assert_eq!(refused.unwrap_err().code, 404);
}

/// Granted, waiting, returned before it was billed, billed: what reconciliation lays side by side.
async fn billable(shop: &Shop) -> [String; 4] {
    let line = &books(&shop.bench, 10).await.lines[0];
    [line.granted, line.waiting, line.returned_unbilled, line.billed].map(|it| it.to_string())
}

#[tokio::test]
async fn the_books_tell_what_waits_for_a_rate_and_what_came_back_meanwhile() {
    let mut shop = Shop::without_rates(settings(), "USD").await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    assert_eq!(billable(&shop).await, ["10", "10", "0", "0"]);
    shop.take_back(&[(1, "WIDGET-1", "3", "1")]).await;
    assert_eq!(billable(&shop).await, ["10", "6", "4", "0"]);
    shop.rate("US", None, "standard", "5", "2026-01-01").await;
    assert_eq!(billable(&shop).await, ["10", "0", "4", "6"]);
}

#[tokio::test]
async fn the_books_tell_how_much_of_what_left_may_be_billed() {
    let mut shop = Shop::open().await;
    shop.accept(json!({"over_ship_tolerance_percent": "10"})).await;
    shop.ship(1, &[(1, "WIDGET-1", "12")]).await;
    assert_eq!(billable(&shop).await, ["11", "0", "0", "11"]);
}

/// All pages of the journal from one day to another.
async fn journal(bench: &Bench, days: [Option<&str>; 2], limit: u32) -> Vec<Journal> {
    let [from, to] = days;
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let request = json!({"from": from, "to": to, "after": after, "limit": limit});
        let asker = partner("erp", "erp");
        let page = bench.ask(asker, InvoicingJournalRequest::NAME, &request).await.unwrap();
        let JournalPage { entries, next } = serde_json::from_value(page).unwrap();
        assert!(entries.len() <= limit as usize);
        all.extend(entries);
        after = next;
        if after.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn i8_the_journal_is_told_by_date_as_it_was_posted() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    let mut posted = shop.ship(1, &[(1, "WIDGET-1", "4")]).await.events::<JournalPosted>();
    shop.bench.at("2026-04-01T12:00:00Z".parse().unwrap());
    let command = close("c-1", "2026-03-31");
    shop.bench.command("invoicing", "close-period", &command).await;
    posted.extend(shop.ship(2, &[(1, "WIDGET-1", "6")]).await.events::<JournalPosted>());
    let back = shop.take_back(&[(1, "WIDGET-1", "1", "0")]).await;
    posted.extend(back.events::<JournalPosted>());
    let mut posted: Vec<Journal> = posted.into_iter().map(Journal::from).collect();
    posted.sort_by_key(|entry| (entry.date, entry.source.clone(), entry.entry_id));
    let march = posted.iter().take_while(|entry| entry.date.month() == 3).count();
    assert_eq!((march, posted.len()), (2, 6));
    for limit in [1, 2, 5, 6, 500] {
        let told = async |from, to| journal(&shop.bench, [from, to], limit).await;
        assert_eq!(told(None, None).await, posted);
        assert_eq!(told(None, Some("2026-03-31")).await, posted[..march]);
        assert_eq!(told(None, Some("2026-03-03")).await, posted[..march], "that day included");
        assert_eq!(told(None, Some("2026-03-02")).await, []);
        assert_eq!(told(Some("2026-03-04"), None).await, posted[march..]);
        assert_eq!(told(Some("2026-04-01"), Some("2026-04-01")).await, posted[march..]);
        assert_eq!(told(Some("2026-04-02"), None).await, []);
    }
}

#[tokio::test]
async fn the_journal_is_told_to_the_operator_and_erps_alone() {
    let shop = Shop::open().await;
    let ask = async |asker, request: Value| {
        let answer = shop.bench.ask(asker, InvoicingJournalRequest::NAME, &request).await;
        answer.map_err(|error| error.code)
    };
    let nothing = json!({"entries": [], "next": null});
    assert_eq!(ask(Asker::Operator, json!({"limit": 9})).await, Ok(nothing));
    assert_eq!(ask(partner("acme", "buyer"), json!({"limit": 9})).await, Err(403));
    assert_eq!(ask(Asker::Operator, json!({"limit": 9, "after": "there"})).await, Err(400));
    assert_eq!(ask(Asker::Operator, json!({"limit": 9, "day": "2026-03-01"})).await, Err(400));
}
