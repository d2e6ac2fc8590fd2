//! I10: the command that closes the books, and what is billed for a closed day.

use contracts::{
    Reason, ReasonLine,
    command::ClosePeriod,
    document::{CommandResult, CommandStatus, Journal},
    event::JournalPosted,
};
use mesh::{command::Audit, row};
use serde_json::json;
use testkit::Bench;

use super::shop::{Shop, address, invoice, memo, name, settings};
use crate::Invoicing;

/// Closes the books through a day.
pub fn close(id: &str, through: &str) -> ClosePeriod {
    ClosePeriod {
        command_id: id.parse().unwrap(),
        operator: "me".to_owned(),
        reason: "month end".to_owned(),
        through: through.parse().unwrap(),
    }
}

/// What the operator is told.
async fn told(bench: &mut Bench<Invoicing>, command: &ClosePeriod) -> CommandResult {
    let done = bench.command("invoicing", "close-period", command).await;
    assert_eq!(done.subjects(), ["egress.operator.command-result.v1"]);
    serde_json::from_slice(&done.outgoing[0].payload).unwrap()
}

/// Carried out, or the code of why not.
async fn sent(shop: &mut Shop, id: &str, through: &str) -> Result<(), Reason> {
    let result = told(&mut shop.bench, &close(id, through)).await;
    match (result.status, result.reasons.first()) {
        (CommandStatus::Done, None) => Ok(()),
        (CommandStatus::Refused, Some(reason)) => Err(reason.code),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn i10_what_is_of_a_closed_period_counts_on_the_next_open_day() {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    shop.bench.at("2026-04-01T12:00:00Z".parse().unwrap());
    assert_eq!(sent(&mut shop, "c-1", "2026-03-31").await, Ok(()));
    let sent = shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let invoice = invoice(&sent);
    assert_eq!(invoice.issue_date.to_string(), "2026-04-01");
    assert_eq!(invoice.due_date.to_string(), "2026-05-01");
    let note = Some("of 2026-03-03: the books are closed through 2026-03-31".to_owned());
    assert_eq!(invoice.note, note);
    let entries = sent.events::<JournalPosted>();
    assert!(entries.iter().all(|entry| entry.note == note));
    let told = sent.documents::<Journal>(&name("erp"));
    assert!(told.len() == 2 && told.iter().all(|journal| journal.note == note));
    let dates: Vec<_> = entries.iter().map(|entry| entry.date.to_string()).collect();
    assert_eq!(dates, ["2026-04-01", "2026-04-01"]);
    let memo = memo(&shop.take_back(&[(1, "WIDGET-1", "1", "0")]).await);
    assert_eq!(memo.issue_date.to_string(), "2026-04-01");
}

#[tokio::test]
async fn i10_a_period_is_closed_once_and_never_opened_again() {
    let mut shop = Shop::open().await;
    shop.bench.at("2026-05-01T12:00:00Z".parse().unwrap());
    assert_eq!(sent(&mut shop, "c-1", "2026-03-31").await, Ok(()));
    assert_eq!(sent(&mut shop, "c-1", "2026-03-31").await, Ok(()));
    assert_eq!(sent(&mut shop, "c-1", "2026-04-30").await, Err(Reason::ConflictingCommand));
    assert_eq!(sent(&mut shop, "c-2", "2026-02-28").await, Err(Reason::PeriodClosed));
    assert_eq!(sent(&mut shop, "c-3", "2026-04-30").await, Ok(()));
}

/// Closed for good, a day that is still running would have what leaves on it counted tomorrow.
#[tokio::test]
async fn i10_a_day_that_is_not_over_where_the_company_is_can_not_be_closed() {
    let mut shop = Shop::open().await;
    // It is the last evening of March in Chicago, and April in London.
    shop.bench.at("2026-04-01T04:59:59Z".parse().unwrap());
    let refused = told(&mut shop.bench, &close("c-1", "2026-03-31")).await;
    let why = "2026-03-31 is not over for the company, where it is 2026-03-31; \
        close through 2026-03-30 at the latest";
    assert_eq!(refused.reasons, [ReasonLine::new(Reason::InvalidValue, why)]);
    for future in ["2026-04-01", "2062-03-31", "9999-12-31"] {
        assert_eq!(sent(&mut shop, future, future).await, Err(Reason::InvalidValue));
    }
    assert_eq!(sent(&mut shop, "c-2", "2026-03-30").await, Ok(()));
    shop.bench.at("2026-04-01T05:00:00Z".parse().unwrap());
    assert_eq!(sent(&mut shop, "c-3", "2026-03-31").await, Ok(()));
    // A refusal stands: the same command is not judged anew when the day is over.
    assert_eq!(told(&mut shop.bench, &close("c-1", "2026-03-31")).await, refused);
}

/// The seller's days, not those of where the service runs.
#[tokio::test]
async fn i10_the_last_day_that_can_be_closed_is_the_companys_yesterday() {
    for (zone, last, first) in [
        ("Pacific/Auckland", "2026-03-02", "2026-03-03"),
        ("America/Chicago", "2026-03-01", "2026-03-02"),
    ] {
        let mut shop = Shop::without_rates(settings(), "USD").await;
        let record = json!({"name": "Seller", "tax_id": "1", "currency": "USD",
            "time_zone": zone, "address": address("IL")});
        let company = contracts::event::CompanyUpdated::SELLER.to_owned();
        let record = serde_json::from_value(record).unwrap();
        let moved = contracts::event::CompanyUpdated { company, record };
        shop.bench.event(&moved).await;
        shop.bench.at("2026-03-02T12:00:00Z".parse().unwrap());
        assert_eq!(sent(&mut shop, "c-1", first).await, Err(Reason::InvalidValue), "{zone}");
        assert_eq!(sent(&mut shop, "c-2", last).await, Ok(()), "{zone}");
    }
}

/// Who closed what, when, why, and what became of it; of a refused command the same.
#[tokio::test]
async fn i10_closing_a_period_is_kept_for_the_audit() {
    let mut shop = Shop::open().await;
    let mut kept = Vec::new();
    for (id, through, at) in [
        ("c-1", "2026-02-28", "2026-03-05T08:00:00Z"),
        ("c-2", "2026-03-31", "2026-03-06T09:30:00Z"),
    ] {
        let command = close(id, through);
        shop.bench.at(at.parse().unwrap());
        let result = told(&mut shop.bench, &command).await;
        kept.push((command, at, result));
    }
    // Sent again later, it is answered again, and what is kept stays as it was.
    shop.bench.at("2026-03-07T08:00:00Z".parse().unwrap());
    assert_eq!(told(&mut shop.bench, &kept[0].0).await, kept[0].2);
    let rows: Vec<Audit> =
        row::fetch(shop.bench.database(), &row::select::<Audit>()).await.unwrap();
    assert_eq!(rows.len(), 2);
    for (command, at, result) in kept {
        let row = rows.iter().find(|row| row.command_id == command.command_id).unwrap();
        assert_eq!(row.verb, "close-period");
        assert_eq!((row.operator.as_str(), row.reason.as_str()), ("me", "month end"));
        assert_eq!(row.carried_out_at.to_string(), at);
        assert_eq!(row.body.0, serde_json::to_value(&command).unwrap());
        assert_eq!(row.result.0, result);
        let done = command.command_id.as_str() == "c-1";
        assert_eq!(result.status == CommandStatus::Done, done, "{result:?}");
    }
}
