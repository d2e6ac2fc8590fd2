//! A service that stands in for order-intake: it accepts an order once the customer is known and
//! refuses it if the customer's record does not arrive.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use contracts::{
    Kind,
    document::{Faults, Rejection, Unreadable},
};
use futures::FutureExt as _;
use mesh::{
    Context, DatabaseTransaction, DbErr, Endpoint, Halt, Handler, Key, Load, Migration, OnFormat,
    Outputs, Received, Rows, Service,
};
use serde::Deserialize;
use serde_json::json;

/// A customer that is known.
#[derive(Debug, Clone)]
pub struct Known {
    pub customer_id: String,
}
mesh::row!(Known in "known" by (customer_id: String) { customer_id });

/// The answer to an order.
#[derive(Debug, Clone)]
pub struct Answered {
    pub po_number: String,
    pub outcome: String,
}
mesh::row!(Answered in "answered" by (po_number: String) { po_number, outcome });

mesh::unit_of_work! {
    pub struct Work { known: Known, answered: Answered }
}

/// An order, or a customer's record.
#[derive(Debug, Deserialize)]
pub struct Message {
    customer_id: String,
    po_number: Option<String>,
}

/// The service. Each batch takes it `millis` milliseconds.
#[derive(Debug, Default)]
pub struct Intake {
    pub millis: Arc<AtomicU64>,
}

/// The question that it answers.
pub const QUESTION: &str = "price";

/// The keys of its rows.
#[derive(Debug, Default)]
pub struct Keys {
    customers: BTreeSet<String>,
    orders: BTreeSet<String>,
}

impl Load for Intake {
    type Keys = Keys;
    type Work = Work;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<Work, DbErr> {
        if !keys.customers.is_empty() {
            let millis = self.millis.load(Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
        Ok(Work {
            known: Rows::lock(tx, "customer_id", keys.customers).await?,
            answered: Rows::lock(tx, "po_number", keys.orders).await?,
        })
    }
}

impl Service for Intake {
    const NAME: &'static str = "order-intake";
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_intake",
        sql: "CREATE TABLE known (customer_id TEXT NOT NULL PRIMARY KEY); \
              CREATE TABLE answered (po_number TEXT NOT NULL PRIMARY KEY, outcome TEXT NOT NULL)",
    }];
    const HANDLERS: &'static [Handler<Self>] = &[
        &OnFormat { kind: Kind::Order, read, keys, decide },
        &OnFormat { kind: Kind::Customer, read, keys, decide },
    ];
    const ENDPOINTS: &'static [Endpoint<Self>] =
        &[Endpoint { question: QUESTION, answer: |_, _, _, _| async { Ok(json!({})) }.boxed() }];
    const GATEKEEPER: bool = true;
}

fn read(payload: &[u8]) -> Result<Message, Faults> {
    let read = serde_json::from_slice(payload);
    Ok(read.map_err(|error| Unreadable::invalid("", error.to_string()))?)
}

fn keys(received: &Received<Message>, keys: &mut Keys) {
    keys.customers.insert(received.document.customer_id.clone());
    keys.orders.extend(received.document.po_number.clone());
}

fn decide(
    _: &Intake,
    received: &Received<Message>,
    work: &mut Work,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner, document: Message { customer_id, po_number } } = received;
    let key = Key::new("customer", customer_id);
    let mut outputs = Outputs::none();
    let Some(po_number) = po_number else {
        work.known.put(Known { customer_id: customer_id.clone() });
        outputs.advances(key);
        return Ok(outputs);
    };
    let is_known = work.known.get(customer_id).is_some();
    if !is_known && !context.last_chance {
        return Err(Halt::Wait(key));
    }
    let outcome = if is_known { "accepted" } else { "refused" };
    work.answered.put(Answered { po_number: po_number.clone(), outcome: outcome.to_owned() });
    if !is_known {
        outputs.document(partner, &Rejection::of_payload("order", b"{}", Vec::new()));
    }
    Ok(outputs)
}
