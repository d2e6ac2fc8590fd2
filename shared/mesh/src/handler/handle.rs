//! A handler without the type of its message.

use std::any::{Any, TypeId};

use contracts::document::Faults;
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::{context::Context, halt::Halt, message::Inbound, outcome::Outputs, store::load::Load};

/// An entry of a service's list of handlers.
pub type Handler<S> = &'static dyn Handle<S>;

/// A service's own event, of whichever type.
pub(crate) type Message = Box<dyn Any + Send + Sync>;

/// The source of a handler's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A single kind of event.
    Event {
        aggregate: &'static str,
        name: &'static str,
    },
    EveryEvent,
    /// A partner's document, by its name in subjects.
    Document(&'static str),
    /// An operator's command, by its verb.
    Command(&'static str),
    /// The service itself: work that it left for later.
    Due,
}

/// A handler without the type of its message.
pub trait Handle<S: Load>: Sync {
    /// The source of its messages.
    fn trigger(&self) -> Trigger;

    /// The type of its messages.
    fn message_type(&self) -> TypeId;

    /// Reads a message from its payload.
    ///
    /// # Errors
    /// All that is wrong with it. The mesh answers a document with a `rejection` and a command with
    /// a refusal; an event becomes a dead letter.
    fn read(&self, inbound: &Inbound) -> Result<Message, Faults>;

    /// Adds the rows that the message needs.
    fn keys(&self, message: &Message, keys: &mut S::Keys);

    /// Decides a message over the rows of its batch.
    ///
    /// # Errors
    /// A [`Halt`] when it cannot be decided.
    fn decide(
        &self,
        service: &S,
        message: &Message,
        work: &mut S::Work,
        context: &Context<'_>,
    ) -> Result<Outputs, Halt>;

    /// Work that earlier decisions have left.
    fn due<'a>(
        &self,
        _service: &'a S,
        _tx: &'a DatabaseTransaction,
        _now: Timestamp,
        _limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}
