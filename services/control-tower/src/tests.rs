//! The read model, its questions and its exceptions: rules over rows in memory, the others through the
//! engine and a real database.

mod audit;
mod cash;
mod changes;
mod commands;
mod console;
mod decisions;
mod due;
mod exceptions;
mod find;
mod goods;
mod late;
mod order;
mod samples;
mod stream_reader;
mod totals;

use contracts::{
    OrderId, PartnerName, event::ExceptionKind, partner::Partner, question::OrderStatus,
};
use mesh::{Asker, DatabaseConnection, row};
use serde_json::{Value, json};
use testkit::{Bench, Scenario};

use crate::{
    ControlTower,
    config::{Config, DEFAULTS},
    domain::{
        case::{Case, State},
        line::Line,
        order::Order,
    },
};

fn config() -> Config {
    mesh::config::load("control-tower", DEFAULTS, None).unwrap()
}

fn tower() -> ControlTower {
    ControlTower::new(config())
}

/// The control tower over rows in memory.
fn scenario() -> Scenario<ControlTower> {
    Scenario::new(tower())
}

/// The open cases of a control tower in memory.
fn open_cases(tower: &Scenario<ControlTower>) -> Vec<Case> {
    let open = tower.work.cases.iter().filter(|case| case.state == State::Open);
    open.cloned().collect()
}

fn open_kinds(tower: &Scenario<ControlTower>) -> Vec<ExceptionKind> {
    open_cases(tower).iter().map(|case| case.kind.0).collect()
}

async fn bench() -> Bench {
    Bench::new(tower()).await
}

fn asker(name: &str, roles: Value) -> Asker {
    let record: Partner = serde_json::from_value(json!({"partner": name, "roles": roles})).unwrap();
    Asker::Partner(Box::new(record))
}

fn order_id() -> OrderId {
    OrderId::of(&PartnerName::new("acme").unwrap(), &"PO-1".parse().unwrap())
}

async fn order_status(bench: &Bench, asker: Asker) -> OrderStatus {
    let answer = bench.ask(asker, "order-status", &json!({"po_number": "PO-1"})).await.unwrap();
    serde_json::from_value(answer).unwrap()
}

/// The rows that are the same in whatever order events came: orders, lines and open cases.
async fn read_model(db: &DatabaseConnection) -> (Vec<Order>, Vec<Line>, Vec<Case>) {
    let orders = row::fetch(db, &row::select::<Order>()).await.unwrap();
    let mut lines: Vec<Line> = row::fetch(db, &row::select::<Line>()).await.unwrap();
    lines.sort_by_key(|line| (line.order_id, line.line));
    let mut cases: Vec<Case> = row::fetch(db, &row::select::<Case>()).await.unwrap();
    cases.retain(|case| case.state == State::Open);
    cases.sort_by_key(|case| case.case_id);
    (orders, lines, cases)
}

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(tower()).await;
}
