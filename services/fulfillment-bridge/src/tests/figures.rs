//! Metrics and totals: every metric says what it means, and no ledger is clamped (D2).

use std::sync::Mutex;

use contracts::{Reason, document::Rejection};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::*;

/// A recorder that keeps the descriptions of metrics.
#[derive(Default)]
struct Descriptions(Mutex<Vec<(String, bool)>>);

impl Descriptions {
    fn note(&self, name: &KeyName, is_counter: bool, text: &str) {
        assert!(!text.is_empty());
        self.0.lock().unwrap().push((name.as_str().to_owned(), is_counter));
    }
}

impl Recorder for Descriptions {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.note(&name, true, &text);
    }
    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.note(&name, false, &text);
    }
    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.note(&name, false, &text);
    }
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// The rules of `promtool check metrics`: a description, and `_total` for counters alone.
#[test]
fn every_metric_says_what_it_means_and_is_named_by_the_rules() {
    let sources = [include_str!("../metrics.rs"), include_str!("../adapter/metrics.rs")];
    let words = sources.iter().flat_map(|source| source.split('"'));
    let named: Vec<&str> = words.filter(|word| word.starts_with("ordermesh_")).collect();
    let heard = Descriptions::default();
    metrics::with_local_recorder(&heard, crate::metrics::describe);
    let heard = heard.0.into_inner().unwrap();
    assert_eq!(named.len(), heard.len());
    for name in named {
        let (_, is_counter) = heard.iter().find(|(told, _)| told == name).expect(name);
        assert_eq!(name.ends_with("_total"), *is_counter, "{name}");
    }
}

#[tokio::test]
async fn d2_a_reservation_that_no_total_can_hold_is_set_aside() {
    let all = "999999999999";
    let mut bench = asked(&[("EAST", 1, "WIDGET-1", all)]).await;
    bench.event(&recalled(&[("EAST", 1, "WIDGET-1", all)])).await;
    let again = bench.event(&reserved(&[("EAST", 1, "WIDGET-1", all)])).await;
    assert_eq!(again.tally.dead, 1, "{:?}", again.subjects());
    assert_eq!(figures(&bench).await, [all, "0", "0", all]);
}

#[test]
fn d2_a_confirmation_that_no_total_can_hold_is_refused() {
    let mut scenario = ten_requested();
    let much = "600000000000";
    scenario.document(&name("threepl"), &confirm("T-1", widgets(much), false));
    let more = scenario.document(&name("threepl"), &confirm("T-2", widgets(much), false));
    let reason = &more.documents::<Rejection>(&name("threepl"))[0].reasons[0];
    assert_eq!((reason.code, reason.path.as_str()), (Reason::InvalidValue, "lines"));
    assert_eq!(totals(&scenario), [much, much, "0", "0"]);
}

/// Every unit that was asked of a shipment left, was short, was taken back, left with another
/// shipment, or is still to come.
#[tokio::test]
async fn f5_shipment_status_tells_what_a_surplus_covered() {
    let mut bench = asked(&[("EAST", 1, "WIDGET-1", "6")]).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "4")])).await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("9"), true)).await;
    let told = |status: &ShipmentStatus| {
        let line = &status.shipments[1].lines[0];
        let figures = [line.requested, line.dispatched, line.short, line.cancelled, line.covered];
        figures.map(|it| it.to_string())
    };
    assert_eq!(told(&status(&bench).await), ["4", "0", "0", "0", "3"]);
    bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "1")])).await;
    assert_eq!(told(&status(&bench).await), ["4", "0", "0", "1", "3"]);
}
