//! A service without its types: the engine is compiled once, and what a service's own types need is
//! compiled in the crate that calls [`AnyService::new`].

use std::{any::Any, fmt, sync::Arc, time::Duration};

use contracts::{
    Reason,
    document::{Faults, Unreadable},
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    context::{Context, Partners},
    endpoint::{Asker, QuestionError},
    halt::Halt,
    handler::{Message as Body, Trigger},
    manifest::Manifest,
    message::{Inbound, Origin},
    old::OldService,
    outcome::{Decision, Outputs},
    service::Service,
    store::{db::Migration, outbox::OutboundDocument, unit_of_work::UnitOfWork},
    streams::connection::Connection,
};

/// A message of a service, which only the service can read.
pub(crate) type Message = Box<dyn Any + Send + Sync>;

/// A [`Service`] of whichever type.
#[derive(Clone)]
pub struct AnyService {
    service: Arc<dyn Erased>,
    manifest: Arc<Manifest>,
}

impl AnyService {
    /// The service without its types.
    #[must_use]
    pub fn new<S: Service>(service: S) -> Self {
        Self { service: Arc::new(ByHandlers(service)), manifest: Manifest::of::<S>().into() }
    }

    /// The service without its types.
    #[must_use]
    pub fn old<S: OldService>(service: S) -> Self {
        Self { service: Arc::new(Old(service)), manifest: Arc::new(S::CARD.into()) }
    }

    /// Its manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.manifest.service
    }

    /// The tables that it needs, step by step.
    #[must_use]
    pub fn migrations(&self) -> &'static [Migration] {
        self.service.migrations()
    }

    pub(crate) fn erased(&self) -> &dyn Erased {
        &*self.service
    }
}

impl<S: Service> From<S> for AnyService {
    fn from(service: S) -> Self {
        Self::new(service)
    }
}

impl fmt::Debug for AnyService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyService").field(&self.name()).finish()
    }
}

/// [`Service`] with boxed types.
pub(crate) trait Erased: Send + Sync {
    fn migrations(&self) -> &'static [Migration];
    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults>;
    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
        partners: &Partners,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>>;
    fn decide(
        &self,
        set: &mut dyn AnySet,
        message: &Message,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt>;
    fn due<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>>;
    fn upkeep_every(&self) -> Option<Duration>;
    fn upkeep<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>>;
    fn measure<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>>;
    fn before_commit<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        documents: &'a [OutboundDocument<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>>;
    fn background(&self, db: DatabaseConnection, shutdown: CancellationToken) -> BoxFuture<'_, ()>;
    fn listen(
        &self,
        db: DatabaseConnection,
        link: Connection,
        shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()>;
    fn answer<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        question: &'a str,
        asker: &'a Asker,
        request: &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>>;
}

/// [`UnitOfWork`] of whichever type.
pub(crate) trait AnySet: Send {
    fn mark(&mut self);
    fn undo(&mut self);
    fn save<'a>(&'a self, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), DbErr>>;
    fn as_any(&mut self) -> &mut dyn Any;
}

impl<W: UnitOfWork> AnySet for W {
    fn mark(&mut self) {
        UnitOfWork::mark(self);
    }

    fn undo(&mut self) {
        UnitOfWork::undo(self);
    }

    fn save<'a>(&'a self, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(UnitOfWork::save(self, tx))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// The message by its type; [`Erased::decode`] and [`Erased::due`] of the same service made it.
fn typed<S: OldService>(message: &Message) -> &S::Message {
    message.downcast_ref().expect("a service is given its own messages")
}

fn boxed<M: Send + Sync + 'static>(message: M) -> Message {
    Box::new(message)
}

/// A service that does not list handlers yet.
struct Old<S>(S);

impl<S: OldService> Erased for Old<S> {
    fn migrations(&self) -> &'static [Migration] {
        S::MIGRATIONS
    }

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        Ok(self.0.decode(inbound)?.map(boxed))
    }

    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
        _partners: &Partners,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>> {
        Box::pin(async move {
            let messages: Vec<&S::Message> = messages.into_iter().map(typed::<S>).collect();
            let set = self.0.load(tx, &messages).await?;
            Ok(Box::new(set) as Box<dyn AnySet>)
        })
    }

    fn decide(
        &self,
        set: &mut dyn AnySet,
        message: &Message,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt> {
        let set = set.as_any().downcast_mut().expect("a service is given the set that it loaded");
        match self.0.decide(set, typed::<S>(message), context) {
            Decision::Done(outputs) => Ok(outputs),
            Decision::Wait(key) => Err(Halt::Wait(key)),
            Decision::Poison { code, reason } => Err(Halt::Poison { code, reason }),
        }
    }

    fn due<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        Box::pin(async move {
            let due = self.0.due(tx, now, limit).await?;
            Ok(due.into_iter().map(boxed).collect())
        })
    }

    fn upkeep_every(&self) -> Option<Duration> {
        self.0.upkeep_every()
    }

    fn upkeep<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(self.0.upkeep(tx, now))
    }

    fn measure<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(self.0.measure(db, now))
    }

    fn before_commit<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        documents: &'a [OutboundDocument<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(self.0.sending(tx, documents))
    }

    fn background(&self, db: DatabaseConnection, shutdown: CancellationToken) -> BoxFuture<'_, ()> {
        Box::pin(self.0.background(db, shutdown))
    }

    fn listen(
        &self,
        db: DatabaseConnection,
        link: Connection,
        shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()> {
        Box::pin(self.0.listen(db, link, shutdown))
    }

    fn answer<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        question: &'a str,
        asker: &'a Asker,
        request: &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>> {
        Box::pin(self.0.answer(db, question, asker, request))
    }
}

