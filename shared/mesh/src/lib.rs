#![doc = include_str!("../README.md")]

mod any_service;
pub mod books;
pub mod checked;
pub mod command;
mod context;
mod dates;
mod endpoint;
pub mod engine;
mod halt;
pub mod handler;
pub mod manifest;
pub mod message;
mod outcome;
pub mod process;
mod service;
pub mod store;
pub mod streams;
mod typed;

pub use any_service::AnyService;
pub use context::{Context, Partners};
pub use dates::DateLimits;
pub use endpoint::{Asker, Endpoint, QuestionError};
pub use engine::{Engine, error::chain};
pub use halt::Halt;
pub use handler::{
    Handler, OnCommand, OnDocument, OnDue, OnEvent, OnEveryEvent, OnFormat, Received,
};
pub use manifest::Manifest;
pub use message::{Inbound, Key, Origin, read_event};
pub use outcome::{Formatted, Outputs, Raw};
pub use process::{
    breaker, config, health, http, metrics,
    run::{Deps, Error, run},
    telemetry,
};
pub use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, QueryResult, sea_query};
pub use service::{Background, BeforeCommit, Measure, Service, Upkeep, decide};
pub use store::{
    column::{self, Json},
    db::{self, Migration},
    load::Load,
    outbox::{OutboundDocument, Outgoing},
    row, singleton,
    tables::{partners, partners_named},
    unit_of_work::{self, Rows, UnitOfWork},
};
pub use streams::{
    connection::{self, Connection},
    topology,
};
pub use typed::AnyDocument;

/// The allocator of every program: batches are built of many small strings on many threads, and
/// with glibc's allocator a third of the processor's time goes into it, much of that into threads
/// that wait for each other.
pub use mimalloc::MiMalloc as Allocator;
