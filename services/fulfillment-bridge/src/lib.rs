#![doc = include_str!("../README.md")]

mod adapter;
mod books;
pub mod config;
mod deliveries;
pub mod domain;
mod metrics;
mod status;
mod store;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use config::Config;
use contracts::{
    Kind, PartnerName, Reason,
    command::{CancelShipment, ConfirmShipment},
    document::{self, Faults, Unreadable},
    event::{self, InventoryReserved, OrderAccepted, OrderChanged, OrderReleased},
};
use domain::{Message, Set};
use jiff::Timestamp;
use mesh::{
    AnyService, Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision,
    Inbound, Letter, Migration, Origin, QuestionError, OldService, read_event,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// The service that asks warehouses to ship, and takes what they answer.
#[derive(Debug, Clone)]
pub struct FulfillmentBridge {
    config: Arc<Config>,
}

impl FulfillmentBridge {
    /// The service as it is configured: `[fulfillment-bridge]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("fulfillment-bridge", config::DEFAULTS, file).map(Self::new)
    }

    /// The service, as it is configured.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config) }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    FulfillmentBridge::configured(file).map(AnyService::old)
}

impl From<FulfillmentBridge> for AnyService {
    fn from(service: FulfillmentBridge) -> Self {
        Self::old(service)
    }
}

/// The service's manifest.
#[must_use]
pub fn manifest() -> mesh::Manifest {
    FulfillmentBridge::CARD.into()
}

impl OldService for FulfillmentBridge {
    const CARD: Card = Card {
        service: "fulfillment-bridge",
        owns: &["shipment"],
        events: &["inventory", "item", "order", "warehouse"],
        documents: &["ship-confirm", "delivery"],
        answers: &[status::QUESTION, books::QUESTION],
    };
    const MIGRATIONS: &'static [Migration] = &[
        Migration { name: "0002_shipments", sql: include_str!("../migrations/0002_shipments.sql") },
        Migration { name: "0003_adapters", sql: include_str!("../migrations/0003_adapters.sql") },
    ];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        match &inbound.origin {
            Origin::Document { partner, document, .. } => {
                let Ok(kind) = document.parse::<Kind>() else { return Ok(None) };
                decode_document(kind, partner.clone(), &inbound.payload)
            }
            Origin::Event { aggregate, event, .. } => {
                decode_event(aggregate, event, &inbound.payload)
            }
            Origin::Command { verb, .. } => decode_command(verb, &inbound.payload).map(Some),
        }
    }

    async fn load(&self, tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
        store::load(tx, messages).await
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        domain::decide(set, message, context)
    }

    async fn due(
        &self,
        tx: &DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Message>, DbErr> {
        let arrivals = deliveries::due_arrivals(tx, now, limit).await?;
        Ok(arrivals.into_iter().map(|it| Message::Arrived(Box::new(it))).collect())
    }

    async fn measure(&self, db: &DatabaseConnection, now: Timestamp) -> Result<(), DbErr> {
        adapter::report(db, &self.config, now).await?;
        metrics::report(db).await
    }

    async fn sending(&self, tx: &DatabaseTransaction, letters: &[Letter<'_>]) -> Result<(), DbErr> {
        deliveries::sending(tx, letters, &self.config, Timestamp::now()).await
    }

    async fn background(&self, db: DatabaseConnection, shutdown: CancellationToken) {
        metrics::describe();
        adapter::run(self.config.clone(), db, shutdown).await;
    }

    async fn answer(
        &self,
        db: &DatabaseConnection,
        question: &str,
        asker: &Asker,
        request: &[u8],
    ) -> Result<Value, QuestionError> {
        match question {
            status::QUESTION => status::answer(db, asker, request).await,
            books::QUESTION => books::answer(db, asker, request).await,
            _ => Err(QuestionError::not_found(format!("there is no question {question}"))),
        }
    }
}

fn decode_document(
    kind: Kind,
    partner: PartnerName,
    payload: &[u8],
) -> Result<Option<Message>, Faults> {
    Ok(match kind {
        Kind::ShipConfirm => Some(Message::Confirm(partner, Box::new(document::read(payload)?))),
        Kind::Delivery => Some(Message::Delivery(partner, Box::new(document::read(payload)?))),
        Kind::Order
        | Kind::OrderChange
        | Kind::OrderCancel
        | Kind::Customer
        | Kind::Item
        | Kind::PriceList
        | Kind::Company
        | Kind::Warehouse
        | Kind::Stock
        | Kind::TaxRate
        | Kind::Payment
        | Kind::PaymentReversal
        | Kind::ReturnRequest
        | Kind::ReturnReceipt
        | Kind::X12
        | Kind::Ubl
        | Kind::Camt => None,
    })
}

fn decode_event(aggregate: &str, name: &str, payload: &[u8]) -> Result<Option<Message>, Faults> {
    Ok(match (aggregate, name) {
        ("inventory", "reserved") => {
            let reserved = event::from_json::<InventoryReserved>(payload)
                .map_err(|error| Unreadable::invalid("", error.to_string()))?;
            Some(Message::Reserved(reserved.sequence, Box::new(reserved.data)))
        }
        ("inventory", "recalled") => Some(Message::Recalled(read_event(payload)?)),
        ("order", "accepted") => {
            let accepted: OrderAccepted = read_event(payload)?;
            Some(Message::Order(accepted.order_id, Box::new(accepted.order)))
        }
        ("order", "released") => {
            let released: OrderReleased = read_event(payload)?;
            Some(Message::Order(released.order_id, Box::new(released.order)))
        }
        ("order", "changed") => {
            let changed: OrderChanged = read_event(payload)?;
            Some(Message::Order(changed.order_id, Box::new(changed.order)))
        }
        ("order", "change-requested") => Some(Message::Change(read_event(payload)?)),
        ("item", "updated") => Some(Message::Item(Box::new(read_event(payload)?))),
        ("warehouse", "updated") => Some(Message::Warehouse(Box::new(read_event(payload)?))),
        _ => None,
    })
}

fn decode_command(verb: &str, payload: &[u8]) -> Result<Message, Faults> {
    match verb {
        "confirm-shipment" => {
            let command: ConfirmShipment = document::read_json(payload)?;
            Ok(Message::ConfirmShipment(Box::new(command)))
        }
        "cancel-shipment" => {
            let command: CancelShipment = document::read_json(payload)?;
            Ok(Message::CancelShipment(command))
        }
        _ => Err(Unreadable {
            code: Reason::UnknownCommand,
            path: String::new(),
            message: format!("fulfillment-bridge has no command `{verb}`"),
        }
        .into()),
    }
}
