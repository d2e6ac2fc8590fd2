//! Order lines: what was ordered, what left, what is billed, what came back.

use std::collections::BTreeMap;

use contracts::{OrderId, Quantity, question::OrderState};

use super::{Books, Check, Compare, Unit};

/// What all services know of an order line, in millionths of stock units.
#[derive(Debug, Default, Clone)]
pub(super) struct Line {
    status: Option<OrderState>,
    ordered: i64,
    cancelled: i64,
    /// Dispatched and billed, as order-intake heard.
    heard_dispatched: i64,
    heard_billed: i64,
    reserved: i64,
    backordered: i64,
    consumed: i64,
    /// Asked of warehouses and neither shipped, short nor taken back.
    asked: i64,
    dispatched: i64,
    /// Dispatched, as invoicing heard.
    billable: i64,
    /// Of that, what may be billed: the order and its tolerance.
    granted: i64,
    /// Of that, what waits for a tax rate.
    waiting: i64,
    /// Of that, what came back before it was billed (rule I11).
    returned_unbilled: i64,
    billed: i64,
    credited: i64,
    /// Under returns that are complete: what is not in yet earns nothing.
    returned: i64,
}

pub(super) type Lines = BTreeMap<(OrderId, u32), Line>;

impl Books {
    /// What the services know, by order line.
    pub(super) fn lines(&self) -> Lines {
        let mut lines = Lines::new();
        for it in &self.intake {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.status = Some(it.status);
            (line.ordered, line.cancelled) = (it.ordered.scaled(), it.cancelled.scaled());
            line.heard_dispatched = it.dispatched.scaled();
            line.heard_billed = it.billed.scaled();
        }
        for it in &self.allocation {
            let line = lines.entry((it.order_id, it.line)).or_default();
            (line.reserved, line.backordered) = (it.reserved.scaled(), it.backordered.scaled());
            line.consumed = it.consumed.scaled();
        }
        for it in &self.fulfillment {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.dispatched = it.dispatched.scaled();
            let done = [it.dispatched, it.short, it.cancelled].map(Quantity::scaled);
            line.asked = (it.requested.scaled() - done.iter().sum::<i64>()).max(0);
        }
        for it in &self.invoicing {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.billable = it.dispatched.scaled();
            (line.granted, line.waiting) = (it.granted.scaled(), it.waiting.scaled());
            line.returned_unbilled = it.returned_unbilled.scaled();
            (line.billed, line.credited) = (it.billed.scaled(), it.credited.scaled());
        }
        for it in &self.returns {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.returned = it.completed.scaled();
        }
        lines
    }
}

impl Line {
    /// Dispatched above what was ordered and not cancelled (rule F5).
    fn over(&self) -> i64 {
        (self.dispatched + self.cancelled - self.ordered).max(0)
    }

    /// What must be billed of what was dispatched: all that is ordered and not cancelled. What a
    /// customer accepts above that is for invoicing to know (rule F5).
    fn within_order(&self) -> i64 {
        self.billable.min((self.ordered - self.cancelled).max(0))
    }

    /// Came back, and was shipped above the order and never to be billed.
    fn returned_over(&self) -> i64 {
        let over = (self.billable - self.granted).max(0);
        (self.returned - self.credited - self.returned_unbilled).clamp(0, over)
    }

