//! Every query of the decisions: the rows that a batch may touch, one query per table.

use std::collections::BTreeSet;

use contracts::{
    CommandId, OrderId, PartnerName, ShipmentId, Sku, WarehouseId, document::ShipConfirm,
};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DatabaseTransaction, DbErr, Load, Partners, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query},
};
use sea_orm::ConnectionTrait;

use crate::{
    FulfillmentBridge,
    domain::{
        arrival::Arrival, channel::Channel, ship_notice::is_wanted_in_x12, shipment::Shipment,
    },
    unit_of_work::UnitOfWork,
};

/// The rows that the messages of a batch name.
#[derive(Debug, Default)]
pub struct Keys {
    /// Orders with their shipments.
    pub orders: BTreeSet<OrderId>,
    pub shipments: BTreeSet<ShipmentId>,
    /// Shipments that goods may leave with: their buyers are notified.
    pub dispatches: BTreeSet<ShipmentId>,
    /// Buyers of shipments that the batch makes.
    pub buyers: BTreeSet<PartnerName>,
    /// Partners that are notified in X12.
    x12_partners: BTreeSet<PartnerName>,
    pub warehouses: BTreeSet<WarehouseId>,
    pub items: BTreeSet<Sku>,
    pub arrivals: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
}

impl Keys {
    /// Adds the rows that a confirmation needs.
    pub fn confirmation(&mut self, confirm: &ShipConfirm) {
        self.dispatch(confirm.shipment_id, confirm.lines.iter().map(|line| &line.sku));
    }

    /// Adds a shipment that these items may leave with.
    pub fn dispatch<'a>(&mut self, id: ShipmentId, items: impl Iterator<Item = &'a Sku>) {
        self.shipments.insert(id);
        self.dispatches.insert(id);
        self.items.extend(items.cloned());
    }

    /// Adds what the partners' records say.
    pub fn resolve(&mut self, partners: &Partners) {
        if !self.dispatches.is_empty() {
            let in_x12 = partners.values().filter(|it| it.x12.is_some() && is_wanted_in_x12(it));
            self.x12_partners = in_x12.map(|record| record.partner.clone()).collect();
        }
    }

    /// The channels of the buyers that may be notified in X12. A shipment that is not there yet may
    /// be made in this batch.
    fn channels(&self, shipments: &Rows<Shipment>) -> Vec<Channel> {
        if self.x12_partners.is_empty() {
            return Vec::new();
        }
        let found: BTreeSet<ShipmentId> = shipments.found().map(|it| it.shipment_id).collect();
        let leaving = shipments.found().filter(|it| self.dispatches.contains(&it.shipment_id));
        let mut buyers: BTreeSet<&PartnerName> = leaving.map(|it| &it.partner).collect();
        if !self.dispatches.is_subset(&found) {
            buyers.extend(&self.buyers);
        }
        let in_x12 = buyers.into_iter().filter(|buyer| self.x12_partners.contains(*buyer));
        in_x12.cloned().map(Channel::new).collect()
    }
}

impl Load for FulfillmentBridge {
    type Keys = Keys;
    type Work = UnitOfWork;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
        load(tx, keys).await
    }
}

/// A shipment leads to its order, and the order to all of its shipments. The order's row, which is
/// there before its first shipment, is locked first, so that two batches never decide on one order
/// at the same time. Channels are locked behind everything else.
async fn load(tx: &DatabaseTransaction, mut keys: Keys) -> Result<UnitOfWork, DbErr> {
    let shipments = Rows::<Shipment>::find(tx, "shipment_id", keys.shipments.iter().copied());
    let shipments = shipments.await?;
    keys.orders.extend(shipments.found().map(|shipment| shipment.order_id));
    let orders = Rows::lock(tx, "order_id", keys.orders.iter().copied()).await?;
    let order_lines = Rows::lock(tx, "order_id", keys.orders.iter().copied()).await?;
    let shipments = shipments.and_lock(tx, "order_id", keys.orders.iter().copied()).await?;
    let channels = keys.channels(&shipments);
    let ids: BTreeSet<ShipmentId> = shipments.found().map(|it| it.shipment_id).collect();
    keys.warehouses.extend(shipments.found().map(|shipment| shipment.warehouse_id.clone()));
    Ok(UnitOfWork {
        warehouses: Rows::find(tx, "warehouse_id", keys.warehouses).await?,
        items: Rows::find(tx, "sku", keys.items).await?,
        orders,
        order_lines,
        shipments,
        lines: Rows::lock(tx, "shipment_id", ids.iter().copied()).await?,
        confirmations: Rows::lock(tx, "shipment_id", ids).await?,
        refusals: Rows::lock(tx, "shipment_id", keys.shipments).await?,
        commands: Rows::find(tx, "command_id", keys.commands).await?,
        arrivals: Rows::lock(tx, "id", keys.arrivals).await?,
        channels: lock_or_make(tx, &channels).await?,
    })
}

/// Two replicas must not use one control number twice: the rows that are missing are made first.
async fn lock_or_make(
    tx: &DatabaseTransaction,
    channels: &[Channel],
) -> Result<Rows<Channel>, DbErr> {
    if channels.is_empty() {
        return Ok(Rows::default());
    }
    Rows::lock_or_make(tx, "partner", |channel: &Channel| channel.partner.clone(), channels).await
}

/// Confirmations of files that are to be decided now, oldest first.
pub async fn due_arrivals(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Arrival>, DbErr> {
    let mut select = row::select::<Arrival>();
    select.and_where(Expr::col(Alias::new("due_at")).lte(now.value()));
    select.order_by(Alias::new("due_at"), Direction::Asc);
    select.order_by(Alias::new("id"), Direction::Asc);
    row::fetch(tx, select.limit(limit)).await
}

/// The number of confirmations of files that are not decided.
pub async fn undecided_arrivals(db: &DatabaseConnection) -> Result<i64, DbErr> {
    let mut select = Query::select();
    let count = Expr::col(Alias::new("id")).count();
    select.from(Alias::new("arrivals")).expr_as(count, Alias::new("number"));
    let found = db.query_one(&select).await?;
    found.map_or(Ok(0), |found| found.try_get("", "number"))
}
