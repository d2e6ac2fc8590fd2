//! Every ingress document: who may send it, who owns it, and what answers it.

use serde::{Deserialize, Serialize};

use crate::partner::Role;

/// The largest payload of a partner: 1 MiB.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The ingress documents.
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
    /// A purchase order.
    Order,
    /// New quantities for an order.
    OrderChange,
    /// The rest of an order is not wanted.
    OrderCancel,
    /// A customer's record.
    Customer,
    /// An item's record.
    Item,
    /// A list of prices.
    PriceList,
    /// The seller's record.
    Company,
    /// A warehouse's record.
    Warehouse,
    /// What a warehouse has.
    Stock,
    /// What a warehouse shipped.
    ShipConfirm,
    /// What became of a shipment.
    Delivery,
    /// A tax rate.
    TaxRate,
    /// Money that came in.
    Payment,
    /// Money that went back.
    PaymentReversal,
    /// A wish to return goods.
    ReturnRequest,
    /// Returned goods that came in.
    ReturnReceipt,
    /// A raw X12 interchange.
    X12,
    /// A raw UBL document.
    Ubl,
    /// A raw ISO 20022 bank notification (camt).
    Camt,
}

impl Kind {
    /// The name in subjects.
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

    /// The service that owns the document and answers it; order-intake for what it translates.
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

    /// The roles that may send the document.
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

    /// The egress document that answers it when it is readable and allowed.
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

    /// Whether the answer has a status for refusal; where not, a `rejection` says it.
    #[must_use]
    pub const fn answer_refuses(self) -> bool {
        matches!(self, Self::Order | Self::OrderChange | Self::OrderCancel | Self::ReturnRequest)
    }
}
