//! Leases: one replica at a time delivers to a warehouse.

use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    column::Cell,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};
use sea_orm::ConnectionTrait;

use super::rows::Lease;

/// Takes or renews the lease of a warehouse's lane, so that replicas do not send the same at the same
/// time. Returns whether this replica holds it.
pub async fn hold(db: &DatabaseConnection, lease: &Lease, now: Timestamp) -> Result<bool, DbErr> {
    let mut insert = Query::insert();
    insert.into_table(Alias::new("delivery_leases"));
    insert.columns(["warehouse_id", "holder", "held_until"].map(Alias::new));
    insert.values_panic(
        [lease.warehouse_id.value(), lease.holder.value(), lease.held_until.value()].map(Expr::val),
    );
    let table = Alias::new("delivery_leases");
    let held = |name: &str| Expr::col((table.clone(), Alias::new(name)));
    let mut conflict = OnConflict::column(Alias::new("warehouse_id"));
    conflict.update_columns(["holder", "held_until"].map(Alias::new));
    conflict.action_and_where(
        held("holder").eq(lease.holder.value()).or(held("held_until").lt(now.value())),
    );
    insert.on_conflict(conflict);
    Ok(db.execute(&insert).await?.rows_affected() == 1)
}

/// Gives a lease back, so that another replica need not wait for its end.
pub async fn release(db: &DatabaseConnection, lease: &Lease) -> Result<(), DbErr> {
    let mut delete = Query::delete();
    delete.from_table(Alias::new("delivery_leases"));
    delete.and_where(column("warehouse_id").eq(lease.warehouse_id.value()));
    delete.and_where(column("holder").eq(lease.holder.value()));
    db.execute(&delete).await.map(|_| ())
}

fn column(name: &str) -> Expr {
    Expr::col(Alias::new(name))
}
