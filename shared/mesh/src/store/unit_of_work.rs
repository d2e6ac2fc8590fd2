//! The unit of work: the rows that a batch touches, in memory, between `load` and `save`.
//!
//! A decision changes rows here. The changes of a decision that halts are taken back, so that one
//! bad message costs the others of its batch nothing.

use sea_orm::{DatabaseTransaction, DbErr};

pub use super::rows::Rows;

/// The tables that a service's decisions read and change. Written by
/// [`unit_of_work!`](crate::unit_of_work!).
pub trait UnitOfWork: Send + Sync + 'static {
    /// Empty tables that are wholly there, for decisions without a database.
    fn in_memory() -> Self
    where
        Self: Sized;
    /// From here on changes can be taken back.
    fn mark(&mut self);
    /// Takes back every change since the mark.
    fn undo(&mut self);
    /// Writes what changed, one statement per table, in the order of the fields.
    fn save(
        &self,
        tx: &DatabaseTransaction,
    ) -> impl std::future::Future<Output = Result<(), DbErr>> + Send;
}

/// Declares a unit of work: a struct with one [`Rows`] per table, which saves itself; after `with`,
/// what else was found when they were loaded, which decisions only read.
#[macro_export]
macro_rules! unit_of_work {
    (
        $(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$field_doc:meta])* $field:ident : $row:ty),+ $(,)? }
        $(with { $($(#[$fact_doc:meta])* $fact:ident : $type:ty),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        $vis struct $name {
            $($(#[$field_doc])* pub $field: $crate::unit_of_work::Rows<$row>,)+
            $($($(#[$fact_doc])* pub $fact: $type),+)?
        }

        impl $crate::unit_of_work::UnitOfWork for $name {
            fn in_memory() -> Self {
                Self {
                    $($field: $crate::unit_of_work::Rows::whole(Vec::new()),)+
                    $($($fact: ::std::default::Default::default(),)+)?
                }
            }
            fn mark(&mut self) {
                $(self.$field.mark();)+
            }
            fn undo(&mut self) {
                $(self.$field.undo();)+
            }
            async fn save(&self, tx: &$crate::DatabaseTransaction) -> Result<(), $crate::DbErr> {
                $(self.$field.save(tx).await?;)+
                Ok(())
            }
        }
    };
}
