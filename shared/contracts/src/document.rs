//! Documents that partners send (ingress) and receive (egress).

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

use std::fmt::Debug;

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
    /// The document's kind, which decides its owner and its answer.
    const KIND: Kind;
    /// The document's name in subjects, such as `order-change`.
    const DOCUMENT: &'static str = Self::KIND.name();
    /// The partner roles that may send it.
    const ROLES: &'static [Role] = Self::KIND.roles();
    /// The service that owns and answers it.
    const OWNER: &'static str = Self::KIND.owner();

    /// Returns the partner's own key for this document, echoed in the answer.
    fn document_id(&self) -> Option<&DocumentId>;

    /// Returns the business key as echoed: the partner's id for the object, or its parts joined by
    /// `/`.
    fn key(&self) -> String;

    /// Returns the document without `document_id` and with each amount in its shortest form.
    #[must_use]
    fn content(&self) -> Self;

    /// Parses the document; see [`read`].
    ///
    /// # Errors
    /// Fails when it is unreadable.
    fn parse(payload: &[u8]) -> Result<Self, Unreadable> {
        read_json(payload)
    }

    /// Finds every fault of a JSON object that [`parse`](Self::parse) refuses.
    fn faults(raw: &RawValue) -> Vec<Unreadable> {
        let mut found = Vec::new();
        shape::object::<Self>(raw, "", &mut found);
        found
    }

    /// Finds the faults that types cannot express, such as an amount that does not fit its
    /// currency.
    fn check(&self) -> Vec<Unreadable> {
        Vec::new()
    }
}

/// A document that a partner or the operator receives.
pub trait Egress: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static {
    /// The document's name in subjects, such as `order-ack`.
    const DOCUMENT: &'static str;

    /// Returns whether it refuses the message that it answers.
    fn refuses(&self) -> bool {
        false
    }
}

/// Returns a UUIDv5 of the content, equal for two documents that say the same (rule O1) however
/// their numbers are written.
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
    ($($name:ident = $document:literal $(, refused if |$it:ident| $refused:expr)?;)+) => {
        $(impl $crate::document::Egress for $name {
            const DOCUMENT: &'static str = $document;
            $(fn refuses(&self) -> bool {
                let $it = self;
                $refused
            })?
        })+
    };
}

use {egress, ingress};

pub use shape::Shape;
