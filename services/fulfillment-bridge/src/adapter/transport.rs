//! A way to reach a warehouse besides NATS.

use std::{future::Future, time::Duration};

use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr};

use crate::deliveries::rows::Delivery;

pub trait Transport: Send + Sync {
    /// Hands a document over. The same one may be handed over more than once.
    fn deliver(&self, delivery: &Delivery) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Takes in the files that the warehouse has left, and writes rows of them.
    fn collect(
        &self,
        _db: &DatabaseConnection,
        _now: Timestamp,
    ) -> impl Future<Output = Result<(), DbErr>> + Send {
        async { Ok(()) }
    }
}

/// A document that was not handed over.
#[derive(Debug)]
pub struct Failure {
    /// The reason in words, without a secret.
    pub reason: String,
    /// True if the warehouse answers and refuses this one document.
    pub refused: bool,
    /// The pause that the warehouse asks for.
    pub again_after: Option<Duration>,
}

impl Failure {
    pub fn unreached(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), refused: false, again_after: None }
    }
}
