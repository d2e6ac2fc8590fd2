#![doc = include_str!("../README.md")]

pub mod card;
pub mod column;
pub mod config;
mod consume;
pub mod db;
pub mod engine;
mod fault;
pub mod health;
pub mod http;
pub mod message;
pub mod metrics;
pub mod nats;
mod outbox;
mod outcome;
mod questions;
mod relay;
pub mod row;
mod run;
mod service;
pub mod set;
mod tables;
pub mod telemetry;
pub mod topology;

pub use card::Card;
pub use column::Json;
pub use db::Migration;
pub use engine::Engine;
pub use message::{Inbound, Key, Origin};
pub use outbox::Outgoing;
pub use outcome::{Decision, Outputs};
pub use run::{Deps, Error, run};
pub use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, QueryResult, sea_query};
pub use service::{Asker, Context, Partners, QuestionError, Service};
pub use set::Rows;
pub use tables::partners;
