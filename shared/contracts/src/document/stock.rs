//! What a warehouse has: a count of it, a change of it, or goods on their way to another.

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

/// A `stock` document; its `kind` says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Stock {
    /// What is on hand.
    Snapshot(StockSnapshot),
    /// What came or went.
    Adjustment(StockAdjustment),
    /// What goes to another warehouse.
    Transfer(StockTransfer),
}

closed_set! {
    /// The tag of a snapshot.
    SnapshotKind {
        /// A snapshot.
        Snapshot,
    }
}

closed_set! {
    /// The tag of an adjustment.
    AdjustmentKind {
        /// An adjustment.
        Adjustment,
    }
}

closed_set! {
    /// The tag of a transfer.
    TransferKind {
        /// A transfer.
        Transfer,
    }
}

/// What is on hand at a moment; items it does not name keep their figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockSnapshot {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Where.
    pub warehouse_id: WarehouseId,
    /// `snapshot`.
    pub kind: SnapshotKind,
    /// Its number, ascending per warehouse.
    pub sequence: u64,
    /// The moment of the count.
    pub as_of: Timestamp,
    /// What was counted.
    pub lines: Vec<StockSnapshotLine>,
}

/// A counted item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockSnapshotLine {
    /// The item.
    pub sku: Sku,
    /// How much of it is there.
    pub on_hand: Quantity,
}

closed_set! {
    /// Why stock came or went.
    AdjustmentReason {
        /// Goods came in.
        Receipt,
        /// A count found another figure.
        CycleCount,
        /// Goods can not be sold.
        Damage,
        /// An earlier figure was wrong.
        Correction,
    }
}

/// What came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockAdjustment {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Where.
    pub warehouse_id: WarehouseId,
    /// `adjustment`.
    pub kind: AdjustmentKind,
    /// The warehouse's id of it.
    pub adjustment_id: AdjustmentId,
    /// Why.
    pub reason: AdjustmentReason,
    /// When; none, now.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// What.
    pub lines: Vec<StockAdjustmentLine>,
}

/// An item that came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockAdjustmentLine {
    /// The item.
    pub sku: Sku,
    /// How much more there is; negative, how much less.
    pub quantity: SignedQuantity,
}

/// What goes to another warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockTransfer {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Where it comes from.
    pub warehouse_id: WarehouseId,
    /// `transfer`.
    pub kind: TransferKind,
    /// The warehouse's id of it.
    pub transfer_id: TransferId,
    /// Where it goes.
    pub to_warehouse_id: WarehouseId,
    /// When it left, or was received.
    pub occurred_at: Timestamp,
    /// What.
    pub lines: Vec<StockTransferLine>,
    /// Whether these goods have arrived; else they are on their way.
    #[serde(default)]
    pub received: bool,
    /// The receipt, of those by which it arrives; none, the `transfer_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_id: Option<ReceiptId>,
    /// Whether nothing more will arrive: the rest is written off. So it is where nothing is said.
    #[serde(rename = "final", default = "yes", skip_serializing_if = "is_yes")]
    pub is_final: bool,
}

/// An item on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StockTransferLine {
    /// The item.
    pub sku: Sku,
    /// How much of it.
    pub quantity: Quantity,
}

impl Stock {
    /// The warehouse that speaks.
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

/// One of three; `faults` looks at the one that `kind` names.
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
