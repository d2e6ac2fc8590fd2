use super::*;

fn served() -> Line {
    Line {
        status: Some(OrderState::Accepted),
        ordered: 10,
        cancelled: 1,
        dispatched: 6,
        consumed: 6,
        intake_dispatched: 6,
        billable: 6,
        granted: 6,
        billed: 6,
        intake_billed: 6,
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
    let line = Line { billed: 5, intake_billed: 5, ..served() };
    assert_eq!(unbalanced(line), ["granted = billed + waiting + returned before billed"]);
}

#[test]
fn a_dispatch_that_invoicing_did_not_grant_is_found() {
    let line = Line { granted: 5, billed: 5, intake_billed: 5, ..served() };
    assert_eq!(unbalanced(line), ["dispatched as ordered = granted for billing"]);
}

#[test]
fn a_dispatch_that_waits_for_a_tax_rate_is_no_difference() {
    let line = Line { billed: 2, intake_billed: 2, waiting: 4, ..served() };
    assert!(unbalanced(line.clone()).is_empty());
    let back = Line { waiting: 1, returned_unbilled: 3, returned: 3, ..line };
    assert!(unbalanced(back.clone()).is_empty());
    let lost = Line { returned: 2, ..back };
    assert_eq!(unbalanced(lost), ["returned = credited + returned before billed"]);
}

/// An order of ten of which everything has left, with these quantities in total.
fn over(shipped: i128, granted: i128, billed: i128) -> Line {
    Line {
        ordered: 10,
        cancelled: 0,
        reserved: 0,
        asked: 0,
        backordered: 0,
        dispatched: shipped,
        consumed: shipped,
        intake_dispatched: shipped,
        billable: shipped,
        granted,
        billed,
        intake_billed: billed,
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

/// Goods sent for nothing come off first, billed or not.
#[test]
fn i9_units_beyond_what_is_billed_come_back_without_a_credit() {
    let back = |returned, credited, line: Line| Line { returned, credited, ..line };
    for right in [
        back(3, 0, over(13, 10, 10)),
        back(4, 1, over(13, 10, 10)),
        back(3, 2, over(12, 11, 11)),
        Line { returned_unbilled: 2, ..back(5, 0, over(13, 10, 8)) },
    ] {
        assert_eq!(unbalanced(right.clone()), Vec::<String>::new(), "{right:?}");
    }
    let lost = unbalanced(back(4, 0, over(13, 10, 10)));
    assert_eq!(lost, ["returned = credited + returned before billed"]);
}
