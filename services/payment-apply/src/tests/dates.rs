//! D1: a payment's day is near the time at which the server took it.

use contracts::document::Rejection;
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::*;

/// A bench whose company keeps days in that zone, at that time.
async fn bench_at(zone: &str, now: &str) -> Bench {
    let mut bench = bench().await;
    bench.at(now.parse().unwrap());
    bench.event(&company(zone)).await;
    bench
}

/// Reports a payment of that day: how it is answered.
async fn received_on(bench: &mut Bench, day: Date) -> String {
    let mut paid = payment(&format!("CHK-{day}"), "7.00", json!([]));
    paid.received_on = day;
    let outcome = bench.document(&name("bank"), &paid).await;
    if let Some(refused) = outcome.documents::<Rejection>(&name("bank")).pop() {
        assert_eq!(outcome.outgoing.len(), 1, "{:?}", outcome.subjects());
        assert_eq!(refused.key.as_deref(), Some(paid.payment_id.as_str()));
    }
    answered(&outcome)
}

/// The answer to a payment: its status, or the refusal.
fn answered(outcome: &Outcome) -> String {
    let Some(refused) = outcome.documents::<Rejection>(&name("bank")).pop() else {
        return ack(outcome).status.to_string();
    };
    format!("{} {}", refused.reasons[0].code, refused.reasons[0].path)
}

const REFUSED: &str = "invalid_value received_on";

#[tokio::test]
async fn d1_a_payment_is_of_tomorrow_at_the_latest() {
    let mut bench = bench_at("UTC", "2026-12-01T10:00:00Z").await;
    let day = |day: &str| day.parse::<Date>().unwrap();
    assert_eq!(received_on(&mut bench, day("2026-12-02")).await, "unapplied");
    assert_eq!(received_on(&mut bench, day("2026-12-03")).await, REFUSED);
    assert!(books(&bench).await.payments.iter().all(|it| it.payment != "bank/CHK-2026-12-03"));
}

#[tokio::test]
async fn d1_a_payment_is_of_400_days_before_at_the_earliest() {
    let mut bench = bench_at("UTC", "2026-12-01T10:00:00Z").await;
    let first = bench.now().to_zoned(TimeZone::UTC).date() - Span::new().days(400);
    // The first moment of that day is more than 400 days before ten o'clock.
    assert_eq!(received_on(&mut bench, first).await, REFUSED);
    assert_eq!(received_on(&mut bench, first.tomorrow().unwrap()).await, "unapplied");
}

/// A day begins where the company is: in Auckland it is tomorrow already.
#[tokio::test]
async fn d1_a_day_counts_from_its_first_moment_where_the_company_is() {
    let day: Date = "2026-12-03".parse().unwrap();
    let mut there = bench_at("Pacific/Auckland", "2026-12-01T11:00:00Z").await;
    assert_eq!(received_on(&mut there, day).await, "unapplied");
    let mut here = bench_at("America/Chicago", "2026-12-01T11:00:00Z").await;
    assert_eq!(received_on(&mut here, day).await, REFUSED);
}

/// What was taken is never judged again: neither when it is sent again a year later, nor when it waits.
#[tokio::test]
async fn d1_a_payment_that_stands_is_answered_whenever_it_is_sent_again() {
    let mut bench = bench().await;
    let paid = payment("CHK-1", "7.00", json!([]));
    bench.document(&name("bank"), &paid).await;
    let later: Timestamp = bench.now() + Span::new().hours(24 * 500);
    bench.at(later);
    let again = bench.document(&name("bank"), &paid).await;
    assert_eq!(told(&ack(&again)), "unapplied rest 7.00");
}

/// Where the company is not known yet, a day that UTC refuses waits for its record.
#[tokio::test]
async fn d1_a_day_is_refused_only_where_the_company_is_known_or_does_not_come() {
    let mut bench = Bench::new(PaymentApply::new(knobs())).await;
    bench.partner(partner("bank", json!(["bank"]), json!([]))).await;
    bench.at("2026-12-01T11:00:00Z".parse().unwrap());
    let mut paid = payment("CHK-1", "7.00", json!([]));
    paid.received_on = "2026-12-03".parse().unwrap();
    assert!(bench.document(&name("bank"), &paid).await.outgoing.is_empty(), "it waits");
    let known = bench.event(&company("Pacific/Auckland")).await;
    assert_eq!(told(&ack(&known)), "unapplied rest 7.00");
}

/// A day that UTC takes may be too late where the company is: it waits too, and is judged in UTC
/// where no record comes.
#[tokio::test]
async fn d1_a_day_that_not_every_time_zone_takes_waits_for_the_company() {
    for (comes, wanted) in [(true, "invalid_value received_on"), (false, "unapplied")] {
        let mut bench = Bench::new(PaymentApply::new(knobs())).await;
        bench.partner(partner("bank", json!(["bank"]), json!([]))).await;
        bench.at("2026-12-01T01:00:00Z".parse().unwrap());
        let mut paid = payment("CHK-1", "7.00", json!([]));
        paid.received_on = "2026-12-02".parse().unwrap();
        let waits = bench.document(&name("bank"), &paid).await;
        assert_eq!((waits.tally.parked, waits.outgoing.len()), (1, 0));
        let outcome = if comes {
            bench.event(&company("America/Chicago")).await
        } else {
            bench.at("2026-12-01T01:00:11Z".parse().unwrap());
            bench.tick().await
        };
        assert_eq!(answered(&outcome), wanted);
    }
}
