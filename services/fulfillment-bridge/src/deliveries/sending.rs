//! Notes documents for warehouses in the transaction that sends them.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ShipmentId, WarehouseId,
    document::{
        DocumentAck, Egress, LineQuantity, Rejection, ShipCancel, ShipConfirmAck, ShipOrder,
    },
};
use edi::warehouse::{SHIPPING_ORDER, cancelled, changed, ordered};
use jiff::Timestamp;
use mesh::{DatabaseTransaction, DbErr, Letter, row};
use serde::{Deserialize, de::DeserializeOwned};

use super::write::{Draft, FAILED, OUT, X12, interchange, queue};
use crate::{
    config::{Config, Drop, Reach},
    domain::{
        shipment::{Line, Shipment},
        sum,
        warehouse::Warehouse,
    },
};

/// What a letter says of where it belongs.
#[derive(Deserialize)]
struct Place {
    warehouse_id: Option<WarehouseId>,
    shipment_id: Option<ShipmentId>,
}

/// What the letters of a batch are about.
struct Known {
    shipments: BTreeMap<ShipmentId, Shipment>,
    /// The configured warehouses that each partner speaks for.
    warehouses: BTreeMap<String, Vec<WarehouseId>>,
}

/// Writes a row for each document to a configured warehouse; everything else goes over NATS alone.
pub async fn sending(
    tx: &DatabaseTransaction,
    letters: &[Letter<'_>],
    config: &Config,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut wanted: Vec<(&Letter<'_>, Place)> = Vec::new();
    for letter in letters.iter().filter(|letter| is_for_warehouses(letter.document)) {
        wanted.push((letter, read(letter)?));
    }
    if wanted.is_empty() || config.warehouses.is_empty() {
        return Ok(());
    }
    let known = Known::of(tx, config, wanted.iter().filter_map(|(_, at)| at.shipment_id)).await?;
    let mut drafts: BTreeMap<&WarehouseId, Vec<Draft>> = BTreeMap::new();
    for (letter, place) in wanted {
        for warehouse_id in known.whose(letter, &place) {
            let Some((id, reach)) = config.warehouses.get_key_value(&warehouse_id) else {
                continue;
            };
            let draft = match reach {
                Reach::Webhook(_) => Some(as_json(letter)),
                Reach::Drop(drop) => as_file(tx, drop, letter, &known, now).await?,
            };
            drafts.entry(id).or_default().extend(draft);
        }
    }
    // In one order of warehouses: two replicas must not wait for each other's counters.
    for (warehouse_id, drafts) in drafts {
        queue(tx, warehouse_id, drafts, now).await?;
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

fn read<T: DeserializeOwned>(letter: &Letter<'_>) -> Result<T, DbErr> {
    serde_json::from_slice(letter.body).map_err(|error| DbErr::Json(error.to_string()))
}

impl Known {
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

    /// The warehouse that a letter names, where it is one of its recipient's; all of the
    /// recipient's where it names none: an answer to what could not be read belongs to none.
    fn whose(&self, letter: &Letter<'_>, place: &Place) -> Vec<WarehouseId> {
        let Some(all) = self.warehouses.get(letter.recipient) else { return Vec::new() };
        let of_shipment = place.shipment_id.and_then(|id| self.shipments.get(&id));
        let named = place.warehouse_id.as_ref().or(of_shipment.map(|it| &it.warehouse_id));
        match named {
            Some(named) => all.iter().filter(|id| *id == named).cloned().collect(),
            None => all.clone(),
        }
    }
}

fn as_json(letter: &Letter<'_>) -> Draft {
    Draft {
        id: letter.id.to_owned(),
        document: letter.document.to_owned(),
        content_type: "application/json",
        file: None,
        body: letter.body.to_vec(),
    }
}

/// What a folder gets of it: shipping orders in X12, and rejections beside the files that could not
/// be taken. Acknowledgements have no form there but the 997 of the file.
async fn as_file(
    tx: &DatabaseTransaction,
    drop: &Drop,
    letter: &Letter<'_>,
    known: &Known,
    now: Timestamp,
) -> Result<Option<Draft>, DbErr> {
    let set = match letter.document {
        ShipOrder::DOCUMENT => Some(ordered(&read(letter)?)),
        ShipCancel::DOCUMENT => {
            let cancel: ShipCancel = read(letter)?;
            let shipment = known.shipments.get(&cancel.shipment_id);
            match shipment {
                Some(shipment) => {
                    let left = left(tx, shipment).await?;
                    Some(if left.lines.is_empty() { cancelled(&left) } else { changed(&left) })
                }
                None => None,
            }
        }
        Rejection::DOCUMENT => {
            let file = format!("{FAILED}/{}.rejection.json", letter.id);
            return Ok(Some(Draft { file: Some(file), ..as_json(letter) }));
        }
        _ => None,
    };
    let Some(set) = set else { return Ok(None) };
    let (text, control) = interchange(tx, drop, SHIPPING_ORDER, set, now).await?;
    Ok(Some(Draft {
        id: letter.id.to_owned(),
        document: letter.document.to_owned(),
        content_type: X12,
        file: Some(format!("{OUT}/940-{control:09}.edi")),
        body: text.into_bytes(),
    }))
}

/// A 940 that takes something back says all that is to leave, what has left included: its figures
/// replace those of before. They are read here, where the batch has saved them, and not when the
/// file is written, so that each file says what its document meant.
async fn left(tx: &DatabaseTransaction, shipment: &Shipment) -> Result<ShipOrder, DbErr> {
    let lines: Vec<Line> = row::find(tx, "shipment_id", [shipment.shipment_id]).await?;
    let lines = lines.into_iter().map(|line| LineQuantity {
        line: line.line,
        sku: line.sku.clone(),
        quantity: sum(line.dispatched, line.open()),
    });
    Ok(ShipOrder {
        shipment_id: shipment.shipment_id,
        order_id: shipment.order_id,
        po_number: shipment.po_number.clone(),
        warehouse_id: shipment.warehouse_id.clone(),
        ship_to: shipment.ship_to.0.clone(),
        requested_ship_date: shipment.requested_ship_date,
        lines: lines.filter(|line| !line.quantity.is_zero()).collect(),
    })
}
