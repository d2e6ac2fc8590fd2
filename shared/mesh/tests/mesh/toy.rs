//! A service whose decisions are steered by what it is sent.

use std::{
    any::{Any, TypeId},
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use contracts::{
    OrderId, PartnerName, PoNumber, Reason,
    document::{Faults, Rejection, Unreadable},
    event::{OrderCompleted, ReturnRejected},
};
use futures::FutureExt as _;
use mesh::{
    BeforeCommit, Context, DatabaseTransaction, DbErr, Halt, Handler, Inbound, Key, Load,
    Migration, OnDue, OnEvent, OutboundDocument, Outputs, Rows, Service,
    handler::{Handle, Trigger},
    row,
};
use sea_orm::RuntimeErr;
use testkit::Bench;

/// Events that `many` is: more than the client takes before the first is acknowledged.
pub const MANY: usize = 1_100;

/// The number of times that an order was handled; the database refuses more than ninety.
#[derive(Debug, Clone)]
pub struct Tick {
    pub order_id: OrderId,
    pub times: i64,
}
mesh::row!(Tick in "ticks" by (order_id: OrderId) { order_id, times });

mesh::unit_of_work! {
    pub struct Work { ticks: Tick }
}

/// A document that was on its way out when its batch committed.
#[derive(Debug, Clone)]
pub struct Sent {
    pub id: String,
    pub document: String,
}
mesh::row!(Sent in "sent" by (id: String) { id, document });

/// Follows the PO number: `ok`, `refused`, `panic`, `poison`, `many` events at once, `tells` a
/// partner, tells it `twice`, tells it and names a `cause`, does `both` with an event before it, or
/// `waits` for the order [`first`].
#[derive(Debug, Default)]
pub struct Toy {
    /// The number of loads.
    pub loads: Arc<AtomicU32>,
    /// Taking up what is due fails, as when its table is locked.
    pub due_fails: Arc<AtomicBool>,
    /// Work that is due once.
    pub set_aside: Arc<Mutex<Vec<OrderCompleted>>>,
}

/// The keys of its rows.
#[derive(Debug, Default)]
pub struct Keys(BTreeSet<OrderId>);

impl Load for Toy {
    type Keys = Keys;
    type Work = Work;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<Work, DbErr> {
        if !keys.0.is_empty() {
            self.loads.fetch_add(1, Ordering::Relaxed);
        }
        let ids = keys.0.into_iter().chain([first()]);
        Ok(Work { ticks: Rows::lock(tx, "order_id", ids).await? })
    }
}

impl Service for Toy {
    const NAME: &'static str = "toy";
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_toy",
        sql: "CREATE TABLE ticks (order_id TEXT NOT NULL PRIMARY KEY, \
              times BIGINT NOT NULL CHECK (times < 90)); \
              CREATE TABLE sent (id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL)",
    }];
    const HANDLERS: &'static [Handler<Self>] = &[
        &OnEvent { keys, decide },
        &Instruct { verb: "do" },
        &Instruct { verb: "redrive" },
        &OnDue { find: |toy: &Toy, _, _, _| async { toy.due() }.boxed(), keys, decide },
    ];
    const BEFORE_COMMIT: Option<BeforeCommit<Self>> = Some(|_, tx, documents| {
        let sent =
            |it: &OutboundDocument<'_>| Sent { id: it.id.into(), document: it.document.into() };
        async move { row::insert(tx, &documents.iter().map(sent).collect::<Vec<_>>()).await }
            .boxed()
    });
}

impl Toy {
    fn due(&self) -> Result<Vec<OrderCompleted>, DbErr> {
        if self.due_fails.load(Ordering::Relaxed) {
            return Err(DbErr::Conn(RuntimeErr::Internal("on purpose".to_owned())));
        }
        Ok(std::mem::take(&mut *self.set_aside.lock().unwrap()))
    }
}

/// A command in the words of the event.
struct Instruct {
    verb: &'static str,
}

impl Handle<Toy> for Instruct {
    fn trigger(&self) -> Trigger {
        Trigger::Command(self.verb)
    }

    fn message_type(&self) -> TypeId {
        TypeId::of::<Instruct>()
    }

    fn read(&self, inbound: &Inbound) -> Result<Box<dyn Any + Send + Sync>, Faults> {
        let read = serde_json::from_slice::<OrderCompleted>(&inbound.payload);
        Ok(Box::new(read.map_err(|error| Unreadable::invalid("", error.to_string()))?))
    }

    fn keys(&self, message: &Box<dyn Any + Send + Sync>, all: &mut Keys) {
        keys(message.downcast_ref().unwrap(), all);
    }

    fn decide(
        &self,
        toy: &Toy,
        message: &Box<dyn Any + Send + Sync>,
        work: &mut Work,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt> {
        decide(toy, message.downcast_ref().unwrap(), work, context)
    }
}

fn keys(message: &OrderCompleted, keys: &mut Keys) {
    keys.0.insert(message.order_id);
}

fn decide(_: &Toy, it: &OrderCompleted, work: &mut Work, _: &Context<'_>) -> Result<Outputs, Halt> {
    let waits = it.po_number.as_str() == "waits" && work.ticks.get(&first()).is_none();
    let new = || Tick { order_id: it.order_id, times: 0 };
    work.ticks.get_or_put(&it.order_id, new).times += 1;
    match it.po_number.as_str() {
        "panic" => panic!("on purpose"),
        "poison" => {
            let code = Reason::InvariantBroken;
            return Err(Halt::poison(code, "on purpose"));
        }
        "refused" => work.ticks.get_or_put(&it.order_id, new).times = 1_000,
        _ if waits => return Err(Halt::Wait(Key::new("order", first()))),
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
    Ok(outputs)
}

/// The next event of an order, whose PO number instructs the toy.
pub fn instruction(bench: &mut Bench, number: u32, what: &str) -> Inbound {
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
