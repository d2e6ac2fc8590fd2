//! Changes and cancels of orders that stand (O7, O8, O9), by what allocation and the warehouses
//! say of them.

mod cancel;
mod copies;
mod currency;
mod expire;
mod held;
mod laws;
mod less;
mod line;
mod more;
pub mod peers;
mod size;

use contracts::{
    Reason,
    document::{ChangeStatus, OrderCancel, OrderChange, OrderChangeAck},
    event::{InventoryDeclined, InventoryReleased, OrderChangeRequested, ShipmentDispatched},
    question::{IntakeBooks, IntakeLine},
};
use mesh::Asker;
use serde_json::{Value, json};
use testkit::Outcome;

use super::{
    document,
    memory::{Heard, Stall, Told},
    name,
    shop::{Shop, id},
};

/// New totals of lines of `PO-1`.
fn change(number: u32, lines: Value) -> OrderChange {
    document(json!({"po_number": "PO-1", "change_number": number, "lines": lines}))
}

/// A new total of its first line.
fn total(number: u32, quantity: &str) -> OrderChange {
    change(number, json!([{"line": 1, "quantity": quantity}]))
}

/// Nothing more of it is wanted.
fn cancel() -> OrderCancel {
    document(json!({"po_number": "PO-1"}))
}

/// Allocation has set so many widgets of line 1 free.
fn released(quantity: &str) -> InventoryReleased {
    serde_json::from_value(json!({"order_id": id("PO-1"),
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]}))
    .unwrap()
}

/// Units that are not in stock, and may not wait.
fn declined(quantity: &str) -> InventoryDeclined {
    serde_json::from_value(json!({"order_id": id("PO-1"), "partner": "acme",
        "po_number": "PO-1", "why": "nothing left",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]}))
    .unwrap()
}

/// Units that have left; some of them after they had been taken back.
fn left(confirmation: &str, quantity: &str, late: &str) -> ShipmentDispatched {
    let mut event = super::shop::dispatched("PO-1", quantity);
    event.confirmation_id = confirmation.parse().unwrap();
    if late != "0" {
        let again = contracts::document::LineQuantity {
            quantity: late.parse().unwrap(),
            ..event.lines[0].clone()
        };
        event.reinstated = vec![again];
    }
    event
}

/// The answers to changes that an outcome holds.
fn answers(outcome: &impl Heard) -> Vec<OrderChangeAck> {
    outcome.documents(&name("acme"))
}

/// The only answer to a change of an outcome.
fn answer(outcome: &impl Heard) -> OrderChangeAck {
    let answers = answers(outcome);
    assert_eq!(answers.len(), 1, "{outcome:?}");
    answers.into_iter().next().unwrap()
}

fn reasons(answer: &OrderChangeAck) -> Vec<(Option<u32>, Reason)> {
    answer.reasons.iter().map(|reason| (reason.line, reason.code)).collect()
}

/// Status, and the total of the first line that it names.
fn said(answer: &OrderChangeAck) -> (ChangeStatus, String) {
    (answer.status, answer.lines[0].quantity.to_string())
}

/// The requested changes by line: from, to.
fn asked(outcome: &impl Heard) -> Vec<(u32, String, String)> {
    let events = outcome.events::<OrderChangeRequested>().into_iter();
    let lines = events.flat_map(|event| event.lines);
    lines.map(|line| (line.line, line.from.to_string(), line.to.to_string())).collect()
}

impl Stall {
    fn change(&mut self, change: &OrderChange) -> Told {
        self.document(&name("acme"), change)
    }

    fn cancel(&mut self) -> Told {
        self.document(&name("acme"), &cancel())
    }
}

impl Shop {
    async fn change(&mut self, change: &OrderChange) -> Outcome {
        self.bench.document(&name("acme"), change).await
    }

    async fn cancel(&mut self) -> Outcome {
        self.bench.document(&name("acme"), &cancel()).await
    }

    /// Ten widgets are on order.
    async fn with_ten() -> Self {
        let mut shop = Self::at("10.00", None).await;
        let taken = shop.order("PO-1", "10").await;
        assert_eq!(taken.status, contracts::document::OrderAckStatus::Accepted);
        shop
    }

    async fn lines(&self) -> Vec<IntakeLine> {
        let request = json!({"limit": 100});
        let answer = self.bench.ask(Asker::Operator, "order-intake-books", &request).await;
        serde_json::from_value::<IntakeBooks>(answer.unwrap()).unwrap().lines
    }

    /// Ordered, cancelled, dispatched and billed of line 1; and how the order stands.
    async fn figures(&self) -> ([String; 4], String) {
        let lines = self.lines().await;
        let line = lines.iter().find(|line| line.line == 1).unwrap();
        let figures = [line.ordered, line.cancelled, line.dispatched, line.billed];
        (figures.map(|it| it.to_string()), line.status.to_string())
    }
}

fn texts<const N: usize>(figures: [&str; N]) -> [String; N] {
    figures.map(str::to_owned)
}
