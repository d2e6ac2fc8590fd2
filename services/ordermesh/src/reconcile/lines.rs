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
    billed: i64,
    credited: i64,
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
            (line.billed, line.credited) = (it.billed.scaled(), it.credited.scaled());
        }
        for it in &self.returns {
            let line = lines.entry((it.order_id, it.line)).or_default();
            line.returned = it.restocked.scaled() + it.scrapped.scaled();
        }
        lines
    }
}

impl Line {
    /// Dispatched above what was ordered and not cancelled (rule F5).
    fn over(&self) -> i64 {
        (self.dispatched + self.cancelled - self.ordered).max(0)
    }

    /// Of that, what is not billed: a customer may accept and pay some of it (rule F5).
    fn over_unbilled(&self) -> i64 {
        let paid_for = (self.billed - (self.ordered - self.cancelled)).max(0);
        (self.over() - paid_for).max(0)
    }

    /// Returned before it was billed: it is not billed, and earns no credit memo (rule I11).
    fn returned_unbilled(&self) -> i64 {
        let unbilled = (self.billable - self.billed).max(0);
        (self.returned - self.credited).clamp(0, unbilled)
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

/// A check and its two sides.
type Sides = (&'static str, fn(&Line) -> (i64, i64));

const SIDES: [Sides; 8] = [
    ("ordered = dispatched + cancelled + open", |line| (line.ordered, line.accounted_for())),
    ("reserved = asked of warehouses, not shipped", |line| (line.reserved, line.asked)),
    ("dispatched = consumed from stock", |line| (line.dispatched, line.consumed)),
    ("dispatched = dispatched, as ordered", |line| (line.dispatched, line.heard_dispatched)),
    ("dispatched = dispatched, as billable", |line| (line.dispatched, line.billable)),
    ("dispatched = billed + not billed with reason", |line| {
        (line.billable, line.billed + line.over_unbilled() + line.returned_unbilled())
    }),
    ("billed = billed, as ordered", |line| (line.billed, line.heard_billed)),
    ("returned = credited + returned before billed", |line| {
        (line.returned, line.credited + line.returned_unbilled())
    }),
];

pub(super) fn checks(lines: &Lines) -> Vec<Check> {
    let check = |(name, sides): Sides| {
        let mut compare = Compare::new(name, Unit::Units);
        for ((order, number), line) in lines {
            let (left, right) = sides(line);
            compare.pair(|| format!("order {order} line {number}"), left, right);
        }
        compare.finish()
    };
    SIDES.map(check).into()
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
        assert_eq!(unbalanced(line), ["dispatched = billed + not billed with reason"]);
    }

    #[test]
    fn what_is_shipped_above_the_order_is_not_billed() {
        let line = Line {
            cancelled: 4,
            reserved: 0,
            asked: 0,
            backordered: 0,
            dispatched: 8,
            consumed: 8,
            heard_dispatched: 8,
            billable: 8,
            ..served()
        };
        assert!(unbalanced(line).is_empty());
    }

    #[test]
    fn what_a_customer_accepts_above_the_order_may_be_billed() {
        let over = |shipped: i64, billed: i64| Line {
            ordered: 10,
            cancelled: 0,
            reserved: 0,
            asked: 0,
            backordered: 0,
            dispatched: shipped,
            consumed: shipped,
            heard_dispatched: shipped,
            billable: shipped,
            billed,
            heard_billed: billed,
            ..served()
        };
        assert!(unbalanced(over(12, 12)).is_empty());
        assert!(unbalanced(over(13, 12)).is_empty());
        assert_eq!(unbalanced(over(12, 9)), ["dispatched = billed + not billed with reason"]);
    }

    #[test]
    fn a_return_without_a_credit_is_found() {
        let line = Line { returned: 2, credited: 1, ..served() };
        assert_eq!(unbalanced(line), ["returned = credited + returned before billed"]);
    }

    #[test]
    fn a_held_order_that_is_shipped_is_found() {
        let line = Line { status: Some(OrderState::Held), ..served() };
        assert_eq!(unbalanced(line), ["ordered = dispatched + cancelled + open"]);
    }
}
