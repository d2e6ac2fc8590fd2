//! Queues documents for warehouses in the transaction that sends them.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ShipmentId, WarehouseId,
    document::{
        DocumentAck, Egress, LineQuantity, Rejection, ShipCancel, ShipConfirmAck, ShipOrder,
    },
};
use edi::warehouse::{SHIPPING_ORDER, cancelled, changed, ordered};
use jiff::Timestamp;
use mesh::{DatabaseTransaction, DbErr, Halt, OutboundDocument, checked::plus, row};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    folders::{FAILED, OUT},
    interchange::{X12, write_set},
    queue::{NewDelivery, enqueue},
};
use crate::{
    config::{Config, Drop, Reach},
    domain::{
        shipment::{Line, Shipment},
        warehouse::Warehouse,
    },
};

/// The fields of a document that name its warehouse.
#[derive(Deserialize)]
struct Subject {
    warehouse_id: Option<WarehouseId>,
    shipment_id: Option<ShipmentId>,
}

/// The shipments and warehouses that the documents of a batch name.
struct Found {
    shipments: BTreeMap<ShipmentId, Shipment>,
    /// The configured warehouses that each partner speaks for.
    warehouses: BTreeMap<String, Vec<WarehouseId>>,
}

/// Writes a row for each document to a configured warehouse; everything else goes over NATS alone.
pub async fn before_commit(
    tx: &DatabaseTransaction,
    documents: &[OutboundDocument<'_>],
    config: &Config,
) -> Result<(), DbErr> {
    let now = Timestamp::now();
    let mut wanted: Vec<(&OutboundDocument<'_>, Subject)> = Vec::new();
    for document in documents.iter().filter(|it| is_for_warehouses(it.document)) {
        wanted.push((document, read(document)?));
    }
    if wanted.is_empty() || config.warehouses.is_empty() {
        return Ok(());
    }
    let found = Found::of(tx, config, wanted.iter().filter_map(|(_, at)| at.shipment_id)).await?;
    let mut deliveries: BTreeMap<&WarehouseId, Vec<NewDelivery>> = BTreeMap::new();
    for (document, subject) in wanted {
        for warehouse_id in found.warehouses_of(document, &subject) {
            let Some((id, reach)) = config.warehouses.get_key_value(&warehouse_id) else {
                continue;
            };
            let delivery = match reach {
                Reach::Webhook(_) => Some(as_json(document)),
                Reach::Drop(drop) => as_file(tx, drop, document, &found, now).await?,
            };
            deliveries.entry(id).or_default().extend(delivery);
        }
    }
    // In one order of warehouses: two replicas must not wait for each other's counters.
    for (warehouse_id, deliveries) in deliveries {
        enqueue(tx, warehouse_id, deliveries, now).await?;
    }
    Ok(())
}

fn is_for_warehouses(document: &str) -> bool {
    [
        ShipOrder::DOCUMENT,
        ShipCancel::DOCUMENT,
        ShipConfirmAck::DOCUMENT,
        DocumentAck::DOCUMENT,
        Rejection::DOCUMENT,
    ]
    .contains(&document)
}

fn read<T: DeserializeOwned>(document: &OutboundDocument<'_>) -> Result<T, DbErr> {
    serde_json::from_slice(document.body).map_err(|error| DbErr::Json(error.to_string()))
}

impl Found {
    async fn of(
        tx: &DatabaseTransaction,
        config: &Config,
        shipments: impl Iterator<Item = ShipmentId>,
    ) -> Result<Self, DbErr> {
        let ids: BTreeSet<ShipmentId> = shipments.collect();
        let shipments: Vec<Shipment> = row::find(tx, "shipment_id", ids).await?;
        let configured = config.warehouses.keys().cloned();
        let rows: Vec<Warehouse> = row::find(tx, "warehouse_id", configured).await?;
        let mut warehouses: BTreeMap<String, Vec<WarehouseId>> = BTreeMap::new();
        for row in rows {
            let partner = row.record.partner.to_string();
            warehouses.entry(partner).or_default().push(row.warehouse_id);
        }
        let shipments = shipments.into_iter().map(|it| (it.shipment_id, it)).collect();
        Ok(Self { shipments, warehouses })
    }

    /// The warehouse that a document names, if it is one of the recipient's; all of the recipient's
    /// if it names none: an answer to a document that could not be read belongs to none.
    fn warehouses_of(
        &self,
        document: &OutboundDocument<'_>,
        subject: &Subject,
    ) -> Vec<WarehouseId> {
        let Some(all) = self.warehouses.get(document.recipient) else { return Vec::new() };
        let of_shipment = subject.shipment_id.and_then(|id| self.shipments.get(&id));
        let named = subject.warehouse_id.as_ref().or(of_shipment.map(|it| &it.warehouse_id));
        match named {
            Some(named) => all.iter().filter(|id| *id == named).cloned().collect(),
            None => all.clone(),
        }
    }
}

fn as_json(document: &OutboundDocument<'_>) -> NewDelivery {
    NewDelivery {
        id: document.id.to_owned(),
        document: document.document.to_owned(),
        content_type: "application/json",
        file: None,
        body: document.body.to_vec(),
    }
}

/// Writes the file of a document: a shipping order in X12, or a rejection beside the file that could
/// not be taken. Acknowledgements have no form there but the 997 of the file.
async fn as_file(
    tx: &DatabaseTransaction,
    drop: &Drop,
    document: &OutboundDocument<'_>,
    found: &Found,
    now: Timestamp,
) -> Result<Option<NewDelivery>, DbErr> {
    let set = match document.document {
        ShipOrder::DOCUMENT => Some(ordered(&read(document)?)),
        ShipCancel::DOCUMENT => {
            let cancel: ShipCancel = read(document)?;
            let shipment = found.shipments.get(&cancel.shipment_id);
            match shipment {
                Some(shipment) => {
                    let total = total(tx, shipment).await?;
                    Some(if total.lines.is_empty() { cancelled(&total) } else { changed(&total) })
                }
                None => None,
            }
        }
        Rejection::DOCUMENT => {
            let file = format!("{FAILED}/{}.rejection.json", document.id);
            return Ok(Some(NewDelivery { file: Some(file), ..as_json(document) }));
        }
        _ => None,
    };
    let Some(set) = set else { return Ok(None) };
    let (text, control) = write_set(tx, drop, SHIPPING_ORDER, set, now).await?;
    Ok(Some(NewDelivery {
        id: document.id.to_owned(),
        document: document.document.to_owned(),
        content_type: X12,
        file: Some(format!("{OUT}/940-{control:09}.edi")),
        body: text.into_bytes(),
    }))
}

/// A 940 that takes something back says all that is to leave, what has left included: its figures
/// replace those of before. They are read here, where the batch has saved them, and not when the
/// file is written, so that each file says what its document meant.
async fn total(tx: &DatabaseTransaction, shipment: &Shipment) -> Result<ShipOrder, DbErr> {
    let lines: Vec<Line> = row::find(tx, "shipment_id", [shipment.shipment_id]).await?;
    let total = |line: Line| {
        let quantity = plus(line.dispatched, line.open()?)?;
        Ok(LineQuantity { line: line.line, sku: line.sku, quantity })
    };
    let lines: Result<Vec<LineQuantity>, Halt> = lines.into_iter().map(total).collect();
    let mut lines = lines.map_err(|halt| DbErr::Custom(format!("{halt:?}")))?;
    lines.retain(|line| !line.quantity.is_zero());
    Ok(shipment.ship_order(lines))
}
