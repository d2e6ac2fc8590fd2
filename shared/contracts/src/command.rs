//! Commands that an operator gives to a service; each is audited and idempotent on `command_id`.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    closed::closed_set,
    document::ShipConfirmLine,
    ids::{
        CaseId, CommandId, ConfirmationId, CustomerId, InvoiceNumber, OrderId, ShipmentId,
        WarehouseId,
    },
    money::{Amount, Currency},
    partner::Partner,
};

/// A command that an operator gives to a service.
pub trait Command: Listed + DeserializeOwned + Serialize + Send + Sync + 'static {
    /// The service that carries it out; none for a command that every service knows.
    const SERVICE: Option<&'static str>;
    /// The verb in the command's subject, such as `close-warehouse`.
    const VERB: &'static str;

    /// Returns the operator's id for the command.
    fn command_id(&self) -> &CommandId;
    /// Returns the name of the operator who gives the command.
    fn operator(&self) -> &str;
    /// Returns the operator's reason, kept in the audit.
    fn reason(&self) -> &str;
}

/// A command in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct CommandEntry {
    /// The service that carries it out; none for a command that every service knows.
    pub service: Option<&'static str>,
    /// The verb in the command's subject, such as `close-warehouse`.
    pub verb: &'static str,
    /// Makes the JSON Schema of the command's body.
    #[cfg(test)]
    pub schema: fn() -> schemars::Schema,
}

/// Declares the commands and lists them as `COMMANDS`.
macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident, $service:expr, $verb:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })+) => {
        /// Every command, in the order of declaration.
        pub(crate) const COMMANDS: &[CommandEntry] = &[$(
            CommandEntry {
                service: $service,
                verb: $verb,
                #[cfg(test)]
                schema: crate::schema::of_read::<$name>,
            },
        )+];
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[cfg_attr(test, derive(schemars::JsonSchema))]
            #[serde(deny_unknown_fields)]
            pub struct $name {
                /// The operator's id for this command; a second command with it is a copy.
                pub command_id: CommandId,
                /// The name of the operator who gives the command.
                pub operator: String,
                /// The operator's reason, kept in the audit.
                pub reason: String,
                $($(#[$field_doc])* pub $field: $type,)*
            }

            impl Listed for $name {}

            impl Command for $name {
                const SERVICE: Option<&'static str> = $service;
                const VERB: &'static str = $verb;

                fn command_id(&self) -> &CommandId {
                    &self.command_id
                }
                fn operator(&self) -> &str {
                    &self.operator
                }
                fn reason(&self) -> &str {
                    &self.reason
                }
            }
        )+
    };
}

/// Marks the commands that `commands!` lists; nothing else can implement [`Command`].
mod listed {
    pub trait Listed {}
}
use listed::Listed;

closed_set! {
    /// The price that counts when an order held for its price is released.
    HeldPrice {
        /// The price that the order states.
        Order,
        /// The price of the customer's price list.
        List,
    }
}

commands! {
    /// Creates a partner, or replaces its record.
    UpsertPartner, Some("order-intake"), "upsert-partner" {
        /// The whole record after the change.
        partner: Partner,
    }

    /// Releases a held order, so that it is served.
    ReleaseOrder, Some("order-intake"), "release-order" {
        /// The order's id: a UUIDv5 of partner and PO number.
        order_id: OrderId,
        /// The price that counts; required for an order held for its price.
        #[serde(default)]
        price: Option<HeldPrice>,
    }

    /// Cancels the undispatched part of an order.
    CancelOrder, Some("order-intake"), "cancel-order" {
        /// The order's id: a UUIDv5 of partner and PO number.
        order_id: OrderId,
    }

    /// Takes a warehouse out of service and recalls its unconfirmed shipments.
    CloseWarehouse, Some("allocation"), "close-warehouse" {
        /// The warehouse's id, as in the ERP's record.
        warehouse_id: WarehouseId,
    }

    /// Takes a warehouse back into service.
    OpenWarehouse, Some("allocation"), "open-warehouse" {
        /// The warehouse's id, as in the ERP's record.
        warehouse_id: WarehouseId,
    }

    /// Confirms a shipment in the warehouse's place, or accepts a refused confirmation.
    ConfirmShipment, Some("fulfillment-bridge"), "confirm-shipment" {
        /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
        shipment_id: ShipmentId,
        /// The confirmation's id, unique within the shipment.
        confirmation_id: ConfirmationId,
        /// The time at which the goods left.
        shipped_at: Timestamp,
        /// The carrier's name, such as `UPS`.
        #[serde(default)]
        carrier: Option<String>,
        /// The carrier's tracking number; none where there is none.
        #[serde(default)]
        tracking_number: Option<String>,
        /// The shipped and the missing quantities, line by line.
        lines: Vec<ShipConfirmLine>,
        /// True if the warehouse will ship nothing more of it.
        #[serde(rename = "final")]
        is_final: bool,
    }

    /// Cancels a shipment that the warehouse has not dispatched.
    CancelShipment, Some("fulfillment-bridge"), "cancel-shipment" {
        /// The shipment's id: a UUIDv5 of order, warehouse and reservation.
        shipment_id: ShipmentId,
    }

    /// Closes the books up to and including a day; later bookings count on the next open day.
    ClosePeriod, Some("invoicing"), "close-period" {
        /// The last day that is closed.
        through: Date,
    }

    /// Applies unapplied cash of a payment to an invoice.
    ApplyCash, Some("payment-apply"), "apply-cash" {
        /// The payment's key, `<bank>/<payment_id>`.
        payment: String,
        /// The customer that paid, where the bank did not know.
        #[serde(default)]
        customer_id: Option<CustomerId>,
        /// The invoice's number, gapless per series.
        invoice_number: InvoiceNumber,
        /// The ISO 4217 currency of both payment and invoice.
        currency: Currency,
        /// The amount in `currency`.
        amount: Amount,
    }

    /// Writes off an open amount of an invoice.
    WriteOff, Some("payment-apply"), "write-off" {
        /// The invoice's number, gapless per series.
        invoice_number: InvoiceNumber,
        /// The ISO 4217 currency of the invoice.
        currency: Currency,
        /// The amount in `currency`.
        amount: Amount,
    }

    /// Refunds unapplied cash of a payment.
    Refund, Some("payment-apply"), "refund" {
        /// The payment's key, `<bank>/<payment_id>`.
        payment: String,
        /// The ISO 4217 currency of the payment.
        currency: Currency,
        /// The amount in `currency`.
        amount: Amount,
    }

    /// Assigns an exception case to a person.
    AssignException, Some("control-tower"), "assign-exception" {
        /// The exception case's id, a UUID.
        case_id: CaseId,
        /// The name of the person who takes the case.
        assignee: String,
    }

    /// Resolves an exception case.
    ResolveException, Some("control-tower"), "resolve-exception" {
        /// The exception case's id, a UUID.
        case_id: CaseId,
        /// The resolution, as a sentence for people.
        note: String,
    }

    /// Returns a dead letter to the service that could not process it.
    Redrive, None, "redrive" {
        /// The dead letter's sequence in the service's dead-letter stream.
        sequence: u64,
    }

    /// Discards a dead letter and lets the messages behind it proceed.
    Discard, None, "discard" {
        /// The dead letter's sequence in the service's dead-letter stream.
        sequence: u64,
    }
}
