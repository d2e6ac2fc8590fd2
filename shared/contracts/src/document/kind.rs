//! The ingress documents: their senders, their owners and their answers.

use serde::{Deserialize, Serialize};

use crate::partner::Role;

/// The largest payload that a partner may send: 1 MiB.
pub const MAX_BYTES: usize = 1024 * 1024;

/// A kind of ingress document.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::AsRefStr,
    strum::IntoStaticStr,
    strum::EnumIter,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// A purchase order as the buyer sends it.
    Order,
    /// New quantities for an order that stands.
    OrderChange,
    /// The cancellation of everything not yet dispatched of an order.
    OrderCancel,
    /// A customer's whole record from the ERP.
    Customer,
    /// An item's whole record from the ERP.
    Item,
    /// A price list in one currency.
    PriceList,
    /// The seller's own record from the ERP.
    Company,
    /// A warehouse's whole record from the ERP.
    Warehouse,
    /// A count, an adjustment or a transfer of a warehouse's stock.
    Stock,
    /// A warehouse's confirmation of what it shipped.
    ShipConfirm,
    /// A carrier's report that a shipment arrived, or did not.
    Delivery,
    /// A tax rate of a place and category.
    TaxRate,
    /// Money that a customer paid.
    Payment,
    /// A payment that the bank took back.
    PaymentReversal,
    /// A buyer's request to return goods.
    ReturnRequest,
    /// A warehouse's receipt of returned goods.
    ReturnReceipt,
    /// An ANSI X12 interchange in its own syntax, not JSON.
    X12,
    /// A UBL 2.1 document in XML, not JSON.
    Ubl,
    /// An ISO 20022 bank notification (camt) in XML, not JSON.
    Camt,
}

impl Kind {
    /// Returns the name in subjects, in kebab case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::OrderChange => "order-change",
            Self::OrderCancel => "order-cancel",
            Self::Customer => "customer",
            Self::Item => "item",
            Self::PriceList => "price-list",
            Self::Company => "company",
            Self::Warehouse => "warehouse",
            Self::Stock => "stock",
            Self::ShipConfirm => "ship-confirm",
            Self::Delivery => "delivery",
            Self::TaxRate => "tax-rate",
            Self::Payment => "payment",
            Self::PaymentReversal => "payment-reversal",
            Self::ReturnRequest => "return-request",
            Self::ReturnReceipt => "return-receipt",
            Self::X12 => "x12",
            Self::Ubl => "ubl",
            Self::Camt => "camt",
        }
    }

    /// Returns the service that owns and answers it; order-intake for the formats that it
    /// translates.
    #[must_use]
    pub const fn owner(self) -> &'static str {
        match self {
            Self::Order
            | Self::OrderChange
            | Self::OrderCancel
            | Self::Customer
            | Self::Item
            | Self::PriceList
            | Self::Company
            | Self::X12
            | Self::Ubl
            | Self::Camt => "order-intake",
            Self::Warehouse | Self::Stock => "allocation",
            Self::ShipConfirm | Self::Delivery => "fulfillment-bridge",
            Self::TaxRate => "invoicing",
            Self::Payment | Self::PaymentReversal => "payment-apply",
            Self::ReturnRequest | Self::ReturnReceipt => "returns",
        }
    }

    /// Returns the partner roles that may send it.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Order
            | Self::OrderChange
            | Self::OrderCancel
            | Self::ReturnRequest
            | Self::Ubl => &[Role::Buyer],
            Self::Customer
            | Self::Item
            | Self::PriceList
            | Self::Company
            | Self::Warehouse
            | Self::TaxRate => &[Role::Erp],
            Self::Stock => &[Role::Warehouse, Role::Erp],
            Self::ShipConfirm => &[Role::Warehouse],
            Self::ReturnReceipt => &[Role::Warehouse, Role::Erp],
            Self::Delivery => &[Role::Carrier, Role::Warehouse],
            Self::Payment | Self::PaymentReversal | Self::Camt => &[Role::Bank],
            Self::X12 => &[Role::Buyer, Role::Warehouse, Role::Bank],
        }
    }

    /// Returns the name of the egress document that answers it when it is readable and allowed.
    #[must_use]
    pub const fn answer(self) -> &'static str {
        match self {
            Self::Order => "order-ack",
            Self::OrderChange | Self::OrderCancel => "order-change-ack",
            Self::ShipConfirm => "ship-confirm-ack",
            Self::Payment | Self::PaymentReversal | Self::Camt => "payment-ack",
            Self::ReturnRequest => "return-authorization",
            Self::X12 => "x12",
            Self::Ubl => "ubl",
            Self::Customer
            | Self::Item
            | Self::PriceList
            | Self::Company
            | Self::Warehouse
            | Self::Stock
            | Self::Delivery
            | Self::TaxRate
            | Self::ReturnReceipt => "document-ack",
        }
    }

    /// Returns true if the answer has a status for refusal; else a `rejection` tells it.
    #[must_use]
    pub const fn answer_refuses(self) -> bool {
        matches!(self, Self::Order | Self::OrderChange | Self::OrderCancel | Self::ReturnRequest)
    }
}
