//! The lines that a batch names, and no others of their orders (D3).

use std::collections::BTreeSet;

use contracts::OrderId;
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Condition, Expr, ExprTrait, SelectStatement, Value},
};

use super::keys::Keys;
use crate::domain::line::Line;

/// Keys that one `IN (…)` holds.
pub const MAX_KEYS: usize = 1_000;
/// Lines that are asked for one by one.
const MAX_PAIRS: usize = 256;
/// The number of lines of an order from which on a statement of its own asks for them.
const MANY: usize = 16;

/// The lines that are named, locked; their orders are locked already.
pub async fn named(tx: &DatabaseTransaction, keys: &Keys) -> Result<Rows<Line>, DbErr> {
    let whole = Rows::lock(tx, "order_id", keys.whole.iter().copied()).await?;
    let (mut lines, mut asked, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    for (order_id, numbers) in keys.lines.iter().filter(|(id, _)| !keys.whole.contains(id)) {
        asked.extend(numbers.iter().map(|number| (*order_id, *number)));
        if numbers.len() < MANY {
            pairs.extend(numbers.iter().map(|number| (order_id.value(), number.value())));
        } else {
            lines.extend(many(tx, *order_id, numbers).await?);
        }
    }
    for pairs in pairs.chunks(MAX_PAIRS) {
        let any = padded(pairs).into_iter().fold(Condition::any(), |any, (order_id, number)| {
            any.add(of_order(order_id).add(Expr::col(Alias::new("line")).eq(number)))
        });
        let mut select = row::select::<Line>();
        select.cond_where(any);
        lines.extend(row::fetch::<Line>(tx, locked(&mut select)).await?);
    }
    Ok(whole.with(Rows::of_keys(lines, asked)))
}

async fn many(
    tx: &DatabaseTransaction,
    order_id: OrderId,
    numbers: &BTreeSet<u32>,
) -> Result<Vec<Line>, DbErr> {
    let mut lines = Vec::new();
    let numbers: Vec<Value> = numbers.iter().map(Cell::value).collect();
    for numbers in numbers.chunks(MAX_KEYS) {
        let mut select = row::select::<Line>();
        select.cond_where(of_order(order_id.value()));
        select.and_where(Expr::col(Alias::new("line")).is_in(padded(numbers)));
        lines.extend(row::fetch::<Line>(tx, locked(&mut select)).await?);
    }
    Ok(lines)
}

fn of_order(order_id: Value) -> Condition {
    Condition::all().add(Expr::col(Alias::new("order_id")).eq(order_id))
}

fn locked(select: &mut SelectStatement) -> &SelectStatement {
    for key in Line::KEY {
        select.order_by(Alias::new(*key), mesh::sea_query::Order::Asc);
    }
    select.lock_exclusive()
}

/// As many as the next power of two, the last over and over: few texts of statements, which the
/// databases keep prepared.
pub fn padded<T: Clone>(values: &[T]) -> Vec<T> {
    let more = values.len().next_power_of_two().min(MAX_KEYS).saturating_sub(values.len());
    let last = values.last().into_iter().cycle().take(more);
    values.iter().chain(last).cloned().collect()
}
