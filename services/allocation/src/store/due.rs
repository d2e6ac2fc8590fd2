//! Who is next in line for stock that has become free (A6).

use contracts::Sku;
use mesh::{
    DatabaseTransaction, DbErr,
    column::Cell,
    row,
    sea_query::{Alias, Cond, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{Message, Restock, order::Line, stock::Queue};

/// Items that one step takes up.
const STEP: u64 = 32;
/// Order lines that one step looks at for each of them.
const PAGE: u64 = 128;

/// Items whose freed stock is to be given out, with those who are next in line.
pub async fn due(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<Message>, DbErr> {
    let mut select = row::select::<Queue>();
    select.and_where(Expr::col(Alias::new("freed")));
    select.order_by(Alias::new("sku"), Direction::Asc);
    select.limit(Ord::min(limit, STEP)).lock_exclusive();
    let queues: Vec<Queue> = row::fetch(tx, &select).await?;
    let mut steps = Vec::new();
    for queue in queues {
        let after = queue.served.unwrap_or_default();
        let next = lines(tx, &queue.sku, &after, Expr::cust("backordered > 0")).await?;
        let untold = lines(tx, &queue.sku, "", Expr::cust("backordered > told")).await?;
        let is_full = |rows: &[Line]| u64::try_from(rows.len()).is_ok_and(|rows| rows >= PAGE);
        let until = next.last().filter(|_| is_full(&next)).map(|line| line.rank.clone());
        let more_untold = is_full(&untold);
        let orders = next.iter().chain(&untold).map(|line| line.order_id).collect();
        steps.push(Message::Restock(Restock { sku: queue.sku, orders, until, more_untold }));
    }
    Ok(steps)
}

async fn lines(
    tx: &DatabaseTransaction,
    sku: &Sku,
    after: &str,
    which: Expr,
) -> Result<Vec<Line>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Line>();
    let of_item = Cond::all()
        .add(column("sku").eq(sku.value()))
        .add(column("rank").gt(after.to_owned()))
        .add(which);
    select.cond_where(of_item);
    select.order_by(Alias::new("rank"), Direction::Asc);
    select.order_by(Alias::new("line"), Direction::Asc);
    row::fetch(tx, select.limit(PAGE)).await
}
