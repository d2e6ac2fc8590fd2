//! Promises that may have to be taken back: where a batch may leave less on hand than is promised,
//! the newest promises of that stock, and no more of them than may give way (A7, A9).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, Sku, WarehouseId,
    document::{LineQuantity, StockSnapshot},
};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{
    reservation::{Reservation, ReservationKey},
    stock::{Moved, Stock, StockKey},
};

/// Reservations read at a time.
const PAGE: u64 = 256;

/// The goods that a batch may take away, in millionths.
#[derive(Debug, Default)]
pub struct Risks {
    less: BTreeMap<StockKey, i128>,
    /// Units that warehouses were asked for and now answer for.
    answered: BTreeMap<ReservationKey, i128>,
    /// The part of them that left.
    left: BTreeMap<ReservationKey, i128>,
}

impl Risks {
    /// Adds millionths that go; nothing where they are negative.
    pub fn less(&mut self, warehouse_id: &WarehouseId, sku: &Sku, millionths: i64) {
        self.lessen((warehouse_id.clone(), sku.clone()), millionths.into());
    }

    fn lessen(&mut self, key: StockKey, millionths: i128) {
        if millionths > 0 {
            *self.less.entry(key).or_default() += millionths;
        }
    }

    /// Adds units that left a warehouse which was asked for them.
    pub fn left(&mut self, order_id: OrderId, warehouse_id: &WarehouseId, lines: &[LineQuantity]) {
        self.stayed(order_id, warehouse_id, lines);
        for line in lines {
            let key = (order_id, line.line, line.sku.clone(), warehouse_id.clone());
            *self.left.entry(key).or_default() += i128::from(line.quantity.scaled());
        }
    }

    /// Adds units that a warehouse was asked for and does not ship.
    pub fn stayed(
        &mut self,
        order_id: OrderId,
        warehouse_id: &WarehouseId,
        lines: &[LineQuantity],
    ) {
        for line in lines {
            let key = (order_id, line.line, line.sku.clone(), warehouse_id.clone());
            *self.answered.entry(key).or_default() += i128::from(line.quantity.scaled());
        }
    }

    /// Adds goods that leave beyond what is reserved for them, and that may be promised to others;
    /// where other reports of the item come with them, all of them may.
    pub fn note_left(&mut self, reservations: &Rows<Reservation>, reported: &BTreeSet<Sku>) {
        for (key, left) in std::mem::take(&mut self.left) {
            let others = self.answered.get(&key).map_or(0, |answered| answered - left);
            let own = reservations.get(&key).map_or(0, |it| it.quantity.scaled().into());
            let kept = if reported.contains(&key.2) { 0 } else { i128::max(own - others, 0) };
            let (_, _, sku, warehouse_id) = key;
            self.lessen((warehouse_id, sku), left - kept);
        }
    }

    /// The promised millionths, by stock, that may have to be taken back at worst: nothing that comes
    /// with the batch is counted on.
    pub fn excess(
        &self,
        stock: &Rows<Stock>,
        moved: &Rows<Moved>,
        counts: &[StockSnapshot],
    ) -> BTreeMap<StockKey, i128> {
        let mut lowest: BTreeMap<StockKey, i128> =
            self.less.keys().map(|key| (key.clone(), i128::MAX)).collect();
        for count in counts {
            for line in &count.lines {
                let key = (count.warehouse_id.clone(), line.sku.clone());
                let since = moved.get(&(key.0.clone(), key.1.clone(), count.as_of));
                let since = since.map_or(0, |moved| moved.change);
                let counted = i128::from(line.on_hand.scaled()) + since;
                let then = lowest.entry(key).or_insert(i128::MAX);
                *then = i128::min(*then, counted);
            }
        }
        let excess = |(key, counted): (StockKey, i128)| {
            let stock = stock.get(&key)?;
            let less = self.less.get(&key).copied().unwrap_or_default();
            let then = i128::min(counted, stock.on_hand.scaled().into());
            let lowest = i128::max(then - less, 0);
            let excess = i128::from(stock.reserved.scaled()) - lowest;
            (excess > 0).then_some((key, excess))
        };
        lowest.into_iter().filter_map(excess).collect()
    }
}

/// The newest reservations of stocks.
#[derive(Debug, Default)]
pub struct Newest {
    pub rows: Vec<Reservation>,
    /// By stock, the place from which on all of them are there.
    pub from: BTreeMap<StockKey, u64>,
}

/// Reads the newest reservations of these stocks, as many as hold so many millionths.
pub async fn newest(
    tx: &DatabaseTransaction,
    excess: BTreeMap<StockKey, i128>,
) -> Result<Newest, DbErr> {
    let mut newest = Newest::default();
    for (key, mut open) in excess {
        let mut from = u64::MAX;
        while open > 0 {
            let rows = page(tx, &key, from).await?;
            open -= rows.iter().map(|it| i128::from(it.quantity.scaled())).sum::<i128>();
            let Some(last) = rows.last() else {
                from = 0;
                break;
            };
            from = last.place;
            newest.rows.extend(rows);
        }
        newest.from.insert(key, from);
    }
    Ok(newest)
}

async fn page(
    tx: &DatabaseTransaction,
    (warehouse_id, sku): &StockKey,
    before: u64,
) -> Result<Vec<Reservation>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Reservation>();
    select.and_where(column("warehouse_id").eq(warehouse_id.value()));
    select.and_where(column("sku").eq(sku.value()));
    if before != u64::MAX {
        select.and_where(column("place").lt(before.value()));
    }
    select.order_by(Alias::new("place"), Direction::Desc).limit(PAGE);
    row::fetch(tx, &select).await
}
