//! Confirmations, as they were taken or refused.

use contracts::{
    ConfirmationId, PartnerName, Reason, ShipmentId,
    document::{DeliveryStatus, ShipConfirm, ShipConfirmAck},
};
use jiff::Timestamp;
use mesh::Json;
use uuid::Uuid;

/// A confirmation that was taken (rule F3), with the delivery of its goods.
#[derive(Debug, Clone)]
pub struct Confirmation {
    pub shipment_id: ShipmentId,
    /// The warehouse's id.
    pub confirmation_id: ConfirmationId,
    /// The document without `document_id`: a resend is compared with it.
    pub content: Json<ShipConfirm>,
    /// The answer, which a resend gets again.
    pub acknowledgement: Json<ShipConfirmAck>,
    pub taken_at: Timestamp,
    /// `None` while the goods are on their way.
    pub delivery: Option<Json<DeliveryStatus>>,
    pub delivered_at: Option<Timestamp>,
}

/// A confirmation that was not taken (rule F2).
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The shipment that it names; there may be none.
    pub shipment_id: ShipmentId,
    /// The sender's id.
    pub confirmation_id: ConfirmationId,
    pub partner: PartnerName,
    pub code: Json<Reason>,
    /// The fingerprint of the document.
    pub content: Uuid,
}

mesh::row!(Confirmation in "confirmations" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId
) { shipment_id, confirmation_id, content, acknowledgement, taken_at, delivery, delivered_at });
mesh::row!(Refusal in "refusals" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId, partner: PartnerName
) { shipment_id, confirmation_id, partner, code, content });

impl Confirmation {
    /// Returns whether anything left with it.
    #[must_use]
    pub fn is_dispatch(&self) -> bool {
        self.acknowledgement.lines.iter().any(|line| !line.quantity.is_zero())
    }
}
