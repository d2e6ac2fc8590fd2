//! On which day things count: the seller's, which is waited for, because entries never change.

use contracts::event::{JournalPosted, PaymentRefunded, PaymentReversed};
use jiff::civil::{Date, date};
use serde_json::json;

use super::{commands::give, *};
use crate::domain::{master::Seller, today};

/// A bench that has not heard of the seller.
async fn without_seller() -> Bench {
    let mut bench = Bench::new(PaymentApply::new(knobs())).await;
    bench.at(NOON.parse().unwrap());
    bench.partner(partner("bank", json!(["bank"]), json!([]))).await;
    bench
}

fn posted(outcome: &Outcome) -> (Date, Option<String>) {
    let entries = outcome.events::<JournalPosted>();
    assert_eq!(entries.len(), 1, "{:?}", outcome.subjects());
    (entries[0].date, entries[0].note.clone())
}

fn refund(id: &str) -> Value {
    json!({"command_id": id, "payment": "bank/CHK-1", "currency": "USD", "amount": "20.00"})
}

/// Three in the morning in UTC is still the evening before in Chicago.
#[tokio::test]
async fn p9_p10_what_no_document_dates_counts_on_the_sellers_day() {
    let mut bench = bench().await;
    bench.at("2026-03-21T03:00:00Z".parse().unwrap());
    bench.event(&invoice(BILL)).await;
    bench.document(&name("bank"), &payment("CHK-1", "90.00", json!([]))).await;
    let evening = date(2026, 3, 20);
    let apply = json!({"command_id": "a", "payment": "bank/CHK-1", "invoice_number": "INV-1",
        "currency": "USD", "amount": "60.00"});
    let why = "a call with the customer".to_owned();
    let (applied, _) = give(&mut bench, "apply-cash", apply).await;
    assert_eq!(posted(&applied), (evening, Some(why.clone())));
    let (refunded, _) = give(&mut bench, "refund", refund("r")).await;
    assert_eq!(posted(&refunded), (evening, Some(why.clone())));
    let write_off = json!({"command_id": "w", "invoice_number": "INV-1", "currency": "USD",
        "amount": "1.00"});
    let (given_up, _) = give(&mut bench, "write-off", write_off).await;
    assert_eq!(posted(&given_up), (evening, Some(why)));
    let reversed = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert_eq!(posted(&reversed), (evening, Some("NSF-1: insufficient_funds".to_owned())));
    let owed = ask_account(&bench).await.open_items;
    let owed = owed.iter().find(|item| item.reference == "REFUND-bank/CHK-1").unwrap();
    assert_eq!((owed.issue_date, owed.due_date), (evening, evening));
}

#[tokio::test]
async fn p9_a_reversal_waits_for_the_seller_whose_day_it_counts_on() {
    let mut bench = without_seller().await;
    let paid = bench.document(&name("bank"), &payment("CHK-1", "50.00", json!([]))).await;
    assert_eq!(posted(&paid).0, date(2026, 3, 20), "the bank says the day");
    let parked = bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    assert_eq!((parked.tally.parked, parked.outgoing.len()), (1, 0));
    bench.at("2026-03-20T12:00:05Z".parse().unwrap());
    let came = bench.event(&company("Asia/Tokyo")).await;
    assert_eq!(came.events::<PaymentReversed>().len(), 1);
    assert_eq!(posted(&came).0, date(2026, 3, 20));
}

/// Money that went back went back, whatever is known of the seller.
#[tokio::test]
async fn p9_without_the_seller_a_reversal_is_booked_in_utc_and_says_so() {
    let mut bench = without_seller().await;
    bench.document(&name("bank"), &payment("CHK-1", "50.00", json!([]))).await;
    bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
    bench.at("2026-03-20T12:00:11Z".parse().unwrap());
    let late = bench.tick().await;
    let note = "NSF-1: insufficient_funds; the company is not known: this is the day in UTC";
    assert_eq!(posted(&late), (date(2026, 3, 20), Some(note.to_owned())));
    assert_eq!(told(&ack(&late)), "reversed rest 0.00");
}

#[tokio::test]
async fn p10_a_command_waits_for_the_seller_too_and_is_carried_out_once() {
    let mut bench = without_seller().await;
    bench.document(&name("bank"), &payment("CHK-1", "50.00", json!([]))).await;
    let command = json!({"operator": "me", "reason": "asked", "command_id": "r",
        "payment": "bank/CHK-1", "currency": "USD", "amount": "20.00"});
    let parked = bench.command("payment-apply", "refund", &command).await;
    assert_eq!((parked.tally.parked, parked.outgoing.len()), (1, 0));
    let came = bench.event(&company("Pacific/Auckland")).await;
    assert_eq!(came.events::<PaymentRefunded>().len(), 1);
    assert_eq!(posted(&came).0, date(2026, 3, 21), "one in the morning in Auckland");
    let again = bench.command("payment-apply", "refund", &command).await;
    assert!(again.events::<PaymentRefunded>().is_empty());
}

#[test]
fn a_day_begins_where_the_seller_is() {
    let seller = |zone: &str| Seller { company: "seller".into(), time_zone: zone.into() };
    let moment = "2026-03-03T03:00:00Z".parse().unwrap();
    assert_eq!(seller("America/Chicago").day(moment), date(2026, 3, 2));
    assert_eq!(seller("Asia/Tokyo").day(moment), date(2026, 3, 3));
    assert_eq!(today::seller(&mesh::Rows::whole(Vec::new())), None);
}
