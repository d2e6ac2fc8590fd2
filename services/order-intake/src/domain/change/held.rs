//! Changes of orders that nobody works on yet: they take place at once, and the order is checked
//! again. It may go on by that, or wait for something else.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Money, OrderId, Quantity, Reason, ReasonLine,
    document::{self, LineQuantity, OrderChangeLine},
    event::OrderedLine,
    partner::Partner,
};
use mesh::{Context, Decision, Outputs};

use super::{
    Change,
    answer::{self, Objections},
    cancel::close,
    finish::close_empty,
    grow::too_large,
    judge::{Verdict, in_ordered_unit, judge, too_many_lines},
};
use crate::domain::{
    Set,
    credit::{follow, is_active, over_limit},
    evaluate::{Judge, MAX_LINES, total_mismatch},
    exposure::TooLarge,
    ledger::Ledger,
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
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(outputs) };
    let mut draft = Draft::default();
    // Less first: it makes room for more.
    let (more, rest): (Vec<_>, Vec<_>) =
        verdicts.into_iter().partition(|(_, verdict)| matches!(verdict, Verdict::More(..)));
    let asked = document.lines.iter().map(|asked| (asked.line, asked));
    let asked: BTreeMap<u32, &OrderChangeLine> = asked.collect();
    for (number, verdict) in rest.into_iter().chain(more) {
        let exact = asked.get(&number).and_then(|asked| asked.quantity.non_negative());
        draft.line(&mut ledger, set, number, exact, verdict)?;
    }
    ledger.close(set)?;
    if draft.is_changed {
        let holds = draft.holds(set, order_id, &order.holds)?;
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

/// What a change does to a held order.
#[derive(Default)]
struct Draft {
    is_changed: bool,
    /// Lines that were priced again.
    priced: BTreeSet<u32>,
    /// Why they would be held.
    new_holds: Vec<ReasonLine>,
    objections: Objections,
}

impl Draft {
    fn line(
        &mut self,
        ledger: &mut Ledger,
        set: &mut Set,
        number: u32,
        exact: Option<Quantity>,
        verdict: Verdict,
    ) -> Result<(), TooLarge> {
        match verdict {
            Verdict::Same => {}
            Verdict::Refused(reasons) => self.objections.reasons.extend(reasons),
            Verdict::Less(total) => {
                let row = set.lines.get(&(ledger.order.order_id, number)).cloned();
                let (Some(row), Some(line)) = (row, ledger.line(number)) else { return Ok(()) };
                let ordered = exact.unwrap_or_else(|| in_ordered_unit(line, total));
                ledger.set_total(&mut set.lines, Line { ordered: total, ..row }, ordered)?;
                self.is_changed = true;
            }
            Verdict::More(line, holds) => match self.more(ledger, set, *line) {
                Ok(()) => self.new_holds.extend(holds),
                Err(reason) => self.objections.reasons.push(reason),
            },
        }
        Ok(())
    }

    fn more(
        &mut self,
        ledger: &mut Ledger,
        set: &mut Set,
        line: OrderedLine,
    ) -> Result<(), ReasonLine> {
        let order_id = ledger.order.order_id;
        let row = set.lines.get(&(order_id, line.line)).cloned();
        if row.is_none() && ledger.body().lines.len() >= MAX_LINES {
            return Err(too_many_lines(line.line));
        }
        let row = row.unwrap_or_else(|| Line::new(order_id, &line));
        let row = Line { ordered: line.quantity, ..row };
        let with = ledger.with(&set.lines, &line, &row).ok();
        let with = with.filter(|with| ledger.is_tellable(with));
        let with = with.ok_or_else(|| too_large(line.line))?;
        self.priced.insert(line.line);
        self.is_changed = true;
        ledger.put(&mut set.lines, with, line, row);
        Ok(())
    }

    /// What it has to wait for now. Prices of lines that did not grow and what concerns the whole
    /// order are as they were; credit and the total that the buyer gave are looked at again (O5, O6).
    fn holds(
        &self,
        set: &Set,
        order_id: OrderId,
        before: &[ReasonLine],
    ) -> Result<Vec<ReasonLine>, TooLarge> {
        let Some(order) = set.orders.get(&order_id) else { return Ok(Vec::new()) };
        let Some(body) = order.body.as_ref() else { return Ok(Vec::new()) };
        let lines = order.lines();
        let wanted = |number| lines.get(&number).is_some_and(|line| !line.quantity.is_zero());
        let mut holds = Vec::new();
        for hold in before {
            match (hold.line, hold.code) {
                (None, Reason::CreditLimit | Reason::BlockedCustomer) => {}
                (None, Reason::TotalMismatch) => {
                    holds.extend(total_mismatch(&order.document, body.total, body.currency));
                }
                (Some(line), _) if !wanted(line) || self.priced.contains(&line) => {}
                (None | Some(_), _) => holds.push(hold.clone()),
            }
        }
        holds.extend(self.new_holds.iter().cloned());
        if let Some(customer) = set.customers.get(&body.customer_id) {
            let customer = &customer.record.0;
            if !is_active(customer) {
                let text = format!("customer `{}` is blocked", customer.customer_id);
                holds.push(ReasonLine::new(Reason::BlockedCustomer, text));
            }
            let total = Money::of(body.total, body.currency).map_err(|_| TooLarge)?;
            holds.extend(over_limit(set, customer, total));
        }
        Ok(holds)
    }
}

/// All of a held order is cancelled at once: there is nothing to ask back.
///
/// # Errors
/// When a sum of money is too large.
pub fn cancel(set: &mut Set, change: Change, outputs: &mut Outputs) -> Result<(), TooLarge> {
    let order_id = change.order_id;
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(()) };
    let mut gone = Vec::new();
    let lines = ledger.body().lines.iter().map(|line| (line.line, line.sku.clone()));
    for (line, sku) in lines.collect::<Vec<_>>() {
        let open = ledger.note(&mut set.lines, line, |row| {
            let open = row.open();
            row.cancelled = row.ordered;
            open
        })?;
        if let Some(quantity) = open.filter(|open| !open.is_zero()) {
            gone.push(LineQuantity { line, sku, quantity });
        }
    }
    ledger.close(set)?;
    close(set, change, gone, Objections::default(), outputs);
    follow(set, order_id, outputs)
}
