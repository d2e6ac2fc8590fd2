//! What may have to be taken back: where a batch may leave less on hand than is promised, the
//! newest promises of that stock, and no more of them than may give way (A7, A9).

use std::collections::BTreeMap;

use contracts::{Sku, WarehouseId, document::StockSnapshot};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{
    order::Reservation,
    stock::{Moved, Stock},
};

/// Reservations brought at a time.
const PAGE: u64 = 256;

/// By stock, how much may go, in millionths.
#[derive(Debug, Default)]
pub struct Risks {
    less: BTreeMap<(WarehouseId, Sku), i64>,
}

impl Risks {
    /// So much may go; nothing where it is negative.
    pub fn less(&mut self, place: &WarehouseId, sku: &Sku, quantity: i64) {
        if quantity > 0 {
            let sum = self.less.entry((place.clone(), sku.clone())).or_default();
            *sum = sum.saturating_add(quantity);
        }
    }

    /// By stock, how much of what is promised may have to be taken back, at worst: nothing that
    /// comes with the batch is counted on.
    pub fn excess(
        &self,
        stock: &Rows<Stock>,
        moved: &Rows<Moved>,
        counts: &[StockSnapshot],
    ) -> BTreeMap<(WarehouseId, Sku), i64> {
        let mut lowest: BTreeMap<(WarehouseId, Sku), i64> =
            self.less.keys().map(|key| (key.clone(), i64::MAX)).collect();
        for count in counts {
            for line in &count.lines {
                let key = (count.warehouse_id.clone(), line.sku.clone());
                let since = moved.get(&(key.0.clone(), key.1.clone(), count.as_of));
                let since = since.map_or(0, |moved| moved.change);
                let counted = i128::from(line.on_hand.scaled()) + since;
                let then = lowest.entry(key).or_insert(i64::MAX);
                // A figure beyond 64 bits puts nothing at risk, or all there is.
                let counted = counted.clamp(i64::MIN.into(), i64::MAX.into());
                *then = Ord::min(*then, i64::try_from(counted).unwrap_or(i64::MAX));
            }
        }
        let excess = |(key, counted): ((WarehouseId, Sku), i64)| {
            let stock = stock.get(&key)?;
            let less = self.less.get(&key).copied().unwrap_or(0);
            let then = Ord::min(counted, stock.on_hand.scaled());
            let lowest = Ord::max(then.saturating_sub(less), 0);
            let excess = stock.reserved.scaled() - lowest;
            (excess > 0).then_some((key, excess))
        };
        lowest.into_iter().filter_map(excess).collect()
    }
}

/// The newest reservations of these stocks, as many as hold so much.
pub async fn newest(
    tx: &DatabaseTransaction,
    excess: BTreeMap<(WarehouseId, Sku), i64>,
) -> Result<Vec<Reservation>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut all = Vec::new();
    for ((place, sku), mut open) in excess {
        let mut before = None;
        while open > 0 {
            let mut select = row::select::<Reservation>();
            select.and_where(column("warehouse_id").eq(place.value()));
            select.and_where(column("sku").eq(sku.value()));
            if let Some(before) = before {
                select.and_where(column("place").lt(before));
            }
            select.order_by(Alias::new("place"), Direction::Desc).limit(PAGE);
            let rows: Vec<Reservation> = row::fetch(tx, &select).await?;
            let Some(last) = rows.last() else { break };
            before = Some(last.place.value());
            open -= rows.iter().map(|it| it.quantity.scaled()).sum::<i64>();
            all.extend(rows);
        }
    }
    Ok(all)
}
