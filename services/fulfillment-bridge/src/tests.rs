//! Rules F1–F5 and F7: in memory where `decide` alone matters, else through the engine and a real
//! database.

mod adapter;
mod command;
mod confirm;
mod dates;
mod delivery;
mod figures;
mod laws;
mod messages;
mod notice;
mod peers;
mod postgres;
mod recall;
mod refuse;
mod request;
mod samples;
mod size;

use contracts::{
    Egress, Event, OrderId, PoNumber, ShipmentId,
    document::{Delivery, ShipConfirm, ShipConfirmAck},
    event::{InventoryReserved, OrderAccepted, ShipmentRequested},
    partner::Partner,
    question::{FulfillmentBooks, FulfillmentLine, ShipmentStatus},
};
use jiff::{Timestamp, ToSpan};
use mesh::Asker;
use serde_json::{Value, json};
use testkit::{Bench, Decided, Outcome, Scenario};

use crate::{
    FulfillmentBridge,
    domain::{order::Line, shipment::shipment_id},
};
use messages::*;

/// The service with the built-in configuration.
fn bridge() -> FulfillmentBridge {
    configured("")
}

/// The service with a configuration file of this text.
fn configured(text: &str) -> FulfillmentBridge {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ordermesh.toml");
    std::fs::write(&file, text).unwrap();
    let defaults = crate::config::DEFAULTS;
    FulfillmentBridge::new(mesh::config::load("fulfillment-bridge", defaults, Some(&file)).unwrap())
}

/// Everything known but the order.
async fn mesh_of_partners() -> Bench {
    let mut bench = Bench::new(bridge()).await;
    know_partners(&mut bench).await;
    bench
}

/// Noon, two days after the confirmed goods left.
fn noon() -> Timestamp {
    "2026-03-05T12:00:00Z".parse().unwrap()
}

/// Everything known but the order, in memory.
fn scenario_of_partners() -> Scenario<FulfillmentBridge> {
    let mut scenario = Scenario::new(bridge());
    scenario.now = noon();
    partners().into_iter().for_each(|record| scenario.partner(record));
    scenario.event(&warehouse("EAST", "open"));
    scenario.event(&warehouse("WEST", "open"));
    scenario
}

/// Everybody is known; it is [`noon`].
async fn know_partners(bench: &mut Bench) {
    bench.at(noon());
    for record in partners() {
        bench.partner(record).await;
    }
    bench.event(&warehouse("EAST", "open")).await;
    bench.event(&warehouse("WEST", "open")).await;
}

/// The order is known, and `lines` of it are asked for.
async fn asked(lines: &[Goods<'_>]) -> Bench {
    let mut bench = mesh_of_partners().await;
    bench.event(&accepted()).await;
    let asked = bench.event(&reserved(lines)).await;
    assert!(!asked.events::<ShipmentRequested>().is_empty(), "{:?}", asked.subjects());
    bench
}

/// Ten WIDGET-1 are asked of EAST.
async fn ten_asked() -> Bench {
    asked(&[("EAST", 1, "WIDGET-1", "10")]).await
}

/// The order is known, and `lines` of it are asked for, in memory.
fn requested(lines: &[Goods<'_>]) -> Scenario<FulfillmentBridge> {
    let mut scenario = scenario_of_partners();
    scenario.event(&accepted());
    let asked = scenario.event(&reserved(lines));
    assert!(!asked.events::<ShipmentRequested>().is_empty(), "{asked:?}");
    scenario
}

/// Ten WIDGET-1 are asked of EAST, in memory.
fn ten_requested() -> Scenario<FulfillmentBridge> {
    requested(&[("EAST", 1, "WIDGET-1", "10")])
}

/// The events and documents that a message leads to, with a database or without.
trait Sent: std::fmt::Debug {
    fn all_events<E: Event>(&self) -> Vec<E>;
    fn all_documents<D: Egress>(&self, partner: &str) -> Vec<D>;
}

impl Sent for Outcome {
    fn all_events<E: Event>(&self) -> Vec<E> {
        self.events()
    }
    fn all_documents<D: Egress>(&self, partner: &str) -> Vec<D> {
        self.documents(&name(partner))
    }
}

impl Sent for Decided {
    fn all_events<E: Event>(&self) -> Vec<E> {
        self.events()
    }
    fn all_documents<D: Egress>(&self, partner: &str) -> Vec<D> {
        self.documents(&name(partner))
    }
}

fn acks(outcome: &impl Sent) -> Vec<ShipConfirmAck> {
    outcome.all_documents("threepl")
}

async fn books(bench: &Bench) -> Vec<FulfillmentLine> {
    let request = json!({"limit": 100});
    let answer = bench.ask(Asker::Operator, "fulfillment-bridge-books", &request).await.unwrap();
    serde_json::from_value::<FulfillmentBooks>(answer).unwrap().lines
}

/// Requested, dispatched, short and cancelled of order line 1.
async fn figures(bench: &Bench) -> [String; 4] {
    let lines = books(bench).await;
    let line = lines.iter().find(|line| line.line == 1).unwrap();
    [line.requested, line.dispatched, line.short, line.cancelled].map(|it| it.to_string())
}

/// The totals of order line 1, in memory.
fn totals_of(scenario: &Scenario<FulfillmentBridge>) -> &Line {
    scenario.work.order_lines.get(&(order_id(), 1)).unwrap()
}

/// Requested, dispatched, short and cancelled of order line 1, in memory.
fn totals(scenario: &Scenario<FulfillmentBridge>) -> [String; 4] {
    let line = totals_of(scenario);
    [line.requested, line.dispatched, line.short, line.cancelled].map(|it| it.to_string())
}

async fn status(bench: &Bench) -> ShipmentStatus {
    let request = json!({"po_number": "PO-1"});
    let answer = bench.ask(Asker::Operator, "shipment-status", &request).await.unwrap();
    serde_json::from_value(answer).unwrap()
}

/// Decides the documents that have waited as long as they may.
async fn after_waiting(bench: &mut Bench) -> Outcome {
    bench.at(bench.now() + 11.seconds());
    bench.tick().await
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(FulfillmentBridge::configured(None).unwrap()).await;
}
