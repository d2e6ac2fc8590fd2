//! Identifiers, each of its own type, so that a warehouse cannot be taken for a SKU.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use uuid::{Uuid, uuid};

/// The namespace of every UUIDv5 that the mesh derives.
const NAMESPACE: Uuid = uuid!("0a4f5c0e-7f1b-5c53-9f0d-6d2f3f8f7a11");

/// Returns a UUIDv5 of `parts`, each preceded by its length, so that different lists never collide.
#[must_use]
pub fn derived(parts: &[&str]) -> Uuid {
    let name: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// The error of a text that is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}")]
pub struct IdError {
    what: &'static str,
    text: String,
}

impl IdError {
    fn new(what: &'static str, text: &str) -> Self {
        Self { what, text: text.chars().take(80).collect() }
    }
}

/// The longest identifier, in characters.
pub const MAX_CHARS: usize = 64;

fn is_name(text: &str) -> bool {
    let within = !text.is_empty() && text.chars().count() <= MAX_CHARS;
    within && text == text.trim() && !text.chars().any(char::is_control)
}

fn is_partner(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let rest = bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    first && rest && text.len() <= 32
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:path, $pattern:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(#[cfg_attr(test, schemars(regex(pattern = $pattern), length(min = 1, max = $max)))] String);

        impl $name {
            /// Makes one from a text.
            ///
            /// # Errors
            /// Fails when the text is not one.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                if $check(&text) { Ok(Self(text)) } else { Err(IdError::new($what, &text)) }
            }

            /// Returns the identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(Cow::<'_, str>::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

macro_rules! name_id {
    ($($(#[$doc:meta])* $name:ident, $what:literal;)*) => {
        $(text_id!($(#[$doc])* $name, $what, is_name, r"^\S(.*\S)?$", 64);)*
    };
}

text_id!(
    /// A partner's name, as it stands in subjects; `operator` and `system` are reserved.
    PartnerName, "a partner name ([a-z0-9][a-z0-9-]{0,31})", is_partner, "^[a-z0-9][a-z0-9-]{0,31}$", 32);

name_id! {
    /// A customer's id in the ERP.
    CustomerId, "a customer id";
    /// A stock keeping unit; may hold spaces and dots.
    Sku, "a SKU";
    /// A warehouse's id in the ERP.
    WarehouseId, "a warehouse id";
    /// The buyer's purchase order number; one order per partner and number.
    PoNumber, "a PO number";
    /// A price list's id in the ERP.
    PriceListId, "a price list id";
    /// A unit of measure, such as EA or CS.
    Uom, "a unit of measure";
    /// A tax category, such as `standard`.
    TaxCategory, "a tax category";
    /// An invoice's number, without gaps in its series.
    InvoiceNumber, "an invoice number";
    /// A credit memo's number, without gaps in its series.
    CreditMemoNumber, "a credit memo number";
    /// A return authorisation's number (RMA).
    RmaNumber, "an RMA number";
    /// The warehouse's own id for one confirmation of a shipment.
    ConfirmationId, "a confirmation id";
    /// The bank's own id for a payment.
    PaymentId, "a payment id";
    /// The bank's own id for a reversal.
    ReversalId, "a reversal id";
    /// The buyer's own id for a return request.
    ReturnRequestId, "a return request id";
    /// The warehouse's own id for one receipt of returned goods.
    ReceiptId, "a receipt id";
    /// The warehouse's own id for a stock adjustment.
    AdjustmentId, "an adjustment id";
    /// The warehouse's own id for a transfer.
    TransferId, "a transfer id";
    /// A partner's own key for a document.
    DocumentId, "a document id";
    /// An operator's own id for a command.
    CommandId, "a command id";
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(
                Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                Serialize, Deserialize,
            )]
            #[cfg_attr(test, derive(schemars::JsonSchema))]
            #[serde(transparent)]
            pub struct $name(pub Uuid);

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl FromStr for $name {
                type Err = uuid::Error;
                fn from_str(text: &str) -> Result<Self, uuid::Error> {
                    text.parse().map(Self)
                }
            }
        )*
    };
}

uuid_id! {
    /// An order's id, derived from partner and PO number.
    OrderId;
    /// A shipment's id, derived from order, warehouse and reservation.
    ShipmentId;
    /// The id of an entry of the general-ledger journal.
    EntryId;
    /// The id of an exception case, a UUID.
    CaseId;
}

impl OrderId {
    /// Returns the id of the partner's one order under a PO number (rule O1).
    #[must_use]
    pub fn of(partner: &PartnerName, po_number: &PoNumber) -> Self {
        Self(derived(&["order", partner.as_str(), po_number.as_str()]))
    }
}
