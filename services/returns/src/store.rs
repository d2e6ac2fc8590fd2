//! The queries of returns: the rows that a batch may touch, one query per table.

use std::collections::BTreeSet;

use contracts::{
    OrderId, PoNumber, ReceiptId, ReturnRequestId, RmaNumber, Sku, WarehouseId,
    event::CompanyUpdated,
};
use jiff::Timestamp;
use mesh::{
    DatabaseTransaction, DbErr, Load, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use crate::{
    Returns,
    domain::{
        master::Calendar,
        order::Dispatch,
        rma::{Authorization, RMA, Status},
    },
    unit_of_work::UnitOfWork,
};

/// The keys that the messages of a batch ask for.
#[derive(Debug, Default)]
pub struct Keys {
    /// Orders with their dispatches and returns.
    pub orders: BTreeSet<OrderId>,
    /// Orders whose lines are needed.
    pub order_lines: BTreeSet<OrderId>,
    pub po_numbers: BTreeSet<PoNumber>,
    pub requests: BTreeSet<ReturnRequestId>,
    pub receipts: BTreeSet<ReceiptId>,
    pub authorizations: BTreeSet<RmaNumber>,
    pub warehouses: BTreeSet<WarehouseId>,
    pub items: BTreeSet<Sku>,
}

impl Load for Returns {
    type Keys = Keys;
    type Work = UnitOfWork;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
        load(tx, keys).await
    }
}

async fn load(tx: &DatabaseTransaction, mut keys: Keys) -> Result<UnitOfWork, DbErr> {
    // The row of the series comes first: whoever decides on returns holds it, one batch at a time.
    let decides = !(keys.orders.is_empty() && keys.authorizations.is_empty());
    let series = Rows::lock(tx, "series", decides.then(|| RMA.to_owned())).await?;
    let seller = decides.then(|| CompanyUpdated::SELLER.to_owned());
    let orders = Rows::lock(tx, "order_id", keys.orders.iter().copied()).await?;
    let orders = orders.and_find(tx, "po_number", keys.po_numbers).await?;
    let authorizations = Rows::<Authorization>::lock(tx, "order_id", keys.orders.iter().copied());
    let authorizations =
        authorizations.await?.and_lock(tx, "rma_number", keys.authorizations).await?;
    if !keys.receipts.is_empty() {
        // The dispatches of the order tell who may receive the return.
        keys.orders.extend(authorizations.found().map(|one| one.order_id));
    }
    let dispatches = Rows::<Dispatch>::find(tx, "order_id", keys.orders.iter().copied()).await?;
    keys.warehouses.extend(dispatches.found().map(|one| one.warehouse_id.clone()));
    keys.items.extend(dispatches.found().map(|one| one.sku.clone()));
    let numbers: BTreeSet<RmaNumber> =
        authorizations.found().map(|one| one.rma_number.clone()).collect();
    // By number: all authorisations of an order are loaded, so these are all its lines.
    let lines = Rows::lock(tx, "rma_number", numbers).await?;
    Ok(UnitOfWork {
        company: Rows::find(tx, "company", seller).await?,
        warehouses: Rows::find(tx, "warehouse_id", keys.warehouses).await?,
        items: Rows::find(tx, "sku", keys.items).await?,
        orders,
        order_lines: Rows::lock(tx, "order_id", keys.order_lines).await?,
        dispatches,
        series,
        requests: Rows::find(tx, "return_request_id", keys.requests).await?,
        authorizations,
        lines,
        receipts: Rows::find(tx, "receipt_id", keys.receipts).await?,
    })
}

/// Returns the open authorisations whose last day is over, the oldest first.
pub async fn expired(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<RmaNumber>, DbErr> {
    let seller = Rows::find(tx, "company", [CompanyUpdated::SELLER.to_owned()]).await?;
    let today = Calendar::of(&seller).day(now);
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Authorization>();
    select.and_where(column("status").eq(Status::Open.value()));
    select.and_where(column("expires_on").lt(today.value()));
    select.order_by(Alias::new("expires_on"), Direction::Asc);
    select.order_by(Alias::new("rma_number"), Direction::Asc);
    let overdue: Vec<Authorization> = row::fetch(tx, select.limit(limit)).await?;
    Ok(overdue.into_iter().map(|one| one.rma_number).collect())
}
