//! Orders, as their buyers know them.

use std::{collections::BTreeMap, time::Instant};

use contracts::{
    Amount, InvoiceNumber, Reason,
    document::{ChangeStatus, OrderAckStatus, ReturnDecision},
};
use serde::Serialize;

use super::InvoiceSeen;
use crate::demo::{
    play::position::StreamPosition,
    scenario::{Expected, PlannedOrder, Resend},
};

/// The stage of an order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "lowercase")]
pub(in crate::demo) enum Stage {
    Planned,
    /// Sent, without an answer.
    Sent,
    /// Accepted, and nothing has left.
    Accepted,
    /// Partly shipped, and not completely billed.
    Shipping,
    /// Completely billed, and not completely paid.
    Billed,
    /// Completely billed and paid.
    Settled,
    /// Completely billed, and one invoice stays unpaid on purpose.
    Unpaid,
    /// Waiting for a decision or for credit.
    Held,
    Rejected,
    /// Completely cancelled: by the buyer, or because goods were missing and the order may not
    /// wait.
    Cancelled,
}

/// A line, in millionths of stock units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::demo) struct LineSeen {
    pub planned: i64,
    pub cancelled: i64,
    pub shipped: i64,
    pub billed: i64,
}

/// The buyer's change or cancellation of an answered order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::demo) struct AmendmentSeen {
    pub sent: bool,
    pub status: Option<ChangeStatus>,
}

/// A planned return; quantities in millionths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::demo) struct ReturnSeen {
    pub requested: bool,
    pub decision: Option<ReturnDecision>,
    pub authorized: i64,
    pub credited: i64,
}

/// An order, as its buyer knows it.
#[derive(Debug, Clone)]
pub(in crate::demo) struct OrderSeen {
    pub stage: Stage,
    pub sent: Option<Instant>,
    pub status: Option<OrderAckStatus>,
    pub reasons: Vec<Reason>,
    /// The acknowledged total.
    pub total: Option<Amount>,
    /// The number of acknowledgements, without those that refuse a second order under the number.
    pub answers: u32,
    /// The position of the latest acknowledgement.
    pub latest: StreamPosition,
    pub refused_again: u32,
    pub resend: Resend,
    pub expected: Expected,
    /// True if an item is out of stock and may not wait.
    pub declined: bool,
    /// True if the wanted quantity differs from what was sent; only the operator knows it.
    pub uncertain: bool,
    /// True if the quantity became uncertain since the operator was last asked.
    pub unread: bool,
    /// True if credit has held it.
    pub was_held_on_credit: bool,
    /// True if an operator has released it.
    pub released: bool,
    /// None if no change is planned.
    pub amendment: Option<AmendmentSeen>,
    pub lines: BTreeMap<u32, LineSeen>,
    pub invoices: Vec<InvoiceNumber>,
    pub first_invoice: Option<Instant>,
    pub settled: Option<Instant>,
    pub returns: Vec<ReturnSeen>,
}

impl OrderSeen {
    pub fn of(order: &PlannedOrder) -> Self {
        let line = |planned: i64| LineSeen { planned, ..LineSeen::default() };
        let lines = order.lines.iter().map(|it| (it.line, line(it.quantity.scaled())));
        Self {
            stage: Stage::Planned,
            sent: None,
            status: None,
            reasons: Vec::new(),
            total: None,
            answers: 0,
            latest: StreamPosition::default(),
            refused_again: 0,
            resend: order.resend,
            expected: order.expected,
            declined: false,
            uncertain: false,
            unread: false,
            was_held_on_credit: false,
            released: false,
            amendment: order.amendment.as_ref().map(|_| AmendmentSeen::default()),
            lines: lines.collect(),
            invoices: Vec::new(),
            first_invoice: None,
            settled: None,
            returns: vec![ReturnSeen::default(); order.returns.len()],
        }
    }

    /// Marks the wanted quantity as unknown, so that the operator is asked.
    pub fn mark_uncertain(&mut self) {
        (self.uncertain, self.unread) = (true, true);
    }

    /// Returns true if it is held for credit alone, so that cash can release it.
    pub fn is_held_on_credit(&self) -> bool {
        self.status == Some(OrderAckStatus::Held)
            && self.reasons.iter().all(|reason| *reason == Reason::CreditLimit)
    }

    /// Returns true if nothing is left to be billed.
    pub fn is_billed(&self) -> bool {
        self.lines.values().all(|line| line.billed + line.cancelled >= line.planned)
    }

    fn has_left(&self) -> bool {
        self.lines.values().any(|line| line.shipped > 0 || line.billed > 0)
    }

    pub(super) fn stage_now(&self, invoices: &BTreeMap<InvoiceNumber, InvoiceSeen>) -> Stage {
        let served = || {
            if !self.has_left() {
                return Stage::Accepted;
            }
            if !self.is_billed() {
                return Stage::Shipping;
            }
            let own = || self.invoices.iter().filter_map(|number| invoices.get(number));
            if own().all(InvoiceSeen::is_settled) {
                Stage::Settled
            } else if own().all(|it| it.is_settled() || it.unpaid_on_purpose) {
                Stage::Unpaid
            } else {
                Stage::Billed
            }
        };
        match self.status {
            None if self.sent.is_none() => Stage::Planned,
            None => Stage::Sent,
            Some(OrderAckStatus::Held) => Stage::Held,
            Some(OrderAckStatus::Rejected) => Stage::Rejected,
            Some(OrderAckStatus::Cancelled) if !self.has_left() => Stage::Cancelled,
            Some(OrderAckStatus::Accepted | OrderAckStatus::Cancelled) => served(),
        }
    }

    /// Returns the reason why the order has not ended; none if it has.
    pub fn open(&self) -> Option<String> {
        let resent = match self.resend {
            Resend::Never => true,
            Resend::Same => self.answers >= 2,
            Resend::Other => self.refused_again >= 1,
        };
        match self.stage {
            Stage::Planned => Some("not sent".to_owned()),
            Stage::Sent => Some("no order-ack".to_owned()),
            Stage::Accepted => Some("accepted, nothing shipped".to_owned()),
            Stage::Shipping => Some(self.unbilled()),
            Stage::Billed => Some("billed, a payment is not applied".to_owned()),
            Stage::Settled | Stage::Unpaid | Stage::Held | Stage::Rejected | Stage::Cancelled => {
                if !resent {
                    return Some("sent twice, one of them not answered".to_owned());
                }
                if self.amendment.is_some_and(|it| it.sent && it.status.is_none()) {
                    return Some("no order-change-ack".to_owned());
                }
                if self.unread {
                    return Some("changed; what is wanted now is not known yet".to_owned());
                }
                let ended = matches!(self.stage, Stage::Settled | Stage::Unpaid);
                let open = self.returns.iter().find(|it| ended && !it.is_finished());
                open.map(|it| match it.decision {
                    None => "no return-authorization".to_owned(),
                    Some(_) => "a return without its credit-memo".to_owned(),
                })
            }
        }
    }

    fn unbilled(&self) -> String {
        let open = self.lines.iter().find(|(_, it)| it.billed + it.cancelled < it.planned);
        let Some((number, line)) = open else { return "nothing is open".to_owned() };
        let what = if line.shipped + line.cancelled < line.planned { "shipped" } else { "billed" };
        format!("line {number} is not {what} whole")
    }
}

impl ReturnSeen {
    pub fn is_finished(&self) -> bool {
        match self.decision {
            None => false,
            Some(ReturnDecision::Rejected) => true,
            Some(ReturnDecision::Authorized) => self.credited >= self.authorized,
        }
    }
}

#[cfg(test)]
mod tests;
