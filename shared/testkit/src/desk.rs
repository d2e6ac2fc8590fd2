//! A service that answers orders like order-intake: it accepts an order once the customer is known,
//! and refuses it if the customer's record does not arrive.

use std::{sync::Arc, sync::atomic::AtomicU64, sync::atomic::Ordering, time::Duration};

use contracts::{
    PartnerName,
    document::{Faults, Rejection, Unreadable},
};
use mesh::{
    Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision, Inbound, Key,
    Migration, OldService, Origin, Outputs, QuestionError, Rows, row,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A customer whose record has arrived.
#[derive(Debug, Clone)]
pub struct Known {
    pub customer_id: String,
}
mesh::row!(Known in "known" by (customer_id: String) { customer_id });

/// An order and the answer to it.
#[derive(Debug, Clone)]
pub struct Answered {
    pub po_number: String,
    pub outcome: String,
}
mesh::row!(Answered in "answered" by (po_number: String) { po_number, outcome });

mesh::unit_of_work! {
    /// The customers and the orders.
    pub struct Set { known: Known, answered: Answered }
}

/// An order, or a customer's record if it has no PO number.
#[derive(Debug, Deserialize)]
pub struct Message {
    customer_id: String,
    po_number: Option<String>,
    #[serde(skip)]
    partner: Option<PartnerName>,
}

/// The service. Every batch takes `millis` milliseconds.
#[derive(Debug, Default)]
pub struct Desk {
    pub millis: Arc<AtomicU64>,
}

/// The question that the service answers.
pub const QUESTION: &str = "price";

impl From<Desk> for mesh::AnyService {
    fn from(service: Desk) -> Self {
        Self::old(service)
    }
}

impl OldService for Desk {
    const CARD: Card = Card {
        service: "order-intake",
        owns: &["order"],
        events: &[],
        documents: &["*"],
        answers: &[QUESTION],
    };
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_desk",
        sql: "CREATE TABLE known (customer_id TEXT NOT NULL PRIMARY KEY); \
              CREATE TABLE answered (po_number TEXT NOT NULL PRIMARY KEY, outcome TEXT NOT NULL)",
    }];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        let Origin::Document { partner, .. } = &inbound.origin else { return Ok(None) };
        let read = serde_json::from_slice(&inbound.payload);
        let message = read.map_err(|error| Unreadable::invalid("", error.to_string()))?;
        Ok(Some(Message { partner: Some(partner.clone()), ..message }))
    }

    async fn load(&self, tx: &DatabaseTransaction, all: &[&Message]) -> Result<Set, DbErr> {
        if !all.is_empty() {
            let millis = self.millis.load(Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
        let customers = all.iter().map(|message| message.customer_id.clone());
        let orders = all.iter().filter_map(|message| message.po_number.clone());
        Ok(Set {
            known: Rows::loaded(row::lock(tx, "customer_id", customers).await?),
            answered: Rows::loaded(row::lock(tx, "po_number", orders).await?),
        })
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        let (customer_id, key) = (&message.customer_id, Key::new("customer", &message.customer_id));
        let mut outputs = Outputs::none();
        let Some(po_number) = &message.po_number else {
            set.known.put(Known { customer_id: customer_id.clone() });
            outputs.advances(key);
            return outputs.into();
        };
        let is_known = set.known.get(customer_id).is_some();
        if !is_known && !context.last_chance {
            return Decision::Wait(key);
        }
        let outcome = if is_known { "accepted" } else { "refused" };
        set.answered.put(Answered { po_number: po_number.clone(), outcome: outcome.to_owned() });
        if let Some(partner) = message.partner.as_ref().filter(|_| !is_known) {
            outputs.document(partner, &Rejection::of_payload("order", b"{}", Vec::new()));
        }
        outputs.into()
    }

    async fn answer(
        &self,
        _: &DatabaseConnection,
        _: &str,
        _: &Asker,
        _: &[u8],
    ) -> Result<Value, QuestionError> {
        Ok(json!({}))
    }
}