    /// What became of what was ordered. Nothing may have happened to an order that waits for a
    /// decision or was refused.
    fn accounted_for(&self) -> i64 {
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
    of: fn(&Line) -> (i64, i64),
    /// What to look for when the left side is more.
    right_missing: &'static str,
    /// What to look for when the right side is more.
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
        of: |line| (line.dispatched, line.heard_dispatched),
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
        of: |line| (line.billed, line.heard_billed),
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
mod tests {
    use super::*;

    fn served() -> Line {
        Line {
            status: Some(OrderState::Accepted),
            ordered: 10,
            cancelled: 1,
            dispatched: 6,
            consumed: 6,
            heard_dispatched: 6,
            billable: 6,
            granted: 6,
            billed: 6,
            heard_billed: 6,
            reserved: 1,
            asked: 1,
            backordered: 2,
            ..Line::default()
        }
    }

    fn unbalanced(line: Line) -> Vec<String> {
        let lines = Lines::from([((OrderId(uuid::Uuid::nil()), 1), line)]);
        let checks = checks(&lines).into_iter();
        checks.filter(|check| !check.balanced).map(|check| check.name).collect()
    }

    #[test]
    fn a_line_in_all_stages_balances() {
        assert!(unbalanced(served()).is_empty());
    }

    #[test]
    fn a_dispatch_that_nobody_billed_is_found() {
        let line = Line { billed: 5, heard_billed: 5, ..served() };
        assert_eq!(unbalanced(line), ["granted = billed + waiting + returned before billed"]);
    }

    #[test]
    fn a_dispatch_that_invoicing_did_not_grant_is_found() {
        let line = Line { granted: 5, billed: 5, heard_billed: 5, ..served() };
        assert_eq!(unbalanced(line), ["dispatched as ordered = granted for billing"]);
    }

    #[test]
    fn a_dispatch_that_waits_for_a_tax_rate_is_no_difference() {
        let line = Line { billed: 2, heard_billed: 2, waiting: 4, ..served() };
        assert!(unbalanced(line.clone()).is_empty());
        let back = Line { waiting: 1, returned_unbilled: 3, returned: 3, ..line };
        assert!(unbalanced(back.clone()).is_empty());
        let lost = Line { returned: 2, ..back };
        assert_eq!(unbalanced(lost), ["returned = credited + returned before billed"]);
    }

    /// All of an order of ten has left and nothing is open; so many units in all.
    fn over(shipped: i64, granted: i64, billed: i64) -> Line {
        Line {
            ordered: 10,
            cancelled: 0,
            reserved: 0,
            asked: 0,
            backordered: 0,
            dispatched: shipped,
            consumed: shipped,
            heard_dispatched: shipped,
            billable: shipped,
            granted,
            billed,
            heard_billed: billed,
            ..served()
        }
    }

    #[test]
    fn f5_what_is_shipped_above_the_order_is_not_billed() {
        assert!(unbalanced(over(12, 10, 10)).is_empty());
        let cancelled = Line { cancelled: 4, ..over(8, 6, 6) };
        assert!(unbalanced(cancelled).is_empty());
    }

    #[test]
    fn f5_what_a_customer_accepts_above_the_order_must_be_billed() {
        assert!(unbalanced(over(12, 12, 12)).is_empty());
        assert!(unbalanced(over(13, 12, 12)).is_empty());
        let short = unbalanced(over(12, 12, 11));
        assert_eq!(short, ["granted = billed + waiting + returned before billed"]);
        let short = unbalanced(over(12, 9, 9));
        assert_eq!(short, ["dispatched as ordered = granted for billing"]);
    }

    #[test]
    fn a_return_without_a_credit_is_found() {
        let line = Line { returned: 2, credited: 1, ..served() };
        assert_eq!(unbalanced(line), ["returned = credited + returned before billed"]);
    }

    #[test]
    fn what_comes_back_of_goods_above_the_order_earns_nothing() {
        assert!(unbalanced(Line { returned: 3, credited: 1, ..over(12, 10, 10) }).is_empty());
        let lost = unbalanced(Line { returned: 4, credited: 1, ..over(12, 10, 10) });
        assert_eq!(lost, ["returned = credited + returned before billed"]);
    }

    #[test]
    fn a_held_order_that_is_shipped_is_found() {
        let line = Line { status: Some(OrderState::Held), ..served() };
        assert_eq!(unbalanced(line), ["ordered = dispatched + cancelled + open"]);
    }
}
