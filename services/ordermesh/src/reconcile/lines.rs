//! Order lines: ordered, shipped, billed and returned quantities.

use std::collections::BTreeMap;

use contracts::{OrderId, question::OrderState};

use super::{Books, Check, Compare, Unit, units};

/// The quantities of an order line in all services, in millionths of stock units.
#[derive(Debug, Default, Clone)]
pub(super) struct Line {
    status: Option<OrderState>,
    ordered: i128,
    cancelled: i128,
    /// The dispatched and billed quantities that order-intake knows.
    intake_dispatched: i128,
    intake_billed: i128,
    reserved: i128,
    backordered: i128,
    consumed: i128,
    /// Requested from warehouses and neither shipped, short nor cancelled.
    asked: i128,
    dispatched: i128,
    /// The dispatched quantity that invoicing knows.
    billable: i128,
    /// The part of it that may be billed: the order and its tolerance.
    granted: i128,
    /// The part of it that waits for a tax rate.
    waiting: i128,
    /// The part of it that was returned before it was billed (rule I11).
    returned_unbilled: i128,
    billed: i128,
    credited: i128,
    /// Quantities of complete returns: goods that have not arrived earn nothing.
    returned: i128,
}

pub(super) type Lines = BTreeMap<(OrderId, u32), Line>;

impl Books {
    /// Collects the quantities of all services, by order line.
    pub(super) fn lines(&self) -> Lines {
        let mut lines = Lines::new();
        for it in &self.intake {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.status = Some(it.status);
            (line.ordered, line.cancelled) = (units(it.ordered), units(it.cancelled));
            line.intake_dispatched = units(it.dispatched);
            line.intake_billed = units(it.billed);
        }
        for it in &self.allocation {
            let line = lines.entry((it.order_id, it.line)).or_default();
            (line.reserved, line.backordered) = (units(it.reserved), units(it.backordered));
            line.consumed = units(it.consumed);
        }
        for it in &self.fulfillment {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.dispatched = units(it.dispatched);
            let done = [it.dispatched, it.short, it.cancelled].map(units);
            line.asked = (units(it.requested) - done.iter().sum::<i128>()).max(0);
        }
        for it in &self.invoicing {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.billable = units(it.dispatched);
            (line.granted, line.waiting) = (units(it.granted), units(it.waiting));
            line.returned_unbilled = units(it.returned_unbilled);
            (line.billed, line.credited) = (units(it.billed), units(it.credited));
        }
        for it in &self.returns {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.returned = units(it.completed);
        }
        lines
    }
}

impl Line {
    /// Returns the quantity dispatched beyond what was ordered and not cancelled (rule F5).
    fn over(&self) -> i128 {
        (self.dispatched + self.cancelled - self.ordered).max(0)
    }

    /// Returns the dispatched quantity that must be billed: everything ordered and not cancelled.
    /// The quantity that a customer accepts beyond that is for invoicing to know (rule F5).
    fn within_order(&self) -> i128 {
        self.billable.min((self.ordered - self.cancelled).max(0))
    }

    /// Returns the returned quantity that was shipped beyond the order and is never billed.
    fn returned_over(&self) -> i128 {
        let over = (self.billable - self.granted).max(0);
        (self.returned - self.credited - self.returned_unbilled).clamp(0, over)
    }

    /// Returns the ordered quantity that is accounted for. Nothing may have happened to an order
    /// that waits for a decision or was refused.
    fn accounted_for(&self) -> i128 {
        let touched = self.dispatched + self.reserved + self.backordered;
        match self.status {
            Some(OrderState::Held | OrderState::Rejected) => self.ordered + touched,
            Some(OrderState::Accepted | OrderState::Cancelled | OrderState::Completed) | None => {
                touched + self.cancelled - self.over()
            }
        }
    }
}

/// A check of each order line.
struct Sides {
    name: &'static str,
    of: fn(&Line) -> (i128, i128),
    /// The explanation if the left side is more.
    right_missing: &'static str,
    /// The explanation if the right side is more.
    left_missing: &'static str,
}

const SIDES: [Sides; 9] = [
    Sides {
        name: "ordered = dispatched + cancelled + open",
        of: |line| (line.ordered, line.accounted_for()),
        right_missing: "allocation has no reservation, or order-intake no order.cancelled",
        left_missing: "allocation works on what nobody ordered, or a cancel has not reached it",
    },
    Sides {
        name: "reserved = asked of warehouses, not shipped",
        of: |line| (line.reserved, line.asked),
        right_missing: "no ship-order for it",
        left_missing: "allocation has not heard what became of a ship-order",
    },
    Sides {
        name: "dispatched = consumed from stock",
        of: |line| (line.dispatched, line.consumed),
        right_missing: "a shipment.dispatched has not reached allocation",
        left_missing: "stock left without a ship-confirm",
    },
    Sides {
        name: "dispatched = dispatched, as ordered",
        of: |line| (line.dispatched, line.intake_dispatched),
        right_missing: "a shipment.dispatched has not reached order-intake",
        left_missing: "order-intake knows a dispatch without a ship-confirm",
    },
    Sides {
        name: "dispatched = dispatched, as billable",
        of: |line| (line.dispatched, line.billable),
        right_missing: "a shipment.dispatched has not reached invoicing",
        left_missing: "invoicing knows a dispatch without a ship-confirm",
    },
    Sides {
        name: "dispatched as ordered = granted for billing",
        of: |line| (line.within_order(), line.within_order().min(line.granted)),
        right_missing: "goods within the order will not be billed: an order.changed is missing",
        left_missing: "",
    },
    Sides {
        name: "granted = billed + waiting + returned before billed",
        of: |line| (line.granted, line.billed + line.waiting + line.returned_unbilled),
        right_missing: "an invoice is missing",
        left_missing: "more is billed than may be",
    },
    Sides {
        name: "billed = billed, as ordered",
        of: |line| (line.billed, line.intake_billed),
        right_missing: "an invoice.posted has not reached order-intake",
        left_missing: "order-intake knows an invoice that invoicing does not",
    },
    Sides {
        name: "returned = credited + returned before billed",
        of: |line| (line.returned, line.credited + line.returned_unbilled + line.returned_over()),
        right_missing: "a credit-memo is missing",
        left_missing: "credited without a return.completed",
    },
];

pub(super) fn checks(lines: &Lines) -> Vec<Check> {
    let check = |sides: &Sides| {
        let mut compare =
            Compare::new(sides.name, Unit::Units).missing(sides.right_missing, sides.left_missing);
        for ((order, number), line) in lines {
            let (left, right) = (sides.of)(line);
            compare.pair(|| format!("order {order} line {number}"), left, right);
        }
        compare.finish()
    };
    SIDES.iter().map(check).collect()
}

#[cfg(test)]
mod tests;
