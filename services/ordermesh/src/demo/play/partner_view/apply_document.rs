//! Documents about orders, applied to the view.

use contracts::{
    OrderId, Reason,
    document::{ChangeStatus, OrderAck, OrderAckStatus, OrderChangeAck, ShipNotice},
};

use super::{PartnerView, order::AmendmentSeen};
use crate::demo::{
    play::position::StreamPosition,
    scenario::{Amendment, Expected},
};

impl PartnerView {
    /// Applies an order acknowledgement; returns true if it is the first. An earlier one that
    /// arrives late changes nothing.
    pub fn order_ack_at(&mut self, ack: &OrderAck, position: StreamPosition) -> bool {
        let second = ack.reasons.iter().any(|reason| reason.code == Reason::DuplicatePoNumber);
        let at = self.index_of(ack.order_id);
        if let Some(order) = at.and_then(|at| self.orders.get_mut(at)).filter(|_| !second) {
            if position < order.latest {
                order.answers += 1;
                return false;
            }
            order.latest = position;
        }
        self.order_ack(ack)
    }

    /// Applies an order acknowledgement; returns true if it is the first.
    fn order_ack(&mut self, ack: &OrderAck) -> bool {
        let Some(at) = self.index_of(ack.order_id) else {
            self.surprise(format!("order-ack of {}, which nobody sent", ack.po_number));
            return false;
        };
        let expected = self.scenario.orders.get(at).map(|order| order.expected);
        let Some(order) = self.orders.get_mut(at) else { return false };
        let codes = || ack.reasons.iter().map(|reason| reason.code);
        if codes().any(|code| code == Reason::DuplicatePoNumber) {
            order.refused_again += 1;
            return false;
        }
        let first = order.status.is_none();
        order.answers += 1;
        order.status = Some(ack.status);
        order.reasons = codes().collect();
        order.total = ack.total;
        let declined = codes().any(|code| code == Reason::OutOfStock);
        order.declined |= declined;
        if declined || ack.status == OrderAckStatus::Cancelled {
            order.mark_uncertain();
        }
        order.was_held_on_credit |= order.is_held_on_credit();
        let on_credit = expected == Some(Expected::OnCredit) && order.is_held_on_credit();
        if first && !on_credit && !expected.is_some_and(|it| is_as_expected(ack.status, it)) {
            let codes = order.reasons.iter().map(ToString::to_string).collect::<Vec<_>>();
            let text = format!("{} is {} ({})", ack.po_number, ack.status, codes.join(", "));
            self.surprise(format!("{text}; expected: {expected:?}"));
        }
        self.touch(at);
        first
    }

    /// Returns the planned change or cancellation of an answered order, once. A rejected order has
    /// none.
    pub fn amendment_due(&mut self, order_id: OrderId) -> Option<Amendment> {
        let at = self.index_of(order_id)?;
        let order = self.orders.get_mut(at)?;
        let answered = matches!(
            order.status,
            Some(OrderAckStatus::Accepted | OrderAckStatus::Held | OrderAckStatus::Cancelled)
        );
        let seen = order.amendment.as_mut().filter(|it| answered && !it.sent)?;
        seen.sent = true;
        self.scenario.orders.get(at)?.amendment.clone()
    }

    /// Returns none if the buyer does not change the order. Otherwise returns true while the
    /// warehouses hold its shipments: they heard of the change in time, and it is not settled yet.
    pub fn amended(&self, order_id: OrderId) -> Option<bool> {
        let at = self.index_of(order_id)?;
        let plan = self.scenario.orders.get(at)?.amendment.as_ref()?;
        let seen = self.orders.get(at)?.amendment?;
        Some(plan.in_time && seen.status.is_none())
    }

    /// Applies the answer to a change or cancellation. Being too late is nobody's fault.
    pub fn order_change_ack(&mut self, ack: &OrderChangeAck) {
        let seen = self.index_of(ack.order_id).and_then(|at| self.orders.get_mut(at));
        let Some(order) = seen.filter(|order| order.amendment.is_some_and(|it| it.sent)) else {
            self.surprise(format!("order-change-ack of {}, which nobody changed", ack.po_number));
            return;
        };
        order.amendment =
            order.amendment.map(|it| AmendmentSeen { status: Some(ack.status), ..it });
        order.mark_uncertain();
        let late = |code: Reason| matches!(code, Reason::AlreadyShipped | Reason::OrderClosed);
        let unfit = ack.reasons.iter().find(|reason| !late(reason.code));
        if let Some(reason) = unfit.filter(|_| ack.status != ChangeStatus::Applied) {
            let text = format!("{}: {}", reason.code, reason.message);
            self.surprise(format!("the change of {} is {}: {text}", ack.po_number, ack.status));
        }
    }

    /// Applies a ship notice.
    pub fn ship_notice(&mut self, notice: &ShipNotice) {
        let Some(at) = self.index_of(notice.order_id) else { return };
        if let Some(order) = self.orders.get_mut(at) {
            for gone in &notice.lines {
                let line = order.lines.entry(gone.line).or_default();
                line.shipped += gone.quantity.scaled();
            }
        }
        self.touch(at);
    }
}

fn is_as_expected(status: OrderAckStatus, expected: Expected) -> bool {
    match status {
        OrderAckStatus::Accepted | OrderAckStatus::Cancelled => expected.may_be_served(),
        OrderAckStatus::Held => expected == Expected::Held,
        OrderAckStatus::Rejected => expected == Expected::Rejected,
    }
}

#[cfg(test)]
mod tests;
