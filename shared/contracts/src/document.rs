//! Documents: what partners send (ingress) and what they are told (egress).

mod answers;
mod invoice;
mod kind;
mod master;
mod order;
mod order_ack;
mod part;
mod payment;
mod price;
mod read;
mod returns;
mod shape;
mod shipment;
mod stock;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    ids::{DocumentId, derived},
    partner::Role,
};

pub use answers::{
    AckStatus, CommandResult, CommandStatus, DocumentAck, Journal, JournalLine, LedgerAccount,
    Rejection,
};
pub use invoice::{CreditMemo, Invoice, InvoiceCharge, InvoiceLine, TaxSubtotal};
pub use kind::{Kind, MAX_BYTES};
pub use master::{
    Company, Customer, CustomerStatus, Item, ItemCode, ItemStatus, ItemUom, Warehouse,
    WarehouseStatus,
};
pub use order::{Channel, Order, OrderCancel, OrderChange, OrderChangeLine, OrderLine};
pub use order_ack::{
    ChangeStatus, OrderAck, OrderAckLine, OrderAckStatus, OrderChangeAck, OrderChangeAckLine,
};
pub use part::{Address, Charge, LineQuantity, Terms};
pub use payment::{
    AppliedAmount, Payment, PaymentAck, PaymentAckStatus, PaymentException, PaymentReversal,
    PaymentStatus, Remittance,
};
pub use price::{Price, PriceList, TaxCode, TaxRate};
pub use read::{Faults, Unreadable, peek, read, read_body, read_json, read_of_any_size};
pub use returns::{
    Disposition, ReturnAuthorization, ReturnDecision, ReturnExpected, ReturnReceipt,
    ReturnReceiptLine, ReturnRequest, ReturnRequestLine,
};
pub use shipment::{
    BackorderNotice, Delivery, DeliveryStatus, ShipCancel, ShipConfirm, ShipConfirmAck,
    ShipConfirmLine, ShipNotice, ShipOrder,
};
pub use stock::{
    AdjustmentKind, AdjustmentReason, SnapshotKind, Stock, StockAdjustment, StockAdjustmentLine,
    StockSnapshot, StockSnapshotLine, StockTransfer, StockTransferLine, TransferKind,
};

/// A document that a partner sends.
pub trait Ingress:
    DeserializeOwned + Serialize + Shape + Clone + PartialEq + Send + Sync + 'static
{
    /// Which one.
    const KIND: Kind;
    /// Its name in subjects.
    const DOCUMENT: &'static str = Self::KIND.name();
    /// The roles that may send it.
    const ROLES: &'static [Role] = Self::KIND.roles();
    /// The service that owns and answers it.
    const OWNER: &'static str = Self::KIND.owner();

    /// The partner's own key of this document, echoed in the answer.
    fn document_id(&self) -> Option<&DocumentId>;

    /// The business key, as echoed: the partner's id of it, or its parts joined by `/`.
    fn key(&self) -> String;

    /// What the document says: without `document_id`, and each amount in its shortest form.
    #[must_use]
    fn content(&self) -> Self;

    /// Reads it; see [`read`].
    ///
    /// # Errors
    /// When it is unreadable.
    fn parse(payload: &[u8]) -> Result<Self, Unreadable> {
        read_json(payload)
    }

    /// Finds all that is wrong with a JSON object that [`parse`](Self::parse) refuses.
    fn faults(raw: &RawValue) -> Vec<Unreadable> {
        let mut found = Vec::new();
        shape::object::<Self>(raw, "", &mut found);
        found
    }

    /// Finds what the types alone do not say, such as amounts that do not fit their currency.
    fn check(&self) -> Vec<Unreadable> {
        Vec::new()
    }
}

/// A document that a partner, or the operator, is told.
pub trait Egress: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in subjects.
    const DOCUMENT: &'static str;
}

/// Equal for two documents that say the same (rule O1), however their numbers are written.
///
/// # Panics
/// Never: every document is made of strings, numbers, lists and objects.
#[must_use]
pub fn fingerprint<T: Ingress>(document: &T) -> Uuid {
    let json = serde_json::to_string(&document.content()).expect("a document is plain JSON");
    derived(&["content", T::DOCUMENT, &json])
}

/// Implements [`Ingress`] for a struct with a `document_id`.
macro_rules! ingress {
    ($name:ident, |$it:ident| $key:expr, content: |$copy:ident| $plain:block, $($more:tt)*) => {
        impl $crate::document::Ingress for $name {
            const KIND: $crate::document::Kind = $crate::document::Kind::$name;

            fn document_id(&self) -> Option<&$crate::ids::DocumentId> {
                self.document_id.as_ref()
            }
            fn key(&self) -> String {
                let $it = self;
                $key
            }
            fn content(&self) -> Self {
                let mut copy = self.clone();
                copy.document_id = None;
                let $copy = &mut copy;
                $plain
                copy
            }
            $($more)*
        }
    };
    ($name:ident, |$it:ident| $key:expr) => {
        $crate::document::ingress!($name, |$it| $key, content: |_copy| {},);
    };
}

/// Implements [`Egress`] for each type under its name.
macro_rules! egress {
    ($($name:ident = $document:literal;)+) => {
        $(impl $crate::document::Egress for $name {
            const DOCUMENT: &'static str = $document;
        })+
    };
}

use {egress, ingress};

pub use shape::Shape;
