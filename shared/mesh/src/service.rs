//! A service as its author declares it: lists of handlers and endpoints, and the load of their rows.

use std::{collections::BTreeMap, future::Future, time::Duration};

use contracts::{
    PartnerName,
    document::{MAX_BYTES, Unreadable},
    event::Heading,
    partner::{Partner, Role},
    reason::Reason,
};
use futures::future::BoxFuture;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    DateLimits, db::Migration, handler::Handler, message::Inbound, nats::Link, outcome::Outputs,
    set::UnitOfWork,
};

/// The partners that are known, by name.
pub type Partners = BTreeMap<PartnerName, Partner>;

/// One service: a pure core that decides, and what it needs to be fed.
pub trait Service: Sized + Send + Sync + 'static {
    /// Its name, which is also the name of its durables.
    const NAME: &'static str;
    /// Its tables, step by step.
    const MIGRATIONS: &'static [Migration];
    /// The messages that it handles. An event that is not listed is passed over.
    const HANDLERS: &'static [Handler<Self>];
    /// The questions that it answers.
    const ENDPOINTS: &'static [Endpoint<Self>] = &[];
    /// Reads every ingress document and answers those that are nobody's. One service of the mesh does.
    const GATEKEEPER: bool = false;
    /// Keeps its tables in bounds.
    const UPKEEP: Option<Upkeep<Self>> = None;
    /// Reports its own metrics.
    const MEASURE: Option<Measure<Self>> = None;
    /// Adds rows that are to be there when a document is sent.
    const BEFORE_COMMIT: Option<BeforeCommit<Self>> = None;
    /// Works beside the decisions.
    const BACKGROUND: &'static [Background<Self>] = &[];
    /// The rows that the messages of a batch need.
    type Keys: Default + Send;
    /// The rows that its decisions read and change.
    type Work: UnitOfWork;

    /// Reads every row that the batch may touch, with one query per table, locked in one order.
    fn load(
        &self,
        tx: &DatabaseTransaction,
        keys: Self::Keys,
    ) -> impl Future<Output = Result<Self::Work, DbErr>> + Send;

    /// Adds the rows that messages mean without naming them, such as a partner's default customer:
    /// by the records that the batch is decided with.
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

/// A question that a service answers, and the answer.
pub struct Endpoint<S> {
    /// Its name in subjects.
    pub question: &'static str,
    /// Answers one request.
    pub answer: for<'a> fn(
        &'a S,
        &'a DatabaseConnection,
        &'a Asker,
        &'a [u8],
    ) -> BoxFuture<'a, Result<Value, QuestionError>>,
}

/// Keeps a service's tables in bounds and checks that they add up, a bounded step at a time.
///
/// A step runs between batches, in a transaction of its own. It locks in the order of
/// [`Service::load`], and a decision never waits for it while it holds anything.
pub struct Upkeep<S> {
    /// The time between two steps.
    pub every: fn(&S) -> Duration,
    /// One step.
    pub step:
        for<'a> fn(&'a S, &'a DatabaseTransaction, Timestamp) -> BoxFuture<'a, Result<(), DbErr>>,
}

/// Sets the service's own metrics ([`metrics::set`](crate::metrics::set)) from the database, on a
/// timer.
pub type Measure<S> =
    for<'a> fn(&'a S, &'a DatabaseConnection, Timestamp) -> BoxFuture<'a, Result<(), DbErr>>;

/// Sees every document to a partner that a batch sends, in its transaction, before the commit.
pub type BeforeCommit<S> = for<'a> fn(
    &'a S,
    &'a DatabaseTransaction,
    &'a [Letter<'a>],
) -> BoxFuture<'a, Result<(), DbErr>>;

/// Works until it is told to shut down, for what is reached neither by messages nor by the database.
/// It writes rows of the service's own, and [`OnDue`](crate::handler::OnDue) makes messages of them.
/// Killed at any moment, it goes on from its rows.
pub type Background<S> =
    for<'a> fn(&'a S, DatabaseConnection, Link, CancellationToken) -> BoxFuture<'a, ()>;

