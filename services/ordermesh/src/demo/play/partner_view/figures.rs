//! Figures of a run, for its progress and its report.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use contracts::{OrderId, PoNumber, Sku, question::IntakeLine};
use hdrhistogram::Histogram;
use serde::Serialize;

use super::{OrderSeen, PartnerView, Stage};
use crate::demo::scenario::{Expected, PlannedPayment};

/// Durations of orders, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// The number of orders.
    pub orders: u64,
    /// The median.
    pub p50_ms: u64,
    /// The 90th percentile.
    pub p90_ms: u64,
    /// The 99th percentile.
    pub p99_ms: u64,
    /// The maximum.
    pub max_ms: u64,
}

impl Times {
    pub(super) fn of(histogram: &Histogram<u64>) -> Self {
        Self {
            orders: histogram.len(),
            p50_ms: histogram.value_at_quantile(0.5),
            p90_ms: histogram.value_at_quantile(0.9),
            p99_ms: histogram.value_at_quantile(0.99),
            max_ms: histogram.max(),
        }
    }
}

/// The state of a run at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::demo) struct Figures {
    pub planned: usize,
    /// Orders that have reached their end.
    pub ended: usize,
    pub by_stage: BTreeMap<Stage, usize>,
    pub to_invoice: Times,
    pub to_settled: Times,
    pub exceptions: u64,
    pub open_exceptions: u64,
    pub dead_letters: u64,
    pub surprises: usize,
}

impl Figures {
    pub fn at(&self, stage: Stage) -> usize {
        self.by_stage.get(&stage).copied().unwrap_or_default()
    }
}

impl PartnerView {
    pub fn figures(&self) -> Figures {
        let mut by_stage = BTreeMap::new();
        for order in &self.orders {
            *by_stage.entry(order.stage).or_default() += 1;
        }
        let exceptions: u64 = self.exceptions.values().sum();
        Figures {
            planned: self.orders.len(),
            ended: self.orders.iter().filter(|order| order.open().is_none()).count(),
            by_stage,
            to_invoice: Times::of(&self.to_invoice),
            to_settled: Times::of(&self.to_settled),
            exceptions,
            open_exceptions: exceptions.saturating_sub(self.resolved),
            dead_letters: self.dead_letters,
            surprises: self.surprises.len() + self.more_surprises,
        }
    }

    /// Returns true if every order is sent.
    pub fn all_sent(&self) -> bool {
        self.orders.iter().all(|order| order.sent.is_some())
    }

    /// Lists the orders that have not reached their end, and why.
    pub fn missing(&self) -> Vec<String> {
        let orders = self.scenario.orders.iter().zip(&self.orders);
        let mut missing: Vec<String> = orders
            .filter_map(|(plan, seen)| Some(format!("{}: {}", plan.po_number(), seen.open()?)))
            .collect();
        let unanswered = self.unanswered_payments();
        if unanswered > 0 {
            missing.push(format!("{unanswered} payments have no payment-ack"));
        }
        missing
    }

    /// Returns the goods that accepted orders still wait for, in millionths.
    pub fn awaited(&self) -> BTreeMap<Sku, i64> {
        let mut awaited = BTreeMap::new();
        let orders = self.scenario.orders.iter().zip(&self.orders);
        let open = orders.filter(|(_, it)| matches!(it.stage, Stage::Accepted | Stage::Shipping));
        for (plan, seen) in open {
            for line in &plan.lines {
                let Some(it) = seen.lines.get(&line.line) else { continue };
                let left = it.planned - it.cancelled - it.shipped;
                if left > 0 {
                    *awaited.entry(line.sku.clone()).or_default() += left;
                }
            }
        }
        awaited
    }

    /// Returns true if an open order has a wanted quantity that its buyer's documents do not state.
    pub fn has_open_uncertain(&self) -> bool {
        self.orders.iter().any(|it| it.uncertain && it.open().is_some())
    }

    /// Applies the wanted quantity of a line, as the operator knows it.
    pub fn wanted(&mut self, it: &IntakeLine) {
        let Some(at) = self.index_of(it.order_id) else { return };
        let Some(order) = self.orders.get_mut(at).filter(|order| order.uncertain) else { return };
        order.unread = false;
        let line = order.lines.entry(it.line).or_default();
        (line.planned, line.cancelled) = (it.ordered.scaled(), it.cancelled.scaled());
        self.touch(at);
    }

    /// Returns the orders that credit holds and an operator is to release.
    pub fn to_release(&self) -> Vec<(OrderId, PoNumber)> {
        let orders = self.scenario.orders.iter().zip(&self.orders);
        let held = orders
            .filter(|(plan, seen)| plan.released && !seen.released && seen.is_held_on_credit());
        held.map(|(plan, _)| (self.scenario.order_id(plan), plan.po_number().clone())).collect()
    }

    /// Records that an operator has released an order.
    pub fn was_released(&mut self, order_id: OrderId) {
        let at = self.index_of(order_id);
        if let Some(order) = at.and_then(|at| self.orders.get_mut(at)) {
            order.released = true;
        }
    }

    /// Returns true if cash may still release a held order.
    pub fn has_held_on_credit(&self) -> bool {
        let on_credit =
            |it: &OrderSeen| it.expected == Expected::OnCredit && it.is_held_on_credit();
        self.orders.iter().any(on_credit)
    }

    /// Returns true if the order of a planned payment is completely billed, or never will be.
    pub fn is_due(&self, payment: &PlannedPayment) -> bool {
        let order = payment.after.and_then(|at| self.orders.get(at));
        order.is_some_and(|order| match order.stage {
            Stage::Billed | Stage::Settled | Stage::Unpaid => !order.invoices.is_empty(),
            Stage::Rejected | Stage::Cancelled => true,
            Stage::Planned | Stage::Sent | Stage::Accepted | Stage::Shipping | Stage::Held => false,
        })
    }

    /// Returns the number of settled orders without the last 5 %, which wait for goods on purpose,
    /// and the time that they took.
    pub fn throughput(&self) -> (usize, Duration) {
        let mut at: Vec<Instant> = self.settled_at.clone();
        at.sort_unstable();
        let count = at.len() - at.len() / 20;
        match (self.first_sent, count.checked_sub(1).and_then(|last| at.get(last))) {
            (Some(first), Some(last)) => (count, *last - first),
            (Some(_) | None, Some(_) | None) => (0, Duration::ZERO),
        }
    }
}
