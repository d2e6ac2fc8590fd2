//! A comparison of what the partners were told with the services' books: the mesh must agree with
//! more than itself.

use std::collections::BTreeMap;

use contracts::{
    Currency, InvoiceNumber, OrderId,
    document::{ChangeStatus, OrderAckStatus},
};

use super::{
    play::partner_view::{OrderSeen, PartnerView},
    scenario::{Amend, PlannedOrder},
    units::ONE,
};
use crate::reconcile::{Books, ByCurrency, Check, Compare, Unit, minor, units};

/// The two sides of a figure, by key.
type Sides<K> = BTreeMap<K, (i128, i128)>;

/// Compares the partners' view with the books.
pub(super) fn checks(view: &PartnerView, books: &Books) -> Vec<Check> {
    let mut checks =
        vec![orders(view, books), wanted(view, books), shipped(view, books), billed(view, books)];
    checks.extend(invoices(view, books));
    checks.extend(credits(view, books));
    checks.extend(payments(view, books));
    checks.extend(paid(view, books));
    checks
}

/// Checks that an order sent twice became one order, and that every order was sent by somebody.
fn orders(view: &PartnerView, books: &Books) -> Check {
    let mut compare = Compare::new("orders known = orders sent, once each", Unit::Count);
    let mut known: Vec<OrderId> = books.intake.iter().map(|line| line.order_id).collect();
    known.sort_unstable();
    known.dedup();
    for order in known {
        let sent = view.index_of(order).is_some();
        compare.pair(|| format!("order {order}"), 1, i128::from(sent));
    }
    compare.finish()
}

/// Checks that the wanted quantity of each line is what its buyer ordered and changed since (rules
/// O7 and O8). Orders with lines that were out of stock and may not wait are left out: no buyer is
/// told the quantity.
fn wanted(view: &PartnerView, books: &Books) -> Check {
    let name = "wanted = as the buyers ordered and changed";
    let mut compare = Compare::new(name, Unit::Units);
    for it in &books.intake {
        let Some(at) = view.index_of(it.order_id) else { continue };
        let order = view.scenario.orders.get(at).zip(view.orders.get(at));
        let Some(expected) = order.and_then(|(plan, seen)| expected(plan, seen, it.line)) else {
            continue;
        };
        let wanted = units(it.ordered) - units(it.cancelled);
        let line = || format!("order {} line {}", it.order_id, it.line);
        compare.pair(line, wanted, expected.into());
    }
    compare.finish()
}

/// Returns the wanted quantity of a line as its buyer knows it; none if the buyer cannot know it.
fn expected(plan: &PlannedOrder, seen: &OrderSeen, number: u32) -> Option<i64> {
    let served = matches!(seen.status, Some(OrderAckStatus::Accepted | OrderAckStatus::Cancelled));
    if !served || seen.declined {
        return None;
    }
    let line = plan.lines.iter().find(|line| line.line == number)?;
    let amended = plan.amendment.as_ref().zip(seen.amendment.and_then(|it| it.status));
    match amended {
        None | Some((_, ChangeStatus::Rejected)) => Some(line.quantity.scaled()),
        Some((_, ChangeStatus::PartiallyApplied)) => None,
        Some((amendment, ChangeStatus::Applied)) => match &amendment.what {
            Amend::Cancel(_) => Some(seen.lines.get(&number).map_or(0, |line| line.shipped)),
            Amend::Change(lines) => {
                let now = lines.iter().find(|(changed, _)| *changed == number);
                let in_stock_units = |now: i64| now / ONE * line.price_base.scaled();
                Some(now.map_or(line.quantity.scaled(), |(_, now)| in_stock_units(now.scaled())))
            }
        },
    }
}

fn shipped(view: &PartnerView, books: &Books) -> Check {
    let mut sides = Sides::new();
    for it in &books.fulfillment {
        sides.entry((it.order_id, it.line)).or_default().0 += units(it.dispatched);
    }
    by_line(view, |line| line.shipped, &mut sides);
    by_line_of("dispatched = in the buyers' ship-notices", sides)
}

