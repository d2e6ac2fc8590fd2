#![doc = include_str!("../README.md")]

mod asked;
pub mod books;
pub mod breaker;
pub mod checked;
pub mod column;
pub mod command;
pub mod config;
mod consume;
mod dates;
pub mod db;
pub mod engine;
mod erased;
mod fault;
pub mod halt;
pub mod handler;
pub mod health;
pub mod http;
pub mod manifest;
pub mod message;
pub mod metrics;
pub mod nats;
mod old;
mod outbox;
mod outcome;
pub mod process;
mod progress;
mod questions;
mod relay;
pub mod row;
mod run;
mod service;
pub mod set;
mod tables;
pub mod telemetry;
pub mod topology;
pub mod turn;

pub use column::Json;
pub use dates::DateLimits;
pub use db::Migration;
pub use engine::Engine;
pub use erased::AnyService;
pub use fault::chain;
pub use halt::Halt;
pub use handler::{
    Handler, OnCommand, OnDocument, OnDue, OnEvent, OnEveryEvent, OnFormat, Received,
};
pub use manifest::Manifest;
pub use message::{Inbound, Key, Origin, read_event};
pub use old::{Card, OldService};
pub use outbox::Outgoing;
pub use outcome::{Decision, Formatted, Outputs, Raw};
pub use run::{Deps, Error, run};
pub use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, QueryResult, sea_query};
pub use service::{
    Asker, Background, BeforeCommit, Context, Endpoint, Letter, Measure, Partners, QuestionError,
    Service, Upkeep,
};
pub use set::{Rows, UnitOfWork};
pub use tables::{partners, partners_named};

/// Batches are built of many small strings on many threads: with glibc's allocator a third of the
/// processor's time goes into it, much of that into threads that wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
