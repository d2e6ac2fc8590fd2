//! I10, I13: the command that closes the books, and what is billed for a closed day.

use contracts::{
    Reason, ReasonLine,
    command::ClosePeriod,
    document::{CommandResult, CommandStatus, Journal},
    event::{CreditMemoPosted, InvoicePosted, JournalPosted, PeriodClosed, PeriodConfirmed},
};
use jiff::civil::Date;
use mesh::{command::Audit, row};
use serde_json::json;
use testkit::{Bench, Outcome};

use super::shop::{Shop, address, invoice, memo, name, settings};
use crate::domain::period::Closing;

/// Closes the books through a day.
pub fn close(id: &str, through: &str) -> ClosePeriod {
    ClosePeriod {
        command_id: id.parse().unwrap(),
        operator: "me".to_owned(),
        reason: "month end".to_owned(),
        through: through.parse().unwrap(),
    }
}

/// Gives the command.
async fn given(bench: &mut Bench, command: &ClosePeriod) -> Outcome {
    bench.command("invoicing", "close-period", command).await
}

/// payment-apply has closed its books too.
async fn confirmed(bench: &mut Bench, through: &str) -> Outcome {
    bench.event(&PeriodConfirmed { period: through.parse().unwrap() }).await
}

/// The operator's results of a step.
fn results(step: &Outcome) -> Vec<CommandResult> {
    let told = |it: &&mesh::Outgoing| it.subject == "egress.operator.command-result.v1";
    let results = step.outgoing.iter().filter(told);
    results.map(|it| serde_json::from_slice(&it.payload).unwrap()).collect()
}

/// The operator's results, at once or when payment-apply has confirmed.
async fn told(bench: &mut Bench, command: &ClosePeriod) -> CommandResult {
    let mut step = given(bench, command).await;
    if results(&step).is_empty() {
        assert_eq!(step.events::<PeriodClosed>(), [PeriodClosed { period: command.through }]);
        step = confirmed(bench, &command.through.to_string()).await;
    }
    assert_eq!(step.subjects(), ["egress.operator.command-result.v1"]);
    results(&step).remove(0)
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

/// The audit of a closing, refused or done: operator, day, time, reason and result.
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

/// A shop of which some goods have left, at noon in the middle of a month; the last day before it.
async fn in_the_middle_of_a_month() -> (Shop, Date) {
    let mut shop = Shop::open().await;
    shop.accept(json!({})).await;
    shop.ship(1, &[(1, "WIDGET-1", "4")]).await;
    shop.bench.at("2026-04-10T12:00:00Z".parse().unwrap());
    (shop, "2026-03-31".parse().unwrap())
}

fn dates(step: &Outcome) -> Vec<Date> {
    step.events::<JournalPosted>().iter().map(|entry| entry.date).collect()
}

#[tokio::test]
async fn i13_a_period_is_closed_when_payment_apply_has_confirmed_it() {
    let (mut shop, through) = in_the_middle_of_a_month().await;
    let command = close("c-1", "2026-03-31");
    let begun = given(&mut shop.bench, &command).await;
    assert_eq!(begun.subjects(), ["events.period.closed.v1.2026-03-31"]);
    // Its own event comes back before the confirmation does.
    let own = begun.events::<PeriodClosed>().remove(0);
    assert!(shop.bench.event(&own).await.outgoing.is_empty());
    // The same again is under way, and another command of its id is told so at once.
    assert!(given(&mut shop.bench, &command).await.outgoing.is_empty());
    let other = results(&given(&mut shop.bench, &close("c-1", "2026-02-28")).await);
    assert_eq!(other[0].reasons[0].code, Reason::ConflictingCommand);
    // Another day is of no use.
    assert!(confirmed(&mut shop.bench, "2026-03-30").await.outgoing.is_empty());
    let audit = async |shop: &Shop| {
        let rows: Vec<Audit> =
            row::fetch(shop.bench.database(), &row::select::<Audit>()).await.unwrap();
        rows.len()
    };
    assert_eq!(audit(&shop).await, 0);
    let done = confirmed(&mut shop.bench, "2026-03-31").await;
    let command_id = command.command_id.clone();
    let wanted = CommandResult { command_id, status: CommandStatus::Done, reasons: Vec::new() };
    assert_eq!(results(&done), std::slice::from_ref(&wanted));
    assert_eq!(results(&given(&mut shop.bench, &command).await), [wanted]);
    assert_eq!(audit(&shop).await, 1);
    let rows: Vec<Closing> = row::find(shop.bench.database(), "through", [through]).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn i13_two_commands_for_a_day_are_answered_by_one_confirmation() {
    let (mut shop, _) = in_the_middle_of_a_month().await;
    assert_eq!(given(&mut shop.bench, &close("c-1", "2026-03-31")).await.outgoing.len(), 1);
    assert!(given(&mut shop.bench, &close("c-2", "2026-03-31")).await.outgoing.is_empty());
    // A later day is another event, whatever is under way; an earlier one is closed.
    let later = given(&mut shop.bench, &close("c-3", "2026-04-09")).await;
    assert_eq!(later.subjects(), ["events.period.closed.v1.2026-04-09"]);
    let earlier = results(&given(&mut shop.bench, &close("c-4", "2026-03-30")).await);
    assert_eq!(earlier[0].reasons[0].code, Reason::PeriodClosed);
    let answered = |step: &Outcome| {
        let done = |it: CommandResult| {
            assert_eq!(it.status, CommandStatus::Done);
            it.command_id.to_string()
        };
        results(step).into_iter().map(done).collect::<Vec<_>>()
    };
    assert_eq!(answered(&confirmed(&mut shop.bench, "2026-03-31").await), ["c-1", "c-2"]);
    assert_eq!(answered(&confirmed(&mut shop.bench, "2026-04-09").await), ["c-3"]);
    let again = results(&given(&mut shop.bench, &close("c-5", "2026-04-09")).await);
    assert_eq!(again[0].reasons[0].code, Reason::PeriodClosed);
}

/// From the moment it is closed here, confirmed or not: invoices, the cost of goods, credit memos
/// and reversals of cost are dated on the first open day.
#[tokio::test]
async fn i13_nothing_is_dated_on_or_before_a_closed_day() {
    let (mut shop, through) = in_the_middle_of_a_month().await;
    let open = through.tomorrow().unwrap();
    given(&mut shop.bench, &close("c-1", "2026-03-31")).await;
    let sent = shop.ship(2, &[(1, "WIDGET-1", "6")]).await;
    assert_eq!(sent.events::<InvoicePosted>()[0].invoice.issue_date, open);
    assert_eq!(dates(&sent), [open, open]);
    let back = shop.take_back(&[(1, "WIDGET-1", "3", "0")]).await;
    assert_eq!(back.events::<CreditMemoPosted>()[0].credit_memo.issue_date, open);
    assert_eq!(dates(&back), [open, open]);
}
