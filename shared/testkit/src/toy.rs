//! A service whose decisions are controlled by the messages it receives.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use contracts::{
    OrderId, PartnerName, PoNumber, Reason,
    document::{Faults, Rejection, Unreadable},
    event::{self, OrderCompleted, ReturnRejected},
};
use jiff::Timestamp;
use mesh::{
    Card, Context, DatabaseTransaction, DbErr, Decision, Inbound, Key, Letter, Migration,
    OldService, Origin, Outputs, Rows, row,
};
use sea_orm::RuntimeErr;

use crate::Bench;

/// The number of events of `many`: more than the client accepts without an acknowledgement.
pub const MANY: usize = 1_100;

/// The number of times an order was handled. The database refuses 90 and more.
#[derive(Debug, Clone)]
pub struct Tick {
    pub order_id: OrderId,
    pub times: i64,
}
mesh::row!(Tick in "ticks" by (order_id: OrderId) { order_id, times });

mesh::unit_of_work! {
    /// The orders.
    pub struct Set { ticks: Tick }
}

/// A document that was about to be sent when its batch committed.
#[derive(Debug, Clone)]
pub struct Sent {
    pub id: String,
    pub document: String,
}
mesh::row!(Sent in "sent" by (id: String) { id, document });

/// The service. The PO number of an order selects the decision:
/// - `ok` sends an event, and `many` sends [`MANY`].
/// - `tells` sends a document to the partner, `twice` sends it two times, and `cause` names its
///   cause.
/// - `both` sends an event and a document.
/// - `waits` waits for the order [`first`].
/// - `refused` violates a constraint of the database.
/// - `panic` panics, and `poison` makes the message a dead letter.
#[derive(Debug, Default)]
pub struct Toy {
    /// The number of calls to load rows.
    pub loads: Arc<AtomicU32>,
    /// True to make loading due work fail, as if its table were locked.
    pub due_fails: Arc<AtomicBool>,
    /// Work that is due once.
    pub set_aside: Arc<Mutex<Vec<OrderCompleted>>>,
}

impl From<Toy> for mesh::AnyService {
    fn from(service: Toy) -> Self {
        Self::old(service)
    }
}

impl OldService for Toy {
    const CARD: Card = Card {
        service: "toy",
        owns: &["return"],
        events: &["order"],
        documents: &[],
        answers: &[],
    };
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_toy",
        sql: "CREATE TABLE ticks (order_id TEXT NOT NULL PRIMARY KEY, \
              times BIGINT NOT NULL CHECK (times < 90)); \
              CREATE TABLE sent (id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL)",
    }];
    type Message = OrderCompleted;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<OrderCompleted>, Faults> {
        let read = match inbound.origin {
            Origin::Event { .. } => event::from_json(&inbound.payload).map(|it| it.data),
            Origin::Command { .. } | Origin::Document { .. } => {
                serde_json::from_slice(&inbound.payload)
            }
        };
        read.map(Some).map_err(|error| Unreadable::invalid("", error.to_string()).into())
    }

    async fn load(&self, tx: &DatabaseTransaction, all: &[&OrderCompleted]) -> Result<Set, DbErr> {
        if !all.is_empty() {
            self.loads.fetch_add(1, Ordering::Relaxed);
        }
        let ids = all.iter().map(|message| message.order_id).chain([first()]);
        Ok(Set { ticks: Rows::loaded(row::lock(tx, "order_id", ids).await?) })
    }

    async fn due(
        &self,
        _: &DatabaseTransaction,
        _: Timestamp,
        _: u64,
    ) -> Result<Vec<OrderCompleted>, DbErr> {
        if self.due_fails.load(Ordering::Relaxed) {
            return Err(DbErr::Conn(RuntimeErr::Internal("on purpose".to_owned())));
        }
        Ok(std::mem::take(&mut *self.set_aside.lock().unwrap()))
    }

    async fn sending(&self, tx: &DatabaseTransaction, letters: &[Letter<'_>]) -> Result<(), DbErr> {
        let sent = |it: &Letter<'_>| Sent { id: it.id.into(), document: it.document.into() };
        row::insert(tx, &letters.iter().map(sent).collect::<Vec<_>>()).await
    }

    fn decide(&self, set: &mut Set, it: &OrderCompleted, _: &Context<'_>) -> Decision {
        let waits = it.po_number.as_str() == "waits" && set.ticks.get(&first()).is_none();
        let new = || Tick { order_id: it.order_id, times: 0 };
        set.ticks.get_or_put(&it.order_id, new).times += 1;
        match it.po_number.as_str() {
            "panic" => panic!("on purpose"),
            "poison" => {
                let code = Reason::InvariantBroken;
                return Decision::Poison { code, reason: "as told".into() };
            }
            "refused" => set.ticks.get_or_put(&it.order_id, new).times = 1_000,
            _ if waits => return Decision::Wait(Key::new("order", first())),
            _ => {}
        }
        let mut outputs = Outputs::none();
        let rejected = |return_request: String| ReturnRejected {
            return_request,
            partner: it.partner.clone(),
            reasons: Vec::new(),
        };
        match it.po_number.as_str() {
            what @ ("tells" | "twice" | "cause" | "both") => {
                if what == "both" {
                    outputs.event(&rejected(it.order_id.to_string()));
                }
                let body = Rejection::of_payload("order", b"{}", Vec::new());
                outputs.document(&it.partner, &body);
                if what == "twice" {
                    outputs.document(&it.partner, &body);
                }
                if what == "cause" {
                    outputs.because_of(it.order_id.to_string());
                }
            }
            "many" => (0..MANY).for_each(|number| {
                outputs.event(&rejected(format!("{}-{number}", it.order_id)));
            }),
            _ => {
                outputs.event(&rejected(it.order_id.to_string()));
            }
        }
        outputs.into()
    }
}

/// Builds the next event of an order, whose PO number selects the decision.
pub fn told(bench: &mut Bench, number: u32, what: &str) -> Inbound {
    let po_number = PoNumber::new(what).unwrap();
    bench.numbered(&OrderCompleted { order_id: order(number), partner: partner(), po_number })
}

pub fn order(number: u32) -> OrderId {
    OrderId::of(&partner(), &PoNumber::new(format!("PO-{number}")).unwrap())
}

pub fn first() -> OrderId {
    order(0)
}

pub fn partner() -> PartnerName {
    PartnerName::new("acme").unwrap()
}