fn billed(view: &PartnerView, books: &Books) -> Check {
    let mut sides = Sides::new();
    for it in &books.invoicing {
        sides.entry((it.order_id, it.line)).or_default().0 += units(it.billed);
    }
    by_line(view, |line| line.billed, &mut sides);
    by_line_of("billed = in the buyers' invoices", sides)
}

fn by_line(
    view: &PartnerView,
    of: fn(&super::play::partner_view::LineSeen) -> i64,
    sides: &mut Sides<(OrderId, u32)>,
) {
    for (plan, seen) in view.scenario.orders.iter().zip(&view.orders) {
        let order = view.scenario.order_id(plan);
        for (number, line) in seen.lines.iter().filter(|(_, line)| of(line) != 0) {
            sides.entry((order, *number)).or_default().1 += i128::from(of(line));
        }
    }
}

fn by_line_of(name: &str, sides: Sides<(OrderId, u32)>) -> Check {
    let mut compare = Compare::new(name, Unit::Units);
    for ((order, line), (left, right)) in sides {
        compare.pair(|| format!("order {order} line {line}"), left, right);
    }
    compare.finish()
}

fn invoices(view: &PartnerView, books: &Books) -> Vec<Check> {
    let mut sides = Sides::new();
    for it in &books.invoices {
        let total = minor(it.total, it.currency);
        sides.entry((it.currency, it.invoice_number.clone())).or_default().0 += total;
    }
    for (number, it) in &view.invoices {
        sides.entry((it.currency, number.clone())).or_default().1 += i128::from(it.total);
    }
    money("invoices posted = invoices the buyers have", sides)
}

fn credits(view: &PartnerView, books: &Books) -> Vec<Check> {
    let mut sides = Sides::new();
    for it in &books.invoices {
        let credited = minor(it.credited, it.currency);
        sides.entry((it.currency, it.invoice_number.clone())).or_default().0 += credited;
    }
    for memo in view.credit_memos.values() {
        let total = minor(memo.total, memo.currency);
        sides.entry((memo.currency, memo.invoice_number.clone())).or_default().1 += total;
    }
    money("credited = credit memos the buyers have", sides)
}

fn payments(view: &PartnerView, books: &Books) -> Vec<Check> {
    let mut sides: Sides<Currency> = Sides::new();
    for it in &books.payments {
        sides.entry(it.currency).or_default().0 += minor(it.amount, it.currency);
    }
    for it in view.payments.values() {
        sides.entry(it.currency).or_default().1 += i128::from(it.amount);
    }
    let mut compare = ByCurrency::new("money received = payments the bank reported, once each");
    for (currency, (left, right)) in sides {
        compare.pair(currency, || "in all".to_owned(), left, right);
    }
    compare.finish().collect()
}

/// Checks that the cash on closed receivables is the cash that the bank was told pays them, less
/// the cash that later credits freed (rule P8).
fn paid(view: &PartnerView, books: &Books) -> Vec<Check> {
    let mut sides = Sides::new();
    for it in &books.receivables {
        let paid = minor(it.paid, it.currency);
        sides.entry((it.currency, it.invoice_number.clone())).or_default().0 += paid;
    }
    for payment in view.payments.values() {
        for (number, (cash, _)) in &payment.applied {
            sides.entry((payment.currency, number.clone())).or_default().1 += i128::from(*cash);
        }
    }
    for (number, it) in &view.invoices {
        let freed = view.freed(number, it);
        sides.entry((it.currency, number.clone())).or_default().1 -= i128::from(freed);
    }
    money("receivables closed by cash = cash applied, as the bank was told", sides)
}

fn money(name: &str, sides: Sides<(Currency, InvoiceNumber)>) -> Vec<Check> {
    let mut compare = ByCurrency::new(name);
    for ((currency, number), (left, right)) in sides {
        compare.pair(currency, || number.to_string(), left, right);
    }
    compare.finish().collect()
}

#[cfg(test)]
mod tests;
