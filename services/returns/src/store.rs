//! Every query of returns: what a batch touches, one query per table.

use std::collections::BTreeSet;

use contracts::{
    OrderId, PoNumber, ReceiptId, ReturnRequestId, RmaNumber, Sku, WarehouseId,
    event::CompanyUpdated,
};
use jiff::Timestamp;
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{
    Message, Set,
    master::{Calendar, Seller},
    order::Dispatch,
    rma::{Authorization, RMA, Status},
};

/// What a batch names.
#[derive(Default)]
struct Named {
    /// Orders of which all is needed.
    asked: BTreeSet<OrderId>,
    /// Orders of which the lines are needed.
    orders: BTreeSet<OrderId>,
    po_numbers: BTreeSet<PoNumber>,
    requests: BTreeSet<ReturnRequestId>,
    receipts: BTreeSet<ReceiptId>,
    numbers: BTreeSet<RmaNumber>,
    warehouses: BTreeSet<WarehouseId>,
    skus: BTreeSet<Sku>,
}

/// Brings everything that deciding `messages` may touch.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    // The series' row comes first: whoever decides on returns holds it, one batch at a time.
    let decides = !(named.asked.is_empty() && named.numbers.is_empty());
    let series = row::lock(tx, "series", decides.then(|| RMA.to_owned())).await?;
    let seller = decides.then(|| CompanyUpdated::SELLER.to_owned());
    let mut orders: Vec<_> = row::lock(tx, "order_id", named.asked.iter().copied()).await?;
    orders.extend(row::find(tx, "po_number", named.po_numbers).await?);
    let mut authorizations: Vec<Authorization> =
        row::lock(tx, "order_id", named.asked.iter().copied()).await?;
    authorizations.extend(row::lock(tx, "rma_number", named.numbers).await?);
    if !named.receipts.is_empty() {
        // Who may receive a return is read from what left of its order.
        named.asked.extend(authorizations.iter().map(|one| one.order_id));
    }
    let dispatches: Vec<Dispatch> = row::find(tx, "order_id", named.asked).await?;
    named.warehouses.extend(dispatches.iter().map(|one| one.warehouse_id.clone()));
    named.skus.extend(dispatches.iter().map(|one| one.sku.clone()));
    let numbers: BTreeSet<RmaNumber> =
        authorizations.iter().map(|one| one.rma_number.clone()).collect();
    Ok(Set {
        company: Rows::loaded(row::find(tx, "company", seller).await?),
        warehouses: Rows::loaded(row::find(tx, "warehouse_id", named.warehouses).await?),
        items: Rows::loaded(row::find(tx, "sku", named.skus).await?),
        orders: Rows::loaded(orders),
        order_lines: Rows::loaded(row::lock(tx, "order_id", named.orders).await?),
        dispatches: Rows::loaded(dispatches),
        series: Rows::loaded(series),
        requests: Rows::loaded(row::find(tx, "return_request_id", named.requests).await?),
        authorizations: Rows::loaded(authorizations),
        lines: Rows::loaded(row::lock(tx, "rma_number", numbers).await?),
        receipts: Rows::loaded(row::find(tx, "receipt_id", named.receipts).await?),
    })
}

impl Named {
    fn note(&mut self, message: &Message) {
        match message {
            Message::Request(partner, request) => {
                let order_id = OrderId::of(partner, &request.po_number);
                self.asked.insert(order_id);
                self.orders.insert(order_id);
                self.po_numbers.insert(request.po_number.clone());
                self.requests.insert(request.return_request_id.clone());
            }
            Message::Receipt(_, receipt) => {
                self.receipts.insert(receipt.receipt_id.clone());
                self.numbers.insert(receipt.rma_number.clone());
                self.warehouses.insert(receipt.warehouse_id.clone());
                self.skus.extend(receipt.lines.iter().filter_map(|line| line.sku.clone()));
            }
            Message::Expire(rma_number) => {
                self.numbers.insert(rma_number.clone());
            }
            Message::Cancelled(cancelled) => {
                self.orders.insert(cancelled.order_id);
            }
            Message::Dispatched(dispatched) => {
                self.warehouses.insert(dispatched.warehouse_id.clone());
            }
            Message::Ordered(_)
            | Message::Warehouse(_)
            | Message::Item(_)
            | Message::Company(_) => {}
        }
    }
}

/// Open authorisations whose last day is over, the oldest first.
pub async fn expired(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<RmaNumber>, DbErr> {
    let sellers: Vec<Seller> =
        row::find(tx, "company", [CompanyUpdated::SELLER.to_owned()]).await?;
    let today = Calendar::of(&Rows::loaded(sellers)).day(now);
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Authorization>();
    select.and_where(column("status").eq(Status::Open.value()));
    select.and_where(column("expires_on").lt(today.value()));
    select.order_by(Alias::new("expires_on"), Direction::Asc);
    select.order_by(Alias::new("rma_number"), Direction::Asc);
    let overdue: Vec<Authorization> = row::fetch(tx, select.limit(limit)).await?;
    Ok(overdue.into_iter().map(|one| one.rma_number).collect())
}
