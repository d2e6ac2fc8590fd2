//! The posted journal, page by page.

use contracts::{
    document::Journal,
    question::{JournalPage, PaymentJournalRequest},
};

use super::*;

#[tokio::test]
async fn p10_the_journal_is_told_by_date_as_it_was_posted() {
    let mut bench = bench().await;
    bench.event(&invoice(BILL)).await;
    let paid = payment("CHK-1", "60.00", json!([pays("INV-1", "60.00")]));
    let mut posted = bench.document(&name("bank"), &paid).await.events::<JournalPosted>();
    let early = early("CHK-0", "7.00", json!([]));
    posted.extend(bench.document(&name("bank"), &early).await.events::<JournalPosted>());
    let mut posted: Vec<Journal> = posted.into_iter().map(Journal::from).collect();
    posted.sort_by_key(|entry| (entry.date, entry.source.clone(), entry.entry_id));
    assert!(posted.len() >= 2 && posted[0].date < posted[posted.len() - 1].date);
    let mut told = Vec::new();
    let mut request = PaymentJournalRequest { limit: 1, ..PaymentJournalRequest::default() };
    loop {
        let page = bench.ask(Asker::Operator, PaymentJournalRequest::NAME, &request).await.unwrap();
        let JournalPage { entries, next } = serde_json::from_value(page).unwrap();
        told.extend(entries);
        request.after = next;
        if request.after.is_none() {
            break;
        }
    }
    assert_eq!(told, posted);
}
