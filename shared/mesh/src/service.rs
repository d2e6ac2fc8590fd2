//! A service as its author declares it: lists of handlers and endpoints.

use std::{
    any::{Any, TypeId},
    time::Duration,
};

use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use tokio_util::sync::CancellationToken;

use crate::{
    context::{Context, Partners},
    endpoint::Endpoint,
    halt::Halt,
    handler::{Handler, Trigger},
    outcome::Outputs,
    store::{db::Migration, load::Load, outbox::OutboundDocument, unit_of_work::UnitOfWork as _},
    streams::connection::Connection,
};

/// One service: a pure core that decides, and what it needs to be fed.
pub trait Service: Load + Sized + Send + Sync + 'static {
    /// The service's name, also used for its durables.
    const NAME: &'static str;
    /// The service's tables, as ordered migrations.
    const MIGRATIONS: &'static [Migration];
    /// The messages that it handles. An event that is not listed is passed over.
    const HANDLERS: &'static [Handler<Self>];
    /// The questions that it answers.
    const ENDPOINTS: &'static [Endpoint<Self>] = &[];
    /// Reads every ingress document and answers those without an owner. One service of the mesh does.
    const GATEKEEPER: bool = false;
    /// Keeps its tables in bounds.
    const UPKEEP: Option<Upkeep<Self>> = None;
    /// Reports the service's own metrics from the database.
    const MEASURE: Option<Measure<Self>> = None;
    /// Writes rows in the transaction that sends documents.
    const BEFORE_COMMIT: Option<BeforeCommit<Self>> = None;
    /// Work outside the decisions, such as a webhook.
    const BACKGROUND: &'static [Background<Self>] = &[];

    /// Adds keys that messages imply without naming them, such as a partner's default customer, by
    /// the partners' records that the batch is decided with.
    fn resolve_keys(_keys: &mut Self::Keys, _partners: &Partners) {}

    /// Completes the outputs of every decision, such as by documents in a partner's own format.
    fn conclude(
        &self,
        _work: &mut Self::Work,
        outputs: Outputs,
        _context: &Context<'_>,
    ) -> Outputs {
        outputs
    }
}

/// Keeps a service's tables in bounds and checks that they add up, a bounded step at a time.
///
/// A step runs between batches, in a transaction of its own. It locks in the order of
/// [`Service::load`], and a decision never waits for it while it holds anything.
pub struct Upkeep<S> {
    /// The time between two steps.
    pub every: fn(&S) -> Duration,
    /// Carries out one step.
    pub step:
        for<'a> fn(&'a S, &'a DatabaseTransaction, Timestamp) -> BoxFuture<'a, Result<(), DbErr>>,
}

/// Sets the service's own metrics ([`metrics::set`](crate::process::metrics::set)) from the database, on a
/// timer.
pub type Measure<S> =
    for<'a> fn(&'a S, &'a DatabaseConnection, Timestamp) -> BoxFuture<'a, Result<(), DbErr>>;

/// Sees every document to a partner that a batch sends, in its transaction, before the commit.
pub type BeforeCommit<S> = for<'a> fn(
    &'a S,
    &'a DatabaseTransaction,
    &'a [OutboundDocument<'a>],
) -> BoxFuture<'a, Result<(), DbErr>>;

/// Works until shutdown on things outside messages and database.
/// It writes rows of the service's own, and [`OnDue`](crate::handler::OnDue) makes messages of them.
/// Killed at any moment, it goes on from its rows.
pub type Background<S> =
    for<'a> fn(&'a S, DatabaseConnection, Connection, CancellationToken) -> BoxFuture<'a, ()>;

/// Decides one message over a unit of work, as the engine does with one of a batch: for tests of
/// decisions without a database. `message` is an event, a command, work that is due, or a
/// [`Received`] document.
///
/// # Errors
/// The [`Halt`] of the decision.
///
/// # Panics
/// When the service has no handler of the message.
pub fn decide<S: Service, M: Send + Sync + 'static>(
    service: &S,
    message: M,
    work: &mut S::Work,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let of_type = |handler: &&Handler<S>| handler.message_type() == TypeId::of::<M>();
    let of_all = |handler: &&Handler<S>| handler.trigger() == Trigger::EveryEvent;
    let (handler, message): (_, Box<dyn Any + Send + Sync>) = match S::HANDLERS.iter().find(of_type)
    {
        Some(handler) => (handler, Box::new(message)),
        None => {
            let handler = S::HANDLERS.iter().find(of_all);
            let handler = handler.expect("the service handles the message");
            let event = context.inbound.expect("every event comes in");
            (handler, handler.read(event).expect("the event can be read"))
        }
    };
    handler.keys(&message, &mut S::Keys::default());
    work.mark();
    let outputs = handler.decide(service, &message, work, context);
    outputs.map(|outputs| service.conclude(work, outputs, context)).inspect_err(|_| work.undo())
}
