//! One message of a service: the rows that it needs, and what it decides.
//!
//! A handler is a constant of two plain functions, `keys` and `decide`, in a file of its own. A
//! service lists its handlers; subscriptions and permissions follow from the list, and a handler
//! that is not listed is dead code.

mod erase;
mod handle;

use contracts::{Kind, PartnerName, document::Faults};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::{context::Context, halt::Halt, message::Inbound, outcome::Outputs, store::load::Load};

pub(crate) use handle::Message;
pub use handle::{Handle, Handler, Trigger};

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

/// Handler of one kind of event.
#[derive(Debug, Clone, Copy)]
pub struct OnEvent<S: Load, E> {
    /// The rows that it needs.
    pub keys: Keys<S, E>,
    pub decide: Decide<S, E>,
}

/// Handler of every event, for a service that observes all of them.
#[derive(Debug, Clone, Copy)]
pub struct OnEveryEvent<S: Load, M> {
    pub read: fn(&Inbound) -> Result<M, Faults>,
    /// The rows that it needs.
    pub keys: Keys<S, M>,
    pub decide: Decide<S, M>,
}

/// A document with its sender, which the server has proved.
#[derive(Debug, Clone, PartialEq)]
pub struct Received<D> {
    /// The sender, proved by the subject.
    pub partner: PartnerName,
    pub document: D,
}

/// Handler of one kind of partner document.
#[derive(Debug, Clone, Copy)]
pub struct OnDocument<S: Load, D> {
    /// The rows that it needs.
    pub keys: Keys<S, Received<D>>,
    pub decide: Decide<S, Received<D>>,
}

/// Handler of a document that is not JSON.
#[derive(Debug, Clone, Copy)]
pub struct OnFormat<S: Load, D> {
    pub kind: Kind,
    pub read: fn(&[u8]) -> Result<D, Faults>,
    /// The rows that it needs.
    pub keys: Keys<S, Received<D>>,
    pub decide: Decide<S, Received<D>>,
}

/// Handler of an operator's command.
#[derive(Debug, Clone, Copy)]
pub struct OnCommand<S: Load, C> {
    /// The rows that it needs.
    pub keys: Keys<S, C>,
    pub decide: Decide<S, C>,
}

/// Handler of work that the service left for later. It runs in bounded steps, after a decision that
/// called [`more_due`](Outputs::more_due), and on a timer.
#[derive(Debug, Clone, Copy)]
pub struct OnDue<S: Load, M> {
    pub find: Find<S, M>,
    /// The rows that it needs.
    pub keys: Keys<S, M>,
    pub decide: Decide<S, M>,
}
