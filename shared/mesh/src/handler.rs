//! One message of a service: the rows that it needs, and what it decides.
//!
//! A handler is a constant of two plain functions, `keys` and `decide`, in a file of its own. A
//! service lists its handlers; subscriptions and permissions follow from the list, and a handler
//! that is not listed is dead code.

use std::any::{Any, TypeId};

use contracts::{
    Event, Ingress, Kind, PartnerName,
    command::Command,
    document::{self, Faults},
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    context::Context,
    halt::Halt,
    message::{Inbound, Origin, read_event},
    outcome::Outputs,
    store::load::Load,
};

/// An entry of a service's list of handlers.
pub type Handler<S> = &'static dyn Handle<S>;

/// The rows that a message needs, added to the keys of its batch.
pub type Keys<S, M> = fn(&M, &mut <S as Load>::Keys);

/// The decision: pure, without clock, randomness or I/O. Changes to the unit of work count only
/// when it returns `Ok`.
pub type Decide<S, M> = fn(&S, &M, &mut <S as Load>::Work, &Context<'_>) -> Result<Outputs, Halt>;

/// Work that earlier decisions have left, at most `limit` pieces. It locks nothing, for it would
/// lock out of order: another replica may do the same work first, so `decide` looks again.
pub type Find<S, M> = for<'a> fn(
    &'a S,
    &'a DatabaseTransaction,
    Timestamp,
    u64,
) -> BoxFuture<'a, Result<Vec<M>, DbErr>>;

/// A service's own event, of whichever type.
pub(crate) type Message = Box<dyn Any + Send + Sync>;

/// The source of a handler's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// One kind of event.
    Event {
        /// The kind of aggregate.
        aggregate: &'static str,
        /// What happened.
        name: &'static str,
    },
    /// Events of every kind.
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

    /// Reads a message.
    ///
    /// # Errors
    /// All that is wrong with it. The mesh answers a document with a `rejection` and a command with
    /// a refusal; an event becomes a dead letter.
    fn read(&self, inbound: &Inbound) -> Result<Message, Faults>;

    /// Adds the rows that the message needs.
    fn keys(&self, message: &Message, keys: &mut S::Keys);

    /// Decides the message.
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

/// The message by its type: [`Handle::read`] or [`Handle::due`] of the same handler made it.
fn typed<M: 'static>(message: &Message) -> &M {
    message.downcast_ref().expect("a handler is given its own messages")
}

/// Handles an event.
#[derive(Debug, Clone, Copy)]
pub struct OnEvent<S: Load, E> {
    /// The rows that it needs.
    pub keys: Keys<S, E>,
    /// The decision.
    pub decide: Decide<S, E>,
}

/// Handles every event, for a service that watches all of them.
#[derive(Debug, Clone, Copy)]
pub struct OnEveryEvent<S: Load, M> {
    /// Reads it.
    pub read: fn(&Inbound) -> Result<M, Faults>,
    /// The rows that it needs.
    pub keys: Keys<S, M>,
    /// The decision.
    pub decide: Decide<S, M>,
}

/// A document with its sender, which the server has proved.
#[derive(Debug, Clone, PartialEq)]
pub struct Received<D> {
    /// The sender.
    pub partner: PartnerName,
    /// The document.
    pub document: D,
}

/// Handles a partner's document.
#[derive(Debug, Clone, Copy)]
pub struct OnDocument<S: Load, D> {
    /// The rows that it needs.
    pub keys: Keys<S, Received<D>>,
    /// The decision.
    pub decide: Decide<S, Received<D>>,
}

/// Handles a document in a format of its own, which is not JSON.
#[derive(Debug, Clone, Copy)]
pub struct OnFormat<S: Load, D> {
    /// Its name.
    pub kind: Kind,
    /// Reads it.
    pub read: fn(&[u8]) -> Result<D, Faults>,
    /// The rows that it needs.
    pub keys: Keys<S, Received<D>>,
    /// The decision.
    pub decide: Decide<S, Received<D>>,
}

