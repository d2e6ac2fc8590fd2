//! R1, R2: the window and the life of an authorisation are the seller's to set.

use contracts::{
    document::{ReturnDecision, ReturnExpected},
    event::ReturnExpired,
};

use super::*;

/// A week to ask, and five days to send.
fn short() -> Config {
    Config { window_days: 7, authorization_days: 5 }
}

/// Shipped on the second in Chicago: the last day to ask is the ninth, or as the knob says.
#[test]
fn r1_the_window_is_as_long_as_it_is_configured() {
    for (window_days, last, first) in [
        (0, "2026-03-03T05:59:59Z", "2026-03-03T06:00:00Z"),
        (7, "2026-03-10T04:59:59Z", "2026-03-10T05:00:00Z"),
        (90, "2026-06-01T04:59:59Z", "2026-06-01T05:00:00Z"),
    ] {
        let mut scenario = memory::shipped_with(Config { window_days, ..short() });
        scenario.now = last.parse().unwrap();
        let asked = scenario.document(&name("acme"), &request("RR-1", one("1")));
        assert_eq!(answer(&asked).status, ReturnDecision::Authorized, "{window_days} days");
        scenario.now = first.parse().unwrap();
        let late = scenario.document(&name("acme"), &request("RR-2", one("1")));
        assert_eq!(codes(&answer(&late)), [Reason::ReturnWindowPassed], "{window_days} days");
    }
}

/// The buyer and the warehouse hear of the same last day; on the next one it is over.
#[tokio::test]
async fn r2_an_authorization_holds_as_long_as_it_is_configured() {
    for (authorization_days, until, on_it, after) in [
        (0, "2026-03-02", "2026-03-03T05:59:59Z", "2026-03-03T06:00:00Z"),
        (5, "2026-03-07", "2026-03-08T05:59:59Z", "2026-03-08T06:00:00Z"),
        (45, "2026-04-16", "2026-04-17T04:59:59Z", "2026-04-17T05:00:00Z"),
    ] {
        let mut bench = shipped_with(Config { authorization_days, ..short() }).await;
        let granted = bench.document(&name("acme"), &request("RR-1", one("4"))).await;
        let expires_on = Some(until.parse().unwrap());
        assert_eq!(answer(&granted).expires_on, expires_on);
        let expected = granted.documents::<ReturnExpected>(&name("threepl"));
        assert_eq!(expected[0].expires_on, expires_on);
        bench.at(on_it.parse().unwrap());
        assert!(bench.tick().await.outgoing.is_empty(), "{authorization_days} days");
        bench.at(after.parse().unwrap());
        let ended = bench.tick().await.events::<ReturnExpired>();
        assert_eq!(ended.len(), 1, "{authorization_days} days");
        assert_eq!(Some(ended[0].expires_on), expires_on);
    }
}
