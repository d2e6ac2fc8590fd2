//! Commands: what an operator tells a service to do, each audited and idempotent on `command_id`.

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

/// A command of an operator.
pub trait Command: Listed + DeserializeOwned + Serialize + Send + Sync + 'static {
    /// The service that carries it out; none for a command that every service knows.
    const SERVICE: Option<&'static str>;
    /// What to do, as in the subject.
    const VERB: &'static str;

    /// The operator's id of it.
    fn command_id(&self) -> &CommandId;
    /// Who says so.
    fn operator(&self) -> &str;
    /// Why, for the audit.
    fn reason(&self) -> &str;
}

/// A command in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct CommandEntry {
    /// The service that carries it out; none, every one.
    pub service: Option<&'static str>,
    /// What to do, as in the subject.
    pub verb: &'static str,
    /// Makes the JSON Schema of its body.
    #[cfg(test)]
    pub schema: fn() -> schemars::Schema,
}

/// Declares the commands and lists them as `COMMANDS`.
macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident, $service:expr, $verb:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })+) => {
        /// Every command.
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
                /// The operator's id of this command.
                pub command_id: CommandId,
                /// Who says so.
                pub operator: String,
                /// Why, for the audit.
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
    /// Whose price counts when a price hold is released.
    HeldPrice {
        /// The order's.
        Order,
        /// The list's.
        List,
    }
}

commands! {
    /// Makes a partner, or replaces its record.
    UpsertPartner, Some("order-intake"), "upsert-partner" {
        /// The record.
        partner: Partner,
    }

    /// Lets a held order go on.
    ReleaseOrder, Some("order-intake"), "release-order" {
        /// The order.
        order_id: OrderId,
        /// Whose price counts; a price hold must say.
        #[serde(default)]
        price: Option<HeldPrice>,
    }

    /// Cancels what is not dispatched of an order.
    CancelOrder, Some("order-intake"), "cancel-order" {
        /// The order.
        order_id: OrderId,
    }

    /// Takes a warehouse out of service; what it was asked and has not confirmed is recalled.
    CloseWarehouse, Some("allocation"), "close-warehouse" {
        /// The warehouse.
        warehouse_id: WarehouseId,
    }

    /// Takes a warehouse back into service.
    OpenWarehouse, Some("allocation"), "open-warehouse" {
        /// The warehouse.
        warehouse_id: WarehouseId,
    }

    /// Confirms a shipment in the warehouse's place, or accepts a confirmation that was refused.
    ConfirmShipment, Some("fulfillment-bridge"), "confirm-shipment" {
        /// The shipment.
        shipment_id: ShipmentId,
        /// The id of this confirmation, unique within the shipment.
        confirmation_id: ConfirmationId,
        /// When the goods left.
        shipped_at: Timestamp,
        /// Who carries them.
        #[serde(default)]
        carrier: Option<String>,
        /// The carrier's number.
        #[serde(default)]
        tracking_number: Option<String>,
        /// What left and what did not.
        lines: Vec<ShipConfirmLine>,
        /// Whether nothing more will come.
        #[serde(rename = "final")]
        is_final: bool,
    }

    /// Takes back what a warehouse was asked to ship.
    CancelShipment, Some("fulfillment-bridge"), "cancel-shipment" {
        /// The shipment.
        shipment_id: ShipmentId,
    }

    /// Closes the books up to a day; what is billed for it counts on the next open one.
    ClosePeriod, Some("invoicing"), "close-period" {
        /// The last closed day.
        through: Date,
    }

    /// Lets unapplied cash of a payment pay an invoice.
    ApplyCash, Some("payment-apply"), "apply-cash" {
        /// The payment, `<bank>/<payment_id>`.
        payment: String,
        /// The customer whose payment it is, where the bank did not know.
        #[serde(default)]
        customer_id: Option<CustomerId>,
        /// The invoice.
        invoice_number: InvoiceNumber,
        /// The currency of payment and invoice.
        currency: Currency,
        /// How much.
        amount: Amount,
    }

    /// Gives up what is open of an invoice.
    WriteOff, Some("payment-apply"), "write-off" {
        /// The invoice.
        invoice_number: InvoiceNumber,
        /// The invoice's currency.
        currency: Currency,
        /// How much.
        amount: Amount,
    }

    /// Gives unapplied cash of a payment back.
    Refund, Some("payment-apply"), "refund" {
        /// The payment, `<bank>/<payment_id>`.
        payment: String,
        /// The payment's currency.
        currency: Currency,
        /// How much.
        amount: Amount,
    }

    /// Says who looks at an exception.
    AssignException, Some("control-tower"), "assign-exception" {
        /// The case.
        case_id: CaseId,
        /// Who.
        assignee: String,
    }

    /// Settles an exception.
    ResolveException, Some("control-tower"), "resolve-exception" {
        /// The case.
        case_id: CaseId,
        /// How it was settled.
        note: String,
    }

    /// Gives a dead letter back to the service that failed it.
    Redrive, None, "redrive" {
        /// Its sequence in the service's stream of dead letters.
        sequence: u64,
    }

    /// Gives a dead letter up; what waited behind it goes on.
    Discard, None, "discard" {
        /// Its sequence in the service's stream of dead letters.
        sequence: u64,
    }
}
