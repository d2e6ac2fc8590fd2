//! Changes of held orders: they take place at once, and the order is checked again. It may go on by
//! that, or wait for something else.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    document::{self, LineQuantity, OrderChangeLine},
    event::OrderedLine,
    partner::Partner,
};
use mesh::{Context, Halt, Outputs};

use super::{
    answer::{self, Objections},
    close::{close, close_empty},
    judge::{Verdict, judge},
};
use crate::{
    domain::{
        amounts::{total_mismatch, value_too_large},
        change::Change,
        credit::{blocked, is_active},
        evaluate::judge::Judge,
        exposure::{follow, over_limit},
        ledger::Ledger,
        line::{Line, MAX_LINES, too_many_lines},
        order::{Order, Status},
        price::in_ordered_unit,
        release::{hold, release},
    },
    unit_of_work::UnitOfWork,
};

/// Changes a held order.
///
/// # Errors
/// Names what is not known yet; or a figure is out of range.
pub fn change(
    work: &mut UnitOfWork,
    partner: &Partner,
    change: Change,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order = work.orders.get(&change.order_id);
    let (Some(order), Some(document)) = (order.cloned(), change.document.0.clone()) else {
        return Ok(Outputs::none());
    };
    let by = Judge { work, partner, now: context.now, last_chance: context.last_chance };
    let verdicts = judge(&by, &order, &document)?;
    take(work, &order, change, &document, verdicts)
}

fn take(
    work: &mut UnitOfWork,
    order: &Order,
    change: Change,
    document: &document::OrderChange,
    verdicts: Vec<(u32, Verdict)>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let order_id = order.order_id;
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(outputs) };
    let mut draft = Draft::default();
    // Less first: it makes room for more.
    let (more, rest): (Vec<_>, Vec<_>) =
        verdicts.into_iter().partition(|(_, verdict)| matches!(verdict, Verdict::More(..)));
    let asked = document.lines.iter().map(|asked| (asked.line, asked));
    let asked: BTreeMap<u32, &OrderChangeLine> = asked.collect();
    for (number, verdict) in rest.into_iter().chain(more) {
        let exact = asked.get(&number).and_then(|asked| asked.quantity.non_negative());
        draft.line(&mut ledger, work, number, exact, verdict)?;
    }
    ledger.close(work)?;
    let held = order.taken().map(|taken| taken.holds().to_vec()).unwrap_or_default();
    if draft.is_changed {
        let holds = draft.holds(work, order_id, &held)?;
        close_empty(work, order_id, &mut outputs);
        let still = |order: &Order| order.status() == Status::Held;
        if work.orders.get(&order_id).is_some_and(still) {
            outputs.extend(if holds.is_empty() {
                release(work, order_id, None)?
            } else {
                hold(work, order_id, holds)?
            });
        }
        follow(work, order_id, &mut outputs)?;
    }
    if let Some(order) = work.orders.get(&order_id) {
        let answer = answer::changed(order, document, draft.objections);
        answer::give(work, change, answer, &mut outputs);
    }
    Ok(outputs)
}

/// The effects of a change on a held order.
#[derive(Default)]
struct Draft {
    is_changed: bool,
    /// Lines that were priced again.
    priced: BTreeSet<u32>,
    /// The reasons why an order of them would be held.
    new_holds: Vec<ReasonLine>,
    objections: Objections,
}

impl Draft {
    fn line(
        &mut self,
        ledger: &mut Ledger,
        work: &mut UnitOfWork,
        number: u32,
        exact: Option<Quantity>,
        verdict: Verdict,
    ) -> Result<(), Halt> {
        match verdict {
            Verdict::Same => {}
            Verdict::Refused(reasons) => self.objections.reasons.extend(reasons),
            Verdict::Less(total) => {
                let row = work.lines.get(&(ledger.order_id, number)).cloned();
                let (Some(row), Some(line)) = (row, ledger.line(number)) else { return Ok(()) };
                let ordered = exact.unwrap_or_else(|| in_ordered_unit(line, total));
                ledger.set_total(&mut work.lines, Line { ordered: total, ..row }, ordered)?;
                self.is_changed = true;
            }
            Verdict::More(line, holds) => match self.more(ledger, work, *line)? {
                Ok(()) => self.new_holds.extend(holds),
                Err(reason) => self.objections.reasons.push(reason),
            },
        }
        Ok(())
    }

    fn more(
        &mut self,
        ledger: &mut Ledger,
        work: &mut UnitOfWork,
        line: OrderedLine,
    ) -> Result<Result<(), ReasonLine>, Halt> {
        let order_id = ledger.order_id;
        let row = work.lines.get(&(order_id, line.line)).cloned();
        if row.is_none() && ledger.body().lines.len() >= MAX_LINES {
            return Ok(Err(too_many_lines(line.line)));
        }
        let row = row.unwrap_or_else(|| Line::new(order_id, &line));
        let row = Line { ordered: line.quantity, ..row };
        let with = ledger.with(&work.lines, &line, &row).ok();
        let Some(with) = with.filter(|with| ledger.is_tellable(with)) else {
            return Ok(Err(value_too_large(line.line)));
        };
        self.priced.insert(line.line);
        self.is_changed = true;
        ledger.put(&mut work.lines, with, line, row)?;
        Ok(Ok(()))
    }

    /// The reasons for which it has to wait now. Those of lines that did not grow and of the order as
    /// a whole stand; credit and the total that the buyer gave are looked at again (O5, O6).
    fn holds(
        &self,
        work: &UnitOfWork,
        order_id: OrderId,
        before: &[ReasonLine],
    ) -> Result<Vec<ReasonLine>, Halt> {
        let Some(order) = work.orders.get(&order_id) else { return Ok(Vec::new()) };
        let Some(taken) = order.taken() else { return Ok(Vec::new()) };
        let (body, lines) = (&taken.body, taken.lines());
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
        if let Some(customer) = work.customers.get(&body.customer_id) {
            let customer = &customer.record.0;
            if !is_active(customer) {
                holds.push(blocked(&customer.customer_id));
            }
            holds.extend(over_limit(work, customer, taken.value()?));
        }
        Ok(holds)
    }
}

/// Cancels all of a held order at once: there is nothing to ask back.
///
/// # Errors
/// When a sum of money is too large.
pub fn cancel(work: &mut UnitOfWork, change: Change, outputs: &mut Outputs) -> Result<(), Halt> {
    let order_id = change.order_id;
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(()) };
    let mut gone = Vec::new();
    let lines = ledger.body().lines.iter().map(|line| (line.line, line.sku.clone()));
    for (line, sku) in lines.collect::<Vec<_>>() {
        let open = ledger.note(&mut work.lines, line, |row| {
            let open = row.open()?;
            row.cancelled = row.ordered;
            Ok(open)
        })?;
        if let Some(quantity) = open.filter(|open| !open.is_zero()) {
            gone.push(LineQuantity { line, sku, quantity });
        }
    }
    ledger.close(work)?;
    close(work, change, gone, Objections::default(), outputs)?;
    follow(work, order_id, outputs)
}