/// A document on its way to a partner; see [`BeforeCommit`].
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Its `ce-id`.
    pub id: &'a str,
    /// The partner, or `operator`.
    pub recipient: &'a str,
    /// Its name in subjects.
    pub document: &'a str,
    /// It.
    pub body: &'a [u8],
}

/// What a decision may know besides the working set and the message.
#[derive(Debug)]
pub struct Context<'a> {
    /// The time of the batch.
    pub now: Timestamp,
    /// How far from the day on which it is taken a document may be dated.
    pub dates: DateLimits,
    /// The message as it came; `None` for work that is due.
    pub inbound: Option<&'a Inbound>,
    /// Every partner that is known.
    pub partners: &'a Partners,
    /// The message has waited as long as it may: decide without what it waited for. A
    /// [`Halt::Wait`](crate::Halt::Wait) now ends as a dead letter, or as a rejection of the document.
    pub last_chance: bool,
}

impl Context<'_> {
    /// The number and time of the event that is handled; `None` for any other message.
    #[must_use]
    pub fn heading(&self) -> Option<Heading> {
        let event = self.inbound.filter(|inbound| inbound.key().is_some())?;
        serde_json::from_slice(&event.payload).ok()
    }

    /// Refuses a moment too far from the time at which the server took the document (rule D1).
    /// Work of the service's own is not judged again.
    ///
    /// # Errors
    /// `invalid_value` at `path`.
    pub fn check_instant(&self, path: &str, at: Timestamp) -> Result<(), Unreadable> {
        self.inbound.map_or(Ok(()), |inbound| self.dates.check(path, at, inbound.stored_at))
    }

    /// Refuses a day too far from the time at which the server took the document (rule D1). It
    /// counts from its first moment in `zone`, the company's time zone.
    ///
    /// # Errors
    /// `invalid_value` at `path`.
    pub fn check_day(&self, path: &str, day: Date, zone: &TimeZone) -> Result<(), Unreadable> {
        let start = day.to_zoned(zone.clone());
        let start = start.map_err(|error| Unreadable::invalid(path, error.to_string()))?;
        self.check_instant(path, start.timestamp())
    }

    /// The partners of a role.
    pub fn partners_with(&self, role: Role) -> impl Iterator<Item = &PartnerName> {
        let with = move |(_, partner): &(&PartnerName, &Partner)| partner.has_role(role);
        self.partners.iter().filter(with).map(|(name, _)| name)
    }
}

/// Who asks a question: proved by the subject.
#[derive(Debug, Clone)]
pub enum Asker {
    /// An operator, who sees all.
    Operator,
    /// A partner, with its record.
    Partner(Box<Partner>),
}

impl Asker {
    /// Whether it may see everybody's figures: the operator and ERPs.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Partner(partner) => partner.has_role(Role::Erp),
        }
    }

    /// The partner's record; `None` for the operator.
    #[must_use]
    pub fn partner(&self) -> Option<&Partner> {
        match self {
            Self::Operator => None,
            Self::Partner(partner) => Some(partner),
        }
    }
}

/// Why a question gets no answer; sent in the headers of the NATS Services API.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct QuestionError {
    /// As in HTTP: 400, 403, 404, 413, 500.
    pub code: u16,
    /// What is wrong and what to do.
    pub message: String,
}

impl QuestionError {
    /// The request can not be read, or names nothing to look for.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self { code: 400, message: message.into() }
    }

    /// There is none, or it is not the asker's: the same answer, so that nobody learns which.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { code: 404, message: message.into() }
    }

    /// The asker's roles do not allow the question.
    #[must_use]
    pub fn not_allowed() -> Self {
        Self { code: 403, message: Reason::NotAllowed.to_string() }
    }

    /// Larger than anything that a partner may send.
    #[must_use]
    pub fn too_large() -> Self {
        Self { code: 413, message: format!("{}: at most {MAX_BYTES} bytes", Reason::TooLarge) }
    }

    pub(crate) fn unknown(question: &str) -> Self {
        Self::not_found(format!("there is no question {question}"))
    }
}

impl From<DbErr> for QuestionError {
    fn from(error: DbErr) -> Self {
        Self { code: 500, message: format!("the figures could not be read: {error}") }
    }
}
