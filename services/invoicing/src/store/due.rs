//! Work that earlier decisions have left.

use contracts::CommandId;
use jiff::Timestamp;
use mesh::{
    DatabaseTransaction, DbErr,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use super::tax_asks;
use crate::{
    config::TaxEngine,
    domain::{
        counter::{Counter, Name},
        dispatch::{self, Waiting},
        period::Closing,
        tax_quote::Ask,
    },
};

/// Returns commands whose day is confirmed.
pub async fn confirmed(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<CommandId>, DbErr> {
    let mut select = row::select::<Closing>();
    select.and_where(Expr::col(Alias::new("confirmed")));
    select.order_by(Alias::new("command_id"), Direction::Asc);
    let confirmed: Vec<Closing> = row::fetch(tx, select.limit(limit)).await?;
    Ok(confirmed.into_iter().map(|closing| closing.command_id).collect())
}

/// Returns dispatches about which the tax engine has been asked and will say no more.
pub async fn quoted(
    tx: &DatabaseTransaction,
    config: &TaxEngine,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<dispatch::Key>, DbErr> {
    let settled = tax_asks::settled(tx, config, now, limit).await?;
    let key = |ask: Ask| (ask.order_id, ask.shipment_id, ask.confirmation_id);
    Ok(settled.into_iter().map(key).collect())
}

/// Returns dispatches that have not been tried since the last tax rate came.
pub async fn rated(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<dispatch::Key>, DbErr> {
    let counters: Vec<Counter> = row::find(tx, "counter", [Name::TaxRates]).await?;
    let rates = counters.first().map_or(0, |counter| counter.value);
    let mut select = row::select::<Waiting>();
    select.and_where(Expr::col(Alias::new("tried")).lt(rates.value()));
    for column in ["tried", "shipment_id", "confirmation_id"] {
        select.order_by(Alias::new(column), Direction::Asc);
    }
    let waiting: Vec<Waiting> = row::fetch(tx, select.limit(limit)).await?;
    let key = |it: Waiting| (it.order_id, it.shipment_id, it.confirmation_id);
    Ok(waiting.into_iter().map(key).collect())
}
