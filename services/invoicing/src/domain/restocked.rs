//! The cost of what is on the shelf again: reversed as it was booked, oldest dispatch first.

use std::collections::BTreeMap;

use contracts::{
    Currency, OrderId,
    document::LedgerAccount,
    event::{CompletedLine, ReturnCompleted},
};
use mesh::{Context, Outputs, row::Row};

use super::{
    Fault, Set,
    command::open_day,
    credit, dispatch,
    journal::{self, Draft, Side},
    returned::rows,
};
use crate::config::Config;

/// Reversed costs by the currency in which they were booked, in minor units.
pub type Costs = BTreeMap<Currency, i64>;

/// Reverses the cost of what is restocked of a line; the last units of a dispatch take its rounding
/// remainder.
///
/// # Errors
/// When a figure is too large.
pub fn reverse(
    set: &mut Set,
    order_id: OrderId,
    back: &CompletedLine,
    costs: &mut Costs,
) -> Result<(), Fault> {
    let mut left = back.restocked;
    let any = |dispatch: &dispatch::Dispatch| Some(dispatch.shipped_at.as_microsecond());
    for row in rows(set, order_id, back, any) {
        let before = row.restocked;
        let quantity = left.min(row.quantity.saturating_sub(before));
        if quantity.is_zero() {
            continue;
        }
        left = left.saturating_sub(quantity);
        let after = before.checked_add(quantity).ok_or(Fault::TooLarge)?;
        let reversed = credit::part_of(row.cost, after, row.quantity)?;
        let sum = costs.entry(row.cost_currency).or_default();
        *sum = sum.checked_add(reversed - row.cost_reversed).ok_or(Fault::TooLarge)?;
        if let Some(row) = set.dispatch_lines.get_mut(&row.key()) {
            (row.restocked, row.cost_reversed) = (after, reversed);
        }
    }
    Ok(())
}

/// Books the reversal of a return's costs, an entry for each currency.
///
/// # Errors
/// When a figure is too large.
pub fn post(
    set: &mut Set,
    config: &Config,
    event: &ReturnCompleted,
    costs: Costs,
    outputs: &mut Outputs,
    context: &Context<'_>,
) -> Result<(), Fault> {
    for (currency, cost) in costs.into_iter().filter(|(_, cost)| *cost > 0) {
        let (date, note) = open_day(set, event.completed_on)?;
        let source = format!("return/{}/{currency}", event.rma_number);
        let sides = vec![
            Side::Debit(LedgerAccount::Inventory, cost),
            Side::Credit(LedgerAccount::CostOfGoods, cost),
        ];
        journal::post(
            set,
            config,
            outputs,
            Draft { source, date, note, currency, sides },
            context,
        )?;
    }
    Ok(())
}
