//! Stock of a warehouse: counts, adjustments, and transfers to another warehouse.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;

use super::{
    Ingress, Kind,
    read::{Unreadable, read_json},
    shape::{self, Field, Shape, each, shape, value},
};
use crate::{
    closed::closed_set,
    decimal::{Quantity, SignedQuantity},
    ids::{AdjustmentId, DocumentId, ReceiptId, Sku, TransferId, WarehouseId},
    reason::Reason,
};

/// A `stock` document; its `kind` names the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Stock {
    /// A count of the stock on hand.
    Snapshot(StockSnapshot),
    /// Goods that came, went or were counted wrong.
    Adjustment(StockAdjustment),
    /// Goods that go to another warehouse.
    Transfer(StockTransfer),
}

closed_set! {
    /// The `kind` of a snapshot.
    SnapshotKind {
        /// The only value, `snapshot`.
        Snapshot,
    }
}

closed_set! {
    /// The `kind` of an adjustment.
    AdjustmentKind {
        /// The only value, `adjustment`.
        Adjustment,
    }
}

closed_set! {
    /// The `kind` of a transfer.
    TransferKind {
        /// The only value, `transfer`.
        Transfer,
    }
}

/// A count of the stock at a moment; items that it does not name keep their quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockSnapshot {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The warehouse whose stock it is.
    pub warehouse_id: WarehouseId,
    /// The tag, always `snapshot`.
    pub kind: SnapshotKind,
    /// The snapshot's number, ascending per warehouse.
    pub sequence: u64,
    /// The moment of the count.
    pub as_of: Timestamp,
    /// The counted items with their quantities.
    pub lines: Vec<StockSnapshotLine>,
}

/// A counted item with its quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockSnapshotLine {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity on hand, in stock units.
    pub on_hand: Quantity,
}

closed_set! {
    /// The reason for a stock adjustment.
    AdjustmentReason {
        /// Goods were received into the warehouse.
        Receipt,
        /// A cycle count found another quantity.
        CycleCount,
        /// Goods were damaged and cannot be sold.
        Damage,
        /// An earlier quantity was wrong.
        Correction,
    }
}

/// A change of a warehouse's stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockAdjustment {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The warehouse whose stock it is.
    pub warehouse_id: WarehouseId,
    /// The tag, always `adjustment`.
    pub kind: AdjustmentKind,
    /// The warehouse's id for this movement.
    pub adjustment_id: AdjustmentId,
    /// The reason for the adjustment.
    pub reason: AdjustmentReason,
    /// The time of the change; none, now.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// The items that changed, with the differences.
    pub lines: Vec<StockAdjustmentLine>,
}

/// A change of an item's stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockAdjustmentLine {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The difference in stock units; negative for a loss.
    pub quantity: SignedQuantity,
}

/// A transfer of goods to another warehouse, as it leaves or arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockTransfer {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The warehouse that the goods leave.
    pub warehouse_id: WarehouseId,
    /// The tag, always `transfer`.
    pub kind: TransferKind,
    /// The warehouse's id for this movement.
    pub transfer_id: TransferId,
    /// The warehouse that the goods go to.
    pub to_warehouse_id: WarehouseId,
    /// The time at which the goods left, or arrived.
    pub occurred_at: Timestamp,
    /// The items and quantities on their way.
    pub lines: Vec<StockTransferLine>,
    /// True if these goods have arrived; false while they are on their way.
    #[serde(default)]
    pub received: bool,
    /// The id of this receipt, where a transfer arrives in several; none, the `transfer_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_id: Option<ReceiptId>,
    /// True, the default, if nothing more will arrive; the rest is then written off.
    #[serde(rename = "final", default = "yes", skip_serializing_if = "is_yes")]
    pub is_final: bool,
}

/// A quantity of an item on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockTransferLine {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
}

impl Stock {
    /// Returns the warehouse that sent the document.
    #[must_use]
    pub fn warehouse_id(&self) -> &WarehouseId {
        match self {
            Self::Snapshot(it) => &it.warehouse_id,
            Self::Adjustment(it) => &it.warehouse_id,
            Self::Transfer(it) => &it.warehouse_id,
        }
    }
}

