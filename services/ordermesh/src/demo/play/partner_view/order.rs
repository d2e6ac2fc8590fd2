//! How far an order is, as its buyer has been told.

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

/// How far an order is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "lowercase")]
pub(in crate::demo) enum Stage {
    /// Not sent yet.
    Planned,
    /// Sent and not answered.
    Sent,
    /// Accepted; nothing of it has left.
    Accepted,
    /// Some of it has left, not all is billed.
    Shipping,
    /// All of it is billed; not all is paid.
    Billed,
    /// All of it is billed and paid.
    Settled,
    /// All of it is billed, and the buyer leaves an invoice unpaid on purpose.
    Unpaid,
    /// Waits for somebody's decision, or for credit.
    Held,
    /// Refused.
    Rejected,
    /// All of it is cancelled: by the buyer, or it was not there and was not to wait.
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

/// What a buyer makes of an order that is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::demo) struct AmendmentSeen {
    pub sent: bool,
    pub status: Option<ChangeStatus>,
}

/// A planned return.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::demo) struct ReturnSeen {
    pub requested: bool,
    pub decision: Option<ReturnDecision>,
    /// In millionths.
    pub authorized: i64,
    pub credited: i64,
}

/// An order, as its buyer has been told.
#[derive(Debug, Clone)]
pub(in crate::demo) struct OrderSeen {
    pub stage: Stage,
    pub sent: Option<Instant>,
    pub status: Option<OrderAckStatus>,
    pub reasons: Vec<Reason>,
    /// What it comes to, as acknowledged.
    pub total: Option<Amount>,
    /// Acknowledgements, without those that refuse a second order under the number.
    pub answers: u32,
    /// When the latest one was said.
    pub latest: StreamPosition,
    pub refused_again: u32,
    pub resend: Resend,
    pub expected: Expected,
    /// Something of it is not in stock and may not wait.
    pub declined: bool,
    /// What is wanted of it is less or more than was sent; how much, the operator knows.
    pub uncertain: bool,
    /// That was told since the operator was asked last.
    pub unread: bool,
    /// It was held for what its customer owes.
    pub was_held_on_credit: bool,
    /// An operator has let it go on.
    pub released: bool,
    /// None where none is planned.
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

    /// What is wanted of it must be asked for.
    pub fn doubt(&mut self) {
        (self.uncertain, self.unread) = (true, true);
    }

    /// Whether it is held for what its customer owes alone: cash lets it go on.
    pub fn is_held_on_credit(&self) -> bool {
        self.status == Some(OrderAckStatus::Held)
            && self.reasons.iter().all(|reason| *reason == Reason::CreditLimit)
    }

    /// Whether nothing of it is still to be billed.
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

    /// Why it is not at its end yet; none when it is.
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
mod tests {
    use contracts::Quantity;
    use serde_json::json;

    use super::*;
    use crate::demo::scenario::{PlannedLine, PlannedReturn};

    fn order(resend: Resend) -> OrderSeen {
        let quantity = Quantity::from_scaled(5);
        let order = json!({ "po_number": "PO-1", "lines": [] });
        let line = PlannedLine {
            line: 1,
            sku: "A".parse().unwrap(),
            quantity,
            price: None,
            price_base: quantity,
        };
        let mut seen = OrderSeen::of(&PlannedOrder {
            resend,
            returns: vec![PlannedReturn {
                id: "RR-1".into(),
                lines: vec![(1, quantity)],
                disposition: contracts::document::Disposition::Restock,
            }],
            ..PlannedOrder::served(0, serde_json::from_value(order).unwrap(), vec![line])
        });
        seen.sent = Some(Instant::now());
        seen
    }

    fn invoice(open: i64, unpaid_on_purpose: bool) -> InvoiceSeen {
        InvoiceSeen {
            order: 0,
            customer: "C-1".parse().unwrap(),
            currency: "USD".parse().unwrap(),
            total: 100,
            paid: 100 - open,
            discount: 0,
            credited: 0,
            unpaid_on_purpose,
        }
    }

    #[test]
    fn an_order_goes_from_stage_to_stage() {
        let mut it = order(Resend::Never);
        let mut invoices = BTreeMap::new();
        assert_eq!(it.stage_now(&invoices), Stage::Sent);
        it.status = Some(OrderAckStatus::Accepted);
        assert_eq!(it.stage_now(&invoices), Stage::Accepted);
        if let Some(line) = it.lines.get_mut(&1) {
            (line.shipped, line.billed) = (5, 3);
        }
        assert_eq!(it.stage_now(&invoices), Stage::Shipping);
        if let Some(line) = it.lines.get_mut(&1) {
            line.cancelled = 2;
        }
        let number: InvoiceNumber = "INV-1".parse().unwrap();
        it.invoices.push(number.clone());
        invoices.insert(number.clone(), invoice(40, false));
        assert_eq!(it.stage_now(&invoices), Stage::Billed);
        invoices.insert(number.clone(), invoice(40, true));
        assert_eq!(it.stage_now(&invoices), Stage::Unpaid);
        invoices.insert(number, invoice(0, false));
        assert_eq!(it.stage_now(&invoices), Stage::Settled);
    }

    #[test]
    fn an_order_ends_when_its_resend_is_answered_and_its_return_credited() {
        let mut it = order(Resend::Other);
        (it.status, it.stage) = (Some(OrderAckStatus::Accepted), Stage::Settled);
        assert!(it.open().is_some_and(|why| why.contains("sent twice")));
        it.refused_again = 1;
        assert!(it.open().is_some_and(|why| why.contains("return-authorization")));
        it.returns[0].decision = Some(ReturnDecision::Authorized);
        (it.returns[0].authorized, it.returns[0].credited) = (5, 4);
        assert!(it.open().is_some_and(|why| why.contains("credit-memo")));
        it.returns[0].credited = 5;
        assert_eq!(it.open(), None);
    }

    #[test]
    fn a_held_order_ends_where_it_is() {
        let mut it = order(Resend::Never);
        it.status = Some(OrderAckStatus::Held);
        it.stage = it.stage_now(&BTreeMap::new());
        assert_eq!((it.stage, it.open()), (Stage::Held, None));
    }

    #[test]
    fn o7_a_changed_order_is_not_at_its_end_before_its_change_is_answered_and_known() {
        let mut it = order(Resend::Never);
        (it.status, it.stage) = (Some(OrderAckStatus::Cancelled), Stage::Cancelled);
        it.amendment = Some(AmendmentSeen { sent: true, status: None });
        assert!(it.open().is_some_and(|why| why.contains("order-change-ack")));
        it.amendment = Some(AmendmentSeen { sent: true, status: Some(ChangeStatus::Applied) });
        it.doubt();
        assert!(it.open().is_some_and(|why| why.contains("not known")));
        it.unread = false;
        assert_eq!(it.open(), None);
    }
}