/// A message and the place of its handler in the service's list.
struct Addressed {
    handler: usize,
    body: Body,
}

fn addressed(message: &Message) -> &Addressed {
    message.downcast_ref().expect("a service is given its own messages")
}

/// A service that lists its handlers.
struct ByHandlers<S>(S);

impl<S: Service> ByHandlers<S> {
    /// The place of the handler of a message; `None` where the service has none.
    fn handler_of(origin: &Origin) -> Option<usize> {
        let handles = |trigger: Trigger| match (trigger, origin) {
            (Trigger::EveryEvent, Origin::Event { .. }) => true,
            (Trigger::Event { aggregate, name }, Origin::Event { aggregate: of, event, .. }) => {
                aggregate == of && name == event
            }
            (Trigger::Document(name), Origin::Document { document, .. }) => name == document,
            (Trigger::Command(name), Origin::Command { verb, .. }) => name == verb,
            _ => false,
        };
        S::HANDLERS.iter().position(|handler| handles(handler.trigger()))
    }
}

impl<S: Service> Erased for ByHandlers<S> {
    fn migrations(&self) -> &'static [Migration] {
        S::MIGRATIONS
    }

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        match (Self::handler_of(&inbound.origin), &inbound.origin) {
            (Some(handler), _) => {
                let body = S::HANDLERS[handler].read(inbound)?;
                Ok(Some(boxed(Addressed { handler, body })))
            }
            (None, Origin::Command { verb, .. }) => Err(unknown_command(S::NAME, verb).into()),
            (None, Origin::Event { .. } | Origin::Document { .. }) => Ok(None),
        }
    }

    fn load<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        messages: Vec<&'a Message>,
        partners: &Partners,
    ) -> BoxFuture<'a, Result<Box<dyn AnySet>, DbErr>> {
        let mut keys = S::Keys::default();
        for Addressed { handler, body } in messages.into_iter().map(addressed) {
            S::HANDLERS[*handler].keys(body, &mut keys);
        }
        S::resolve_keys(&mut keys, partners);
        let load = self.0.load(tx, keys);
        Box::pin(async move { Ok(Box::new(load.await?) as Box<dyn AnySet>) })
    }

    fn decide(
        &self,
        set: &mut dyn AnySet,
        message: &Message,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt> {
        let work = set.as_any().downcast_mut().expect("a service is given what it loaded");
        let Addressed { handler, body } = addressed(message);
        let outputs = S::HANDLERS[*handler].decide(&self.0, body, work, context)?;
        Ok(self.0.conclude(work, outputs, context))
    }

    fn due<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        Box::pin(async move {
            let mut due = Vec::new();
            for (handler, at) in S::HANDLERS.iter().zip(0..) {
                if handler.trigger() == Trigger::Due {
                    let found = handler.due(&self.0, tx, now, limit).await?;
                    let found = found.into_iter();
                    due.extend(found.map(|body| boxed(Addressed { handler: at, body })));
                }
            }
            Ok(due)
        })
    }

    fn upkeep_every(&self) -> Option<Duration> {
        S::UPKEEP.map(|upkeep| (upkeep.every)(&self.0))
    }

    fn upkeep<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        S::UPKEEP.map_or_else(nothing, |upkeep| (upkeep.step)(&self.0, tx, now))
    }

    fn measure<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        S::MEASURE.map_or_else(nothing, |measure| measure(&self.0, db, now))
    }

    fn before_commit<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        documents: &'a [OutboundDocument<'a>],
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        S::BEFORE_COMMIT.map_or_else(nothing, |before| before(&self.0, tx, documents))
    }

    fn background(
        &self,
        _db: DatabaseConnection,
        _shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }

    fn listen(
        &self,
        db: DatabaseConnection,
        link: Connection,
        shutdown: CancellationToken,
    ) -> BoxFuture<'_, ()> {
        let work = S::BACKGROUND
            .iter()
            .map(move |background| background(&self.0, db.clone(), link.clone(), shutdown.clone()));
        Box::pin(async move {
            futures::future::join_all(work).await;
        })
    }

    fn answer<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        question: &'a str,
        asker: &'a Asker,
        request: &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>> {
        match S::ENDPOINTS.iter().find(|endpoint| endpoint.question == question) {
            Some(endpoint) => (endpoint.answer)(&self.0, db, asker, request),
            None => Box::pin(async move { Err(QuestionError::unknown(question)) }),
        }
    }
}

fn nothing<'a>() -> BoxFuture<'a, Result<(), DbErr>> {
    Box::pin(async { Ok(()) })
}

fn unknown_command(service: &str, verb: &str) -> Unreadable {
    let message = format!("{service} has no command `{verb}`");
    Unreadable { code: Reason::UnknownCommand, path: String::new(), message }
}