/// Handles an operator's command.
#[derive(Debug, Clone, Copy)]
pub struct OnCommand<S: Load, C> {
    /// The rows that it needs.
    pub keys: Keys<S, C>,
    /// The decision.
    pub decide: Decide<S, C>,
}

/// Handles work that the service left for later: in bounded steps, after a decision that said
/// [`more_due`](Outputs::more_due), and on a timer.
#[derive(Debug, Clone, Copy)]
pub struct OnDue<S: Load, M> {
    /// Finds the work.
    pub find: Find<S, M>,
    /// The rows that it needs.
    pub keys: Keys<S, M>,
    /// The decision.
    pub decide: Decide<S, M>,
}

macro_rules! erase_keys_and_decide {
    ($message:ty) => {
        fn message_type(&self) -> TypeId {
            TypeId::of::<$message>()
        }

        fn keys(&self, message: &Message, keys: &mut S::Keys) {
            (self.keys)(typed::<$message>(message), keys);
        }

        fn decide(
            &self,
            service: &S,
            message: &Message,
            work: &mut S::Work,
            context: &Context<'_>,
        ) -> Result<Outputs, Halt> {
            (self.decide)(service, typed::<$message>(message), work, context)
        }
    };
}

impl<S: Load, E: Event> Handle<S> for OnEvent<S, E> {
    fn trigger(&self) -> Trigger {
        Trigger::Event { aggregate: E::AGGREGATE, name: E::NAME }
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        Ok(Box::new(read_event::<E>(&inbound.payload)?))
    }

    erase_keys_and_decide!(E);
}

impl<S: Load, M: Send + Sync + 'static> Handle<S> for OnEveryEvent<S, M> {
    fn trigger(&self) -> Trigger {
        Trigger::EveryEvent
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        Ok(Box::new((self.read)(inbound)?))
    }

    erase_keys_and_decide!(M);
}

impl<S: Load, D: Ingress> Handle<S> for OnDocument<S, D> {
    fn trigger(&self) -> Trigger {
        Trigger::Document(D::DOCUMENT)
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        let document: D = document::read(&inbound.payload)?;
        Ok(Box::new(Received { partner: sender(inbound), document }))
    }

    erase_keys_and_decide!(Received<D>);
}

impl<S: Load, D: Send + Sync + 'static> Handle<S> for OnFormat<S, D> {
    fn trigger(&self) -> Trigger {
        Trigger::Document(self.kind.name())
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        let document = (self.read)(&inbound.payload)?;
        Ok(Box::new(Received { partner: sender(inbound), document }))
    }

    erase_keys_and_decide!(Received<D>);
}

impl<S: Load, C: Command> Handle<S> for OnCommand<S, C> {
    fn trigger(&self) -> Trigger {
        Trigger::Command(C::VERB)
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        Ok(Box::new(document::read_json::<C>(&inbound.payload)?))
    }

    erase_keys_and_decide!(C);
}

impl<S: Load, M: Send + Sync + 'static> Handle<S> for OnDue<S, M> {
    fn trigger(&self) -> Trigger {
        Trigger::Due
    }

    fn read(&self, _inbound: &Inbound) -> Result<Message, Faults> {
        unreachable!("no message of a stream leads to work that is due")
    }

    erase_keys_and_decide!(M);

    fn due<'a>(
        &self,
        service: &'a S,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        let found = (self.find)(service, tx, now, limit);
        Box::pin(async move {
            let boxed = |message: M| -> Message { Box::new(message) };
            Ok(found.await?.into_iter().map(boxed).collect())
        })
    }
}

/// The sender of a document.
fn sender(inbound: &Inbound) -> PartnerName {
    match &inbound.origin {
        Origin::Document { partner, .. } => partner.clone(),
        Origin::Event { .. } | Origin::Command { .. } => {
            unreachable!("a document has a sender")
        }
    }
}
