//! The cost of goods that are on the shelf again: reversed as it was booked, oldest dispatch first.

use std::collections::BTreeMap;

use contracts::{
    Currency, OrderId,
    document::LedgerAccount,
    event::{CompletedLine, ReturnCompleted},
};
use mesh::{
    Context, Halt, Outputs,
    books::Entry,
    checked::{minus, plus},
    row::Row,
};

use super::{
    amounts::{add, part_of},
    dispatch::{Dispatch, oldest_first},
    journal,
    period::open_day,
};
use crate::{config::Config, unit_of_work::UnitOfWork};

/// Reversed costs by the currency in which they were booked, in minor units.
pub type Costs = BTreeMap<Currency, i64>;

/// Reverses the cost of the restocked units of a line; the last units of a dispatch take its
/// rounding remainder.
///
/// # Errors
/// Halts when a figure is out of range.
pub fn reverse(
    work: &mut UnitOfWork,
    order_id: OrderId,
    back: &CompletedLine,
    costs: &mut Costs,
) -> Result<(), Halt> {
    let mut left = back.restocked;
    let (item, any) = ((back.line, &back.sku), |it: &Dispatch| Some(it.shipped_at));
    for row in oldest_first(&work.dispatch_lines, &work.dispatches, order_id, item, any) {
        let quantity = left.min(minus(row.quantity, row.restocked)?);
        if quantity.is_zero() {
            continue;
        }
        left = minus(left, quantity)?;
        let after = plus(row.restocked, quantity)?;
        let reversed = part_of(row.cost, after, row.quantity)?;
        let sum = costs.entry(row.cost_currency).or_default();
        *sum = add(*sum, reversed - row.cost_reversed)?;
        if let Some(row) = work.dispatch_lines.get_mut(&row.key()) {
            (row.restocked, row.cost_reversed) = (after, reversed);
        }
    }
    Ok(())
}

/// Books the reversal of a return's costs, an entry for each currency.
///
/// # Errors
/// Halts when a figure is out of range.
pub fn post(
    work: &mut UnitOfWork,
    config: &Config,
    event: &ReturnCompleted,
    costs: Costs,
    outputs: &mut Outputs,
    context: &Context<'_>,
) -> Result<(), Halt> {
    for (currency, cost) in costs.into_iter().filter(|(_, cost)| *cost > 0) {
        let (date, note) = open_day(&work.periods, event.completed_on)?;
        let source = format!("return/{}/{currency}", event.rma_number);
        let entry = Entry::balanced(
            journal::head(source, date, note, currency),
            [
                config.accounts.debit(LedgerAccount::Inventory, cost),
                config.accounts.credit(LedgerAccount::CostOfGoods, cost),
            ],
        )?;
        entry.post(&mut work.entries, &mut work.entry_lines, outputs, context);
    }
    Ok(())
}
