//! The rows of a batch, from the database into memory.

use std::future::Future;

use sea_orm::{DatabaseTransaction, DbErr};

use super::unit_of_work::UnitOfWork;

/// The rows of a service that a batch needs, and the way to them.
pub trait Load {
    /// The rows that the messages of a batch need, by their keys; filled by the handlers.
    type Keys: Default + Send;
    /// The rows that the decisions read and change.
    type Work: UnitOfWork;

    /// Reads every row that the batch may touch, with one query per table, locked in one order.
    fn load(
        &self,
        tx: &DatabaseTransaction,
        keys: Self::Keys,
    ) -> impl Future<Output = Result<Self::Work, DbErr>> + Send;
}