impl Ingress for Stock {
    const KIND: Kind = Kind::Stock;

    fn document_id(&self) -> Option<&DocumentId> {
        match self {
            Self::Snapshot(it) => it.document_id.as_ref(),
            Self::Adjustment(it) => it.document_id.as_ref(),
            Self::Transfer(it) => it.document_id.as_ref(),
        }
    }

    fn key(&self) -> String {
        match self {
            Self::Snapshot(it) => format!("{}/{}", it.warehouse_id, it.sequence),
            Self::Adjustment(it) => it.adjustment_id.to_string(),
            Self::Transfer(it) => it.transfer_id.to_string(),
        }
    }

    fn content(&self) -> Self {
        let mut copy = self.clone();
        match &mut copy {
            Self::Snapshot(it) => it.document_id = None,
            Self::Adjustment(it) => it.document_id = None,
            Self::Transfer(it) => it.document_id = None,
        }
        copy
    }

    fn faults(raw: &RawValue) -> Vec<Unreadable> {
        let mut found = Vec::new();
        match serde_json::from_str::<Tagged>(raw.get()).ok().and_then(|it| it.kind).as_deref() {
            Some("snapshot") => shape::object::<StockSnapshot>(raw, "", &mut found),
            Some("adjustment") => shape::object::<StockAdjustment>(raw, "", &mut found),
            Some("transfer") => shape::object::<StockTransfer>(raw, "", &mut found),
            Some(_) | None => found.extend(Self::parse(raw.get().as_bytes()).err()),
        }
        found
    }

    fn parse(payload: &[u8]) -> Result<Self, Unreadable> {
        let Tagged { kind } = read_json(payload)?;
        match kind.as_deref() {
            Some("snapshot") => read_json(payload).map(Self::Snapshot),
            Some("adjustment") => read_json(payload).map(Self::Adjustment),
            Some("transfer") => read_json(payload).map(Self::Transfer),
            Some(other) => {
                let message = format!("`{other}` is not snapshot, adjustment or transfer");
                Err(Unreadable::invalid("kind", message))
            }
            None => Err(Unreadable {
                code: Reason::MissingField,
                path: "kind".to_owned(),
                message: "missing field `kind`".to_owned(),
            }),
        }
    }
}

impl<'de> Deserialize<'de> for Stock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get().as_bytes()).map_err(D::Error::custom)
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

#[derive(Deserialize)]
struct Tagged {
    #[serde(default)]
    kind: Option<String>,
}

/// Declares no fields: `faults` checks those of the variant that `kind` names.
impl Shape for Stock {
    const FIELDS: &'static [Field] = &[];
}

shape! {
    StockSnapshot {
        "warehouse_id": value::<WarehouseId>, "kind": value::<SnapshotKind>,
        "sequence": value::<u64>, "as_of": value::<Timestamp>, "lines": each::<StockSnapshotLine>,
    } may { "document_id": value::<DocumentId> }
    StockSnapshotLine { "sku": value::<Sku>, "on_hand": value::<Quantity> } may {}
    StockAdjustment {
        "warehouse_id": value::<WarehouseId>, "kind": value::<AdjustmentKind>,
        "adjustment_id": value::<AdjustmentId>, "reason": value::<AdjustmentReason>,
        "lines": each::<StockAdjustmentLine>,
    } may { "document_id": value::<DocumentId>, "occurred_at": value::<Timestamp> }
    StockAdjustmentLine { "sku": value::<Sku>, "quantity": value::<SignedQuantity> } may {}
    StockTransfer {
        "warehouse_id": value::<WarehouseId>, "kind": value::<TransferKind>,
        "transfer_id": value::<TransferId>, "to_warehouse_id": value::<WarehouseId>,
        "occurred_at": value::<Timestamp>, "lines": each::<StockTransferLine>,
    } may {
        "document_id": value::<DocumentId>, "received": value::<bool>,
        "receipt_id": value::<ReceiptId>, "final": value::<bool>,
    }
    StockTransferLine { "sku": value::<Sku>, "quantity": value::<Quantity> } may {}
}
