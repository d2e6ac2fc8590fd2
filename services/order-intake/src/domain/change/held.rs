//! Changes of orders that nobody works on yet: they take place at once, and the order is checked
//! again. It may go on by that, or wait for something else.

use std::collections::BTreeSet;

use contracts::{
    Money, Quantity, Reason, ReasonLine,
    document::{self, LineQuantity},
    event::{OrderBody, OrderedLine},
    partner::Partner,
};
use mesh::{Context, Decision, Json, Outputs};

use super::{
    Change,
    answer::{self, Objections},
    cancel::close,
    finish::close_empty,
    grow::{charges, with_line},
    judge::{Verdict, in_ordered_unit, judge},
};
use crate::domain::{
    Set,
    credit::{follow, is_active, over_limit},
    evaluate::{Amounts, Judge, add_up},
    exposure::TooLarge,
    order::{Line, Order, Status},
    release::{hold, release},
};

/// A change of a held order.
pub fn change(set: &mut Set, partner: &Partner, change: Change, context: &Context<'_>) -> Decision {
    let order = set.orders.get(&change.order_id);
    let (Some(order), Some(document)) = (order.cloned(), change.document.0.clone()) else {
        return Outputs::none().into();
    };
    let by = Judge { set, partner, now: context.now, last_chance: context.last_chance };
    let verdicts = match judge(&by, &order, &document) {
        Ok(verdicts) => verdicts,
        Err(missing) => return Decision::Wait(missing),
    };
    let done = take(set, &order, change, &document, verdicts);
    done.map_or_else(Decision::from, Decision::from)
}

fn take(
    set: &mut Set,
    order: &Order,
    change: Change,
    document: &document::OrderChange,
    verdicts: Vec<(u32, Verdict)>,
) -> Result<Outputs, TooLarge> {
    let mut outputs = Outputs::none();
    let order_id = order.order_id;
    let Some(Json(before)) = order.body.clone() else { return Ok(outputs) };
    let mut draft = Draft::of(before.clone());
    for (number, verdict) in verdicts {
        draft.line(document, number, verdict);
    }
    let refused = draft.add_up()?;
    if !refused.is_empty() {
        let answer = answer::refused(set, order_id, document, refused);
        answer::give(set, change, answer, &mut outputs);
        return Ok(outputs);
    }
    if draft.body != before {
        let holds = draft.holds(set, &order.holds)?;
        put(set, order, &draft.body);
        close_empty(set, order_id, &mut outputs);
        let still = |order: &Order| order.status == Status::Held;
        if set.orders.get(&order_id).is_some_and(still) {
            outputs.extend(if holds.is_empty() {
                release(set, order_id, None)?
            } else {
                hold(set, order_id, holds)?
            });
        }
        follow(set, order_id, &mut outputs)?;
    }
    if let Some(order) = set.orders.get(&order_id) {
        let answer = answer::changed(order, document, draft.objections);
        answer::give(set, change, answer, &mut outputs);
    }
    Ok(outputs)
}

/// A held order with a change applied.
struct Draft {
    body: OrderBody,
    /// Lines that were priced again.
    priced: BTreeSet<u32>,
    /// Why they would be held.
    new_holds: Vec<ReasonLine>,
    objections: Objections,
}

impl Draft {
    fn of(body: OrderBody) -> Self {
        let (priced, new_holds) = (BTreeSet::new(), Vec::new());
        Self { body, priced, new_holds, objections: Objections::default() }
    }

    fn line(&mut self, document: &document::OrderChange, number: u32, verdict: Verdict) {
        match verdict {
            Verdict::Same => {}
            Verdict::Refused(reasons) => self.objections.reasons.extend(reasons),
            Verdict::Less(total) => {
                let asked = document.lines.iter().find(|asked| asked.line == number);
                let exact = asked.and_then(|asked| asked.quantity.non_negative());
                let line = self.body.lines.iter_mut().find(|line| line.line == number);
                if let Some(line) = line {
                    line.ordered_quantity = exact.unwrap_or_else(|| in_ordered_unit(line, total));
                    line.quantity = total;
                }
            }
            Verdict::More(line, holds) => {
                self.body = with_line(&self.body, &line);
                self.priced.insert(number);
                self.new_holds.extend(holds);
            }
        }
    }

    /// Adds the order up; says why it can not be, where its value is too large.
    fn add_up(&mut self) -> Result<Vec<ReasonLine>, TooLarge> {
        match add_up(&self.body.lines, charges(&self.body)?) {
            Ok(Amounts { net, total }) => {
                (self.body.net_total, self.body.total) = (net, total);
                Ok(Vec::new())
            }
            Err(reason) => Ok(vec![reason]),
        }
    }

    /// What it has to wait for now. Prices of lines that did not grow and what concerns the whole
    /// order are as they were; credit is looked at again (O5).
    fn holds(&self, set: &Set, before: &[ReasonLine]) -> Result<Vec<ReasonLine>, TooLarge> {
        let wanted = |number| {
            let line = self.body.lines.iter().find(|line| line.line == number);
            line.is_some_and(|line| !line.quantity.is_zero())
        };
        let stands = |hold: &&ReasonLine| match hold.line {
            Some(line) => wanted(line) && !self.priced.contains(&line),
            None => !matches!(hold.code, Reason::CreditLimit | Reason::BlockedCustomer),
        };
        let mut holds: Vec<ReasonLine> = before.iter().filter(stands).cloned().collect();
        holds.extend(self.new_holds.iter().cloned());
        if let Some(customer) = set.customers.get(&self.body.customer_id) {
            let customer = &customer.record.0;
            if !is_active(customer) {
                let text = format!("customer `{}` is blocked", customer.customer_id);
                holds.push(ReasonLine::new(Reason::BlockedCustomer, text));
            }
            let total = Money::of(self.body.total, self.body.currency).map_err(|_| TooLarge)?;
            holds.extend(over_limit(set, customer, total));
        }
        Ok(holds)
    }
}

fn put(set: &mut Set, order: &Order, body: &OrderBody) {
    let order_id = order.order_id;
    for line in &body.lines {
        let row = set.lines.get_or_put(&(order_id, line.line), || Line::new(order_id, line));
        row.ordered = line.quantity;
    }
    if let Some(order) = set.orders.get_mut(&order_id) {
        order.body = Some(Json(body.clone()));
    }
}

/// All of a held order is cancelled at once: there is nothing to ask back.
///
/// # Errors
/// When a sum of money is too large.
pub fn cancel(set: &mut Set, change: Change, outputs: &mut Outputs) -> Result<(), TooLarge> {
    let order_id = change.order_id;
    let rows: Vec<OrderedLine> = set
        .orders
        .get(&order_id)
        .and_then(|order| order.body.as_ref())
        .map(|body| body.lines.clone())
        .unwrap_or_default();
    let mut gone = Vec::new();
    for line in rows {
        let Some(row) = set.lines.get_mut(&(order_id, line.line)) else { continue };
        let quantity: Quantity = row.open();
        row.cancelled = row.ordered;
        if !quantity.is_zero() {
            gone.push(LineQuantity { line: line.line, sku: line.sku, quantity });
        }
    }
    close(set, change, gone, Objections::default(), outputs);
    follow(set, order_id, outputs)
}
