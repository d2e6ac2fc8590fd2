//! Values in columns: text, 64-bit integer or boolean, the same on SQLite and PostgreSQL.
//!
//! No decimal ever passes through a float: quantities and prices are stored in millionths, money
//! in minor units, timestamps in microseconds.

use std::ops::{Deref, DerefMut};

use contracts::{Currency, Percent, Quantity, SignedQuantity, UnitPrice};
use jiff::{Timestamp, civil::Date};
use sea_orm::{DbErr, QueryResult, TryGetable, sea_query::Value};
use serde::{Serialize, de::DeserializeOwned};

/// A type that is stored in one column.
pub trait Column: Sized {
    /// The type that the database stores.
    type Raw: TryGetable + Into<Value>;

    /// Converts the value to the stored type.
    fn to_raw(&self) -> Self::Raw;

    /// Converts a stored value back.
    ///
    /// # Errors
    /// When the stored value is none of this type's.
    fn from_raw(raw: Self::Raw) -> Result<Self, String>;
}

/// A column that may be null or not: every [`Column`] and every `Option` of one.
pub trait Cell: Sized {
    /// The value as a parameter of a statement.
    fn value(&self) -> Value;

    /// Reads the value from a column of a row.
    ///
    /// # Errors
    /// When the column is missing, null where it may not be, or malformed.
    fn read(row: &QueryResult, name: &str) -> Result<Self, DbErr>;
}

impl<T: Column> Cell for T {
    fn value(&self) -> Value {
        self.to_raw().into()
    }

    fn read(row: &QueryResult, name: &str) -> Result<Self, DbErr> {
        let raw = row.try_get::<T::Raw>("", name)?;
        T::from_raw(raw).map_err(|why| DbErr::Type(format!("column {name}: {why}")))
    }
}

impl<T: Column> Cell for Option<T>
where
    Option<T::Raw>: TryGetable + Into<Value>,
{
    fn value(&self) -> Value {
        self.as_ref().map(Column::to_raw).into()
    }

    fn read(row: &QueryResult, name: &str) -> Result<Self, DbErr> {
        let raw = row.try_get::<Option<T::Raw>>("", name)?;
        let value = raw.map(T::from_raw).transpose();
        value.map_err(|why| DbErr::Type(format!("column {name}: {why}")))
    }
}

/// Stores a type by its `Display` and reads it by its `FromStr`: ids, enums, dates.
#[macro_export]
macro_rules! text_column {
    ($($type:ty),+ $(,)?) => {
        $(
            impl $crate::column::Column for $type {
                type Raw = String;
                fn to_raw(&self) -> String {
                    self.to_string()
                }
                fn from_raw(raw: String) -> Result<Self, String> {
                    raw.parse().map_err(|_| format!("`{raw}` is no {}", stringify!($type)))
                }
            }
        )+
    };
}

text_column!(
    contracts::PartnerName,
    contracts::CustomerId,
    contracts::Sku,
    contracts::WarehouseId,
    contracts::PoNumber,
    contracts::PriceListId,
    contracts::Uom,
    contracts::TaxCategory,
    contracts::InvoiceNumber,
    contracts::CreditMemoNumber,
    contracts::RmaNumber,
    contracts::ConfirmationId,
    contracts::PaymentId,
    contracts::ReversalId,
    contracts::ReturnRequestId,
    contracts::ReceiptId,
    contracts::AdjustmentId,
    contracts::TransferId,
    contracts::DocumentId,
    contracts::CommandId,
    contracts::OrderId,
    contracts::ShipmentId,
    contracts::EntryId,
    contracts::CaseId,
    contracts::Country,
    Currency,
    Date,
    uuid::Uuid,
    i128,
);

macro_rules! integer_column {
    ($($type:ty),+) => {
        $(
            impl Column for $type {
                type Raw = i64;
                fn to_raw(&self) -> i64 {
                    i64::try_from(*self).expect("counts and sequences stay below 2^63")
                }
                fn from_raw(raw: i64) -> Result<Self, String> {
                    raw.try_into().map_err(|_| format!("{raw} is out of range"))
                }
            }
        )+
    };
}

integer_column!(i64, u64, u32, u8);

macro_rules! scaled_column {
    ($($type:ty),+) => {
        $(
            impl Column for $type {
                type Raw = i64;
                fn to_raw(&self) -> i64 {
                    self.scaled()
                }
                fn from_raw(raw: i64) -> Result<Self, String> {
                    Ok(Self::from_scaled(raw))
                }
            }
        )+
    };
}

scaled_column!(Quantity, SignedQuantity, UnitPrice, Percent);

impl Column for String {
    type Raw = String;
    /// PostgreSQL's text takes every character but NUL, which stands in many a damaged document: it
    /// is replaced as bytes are that are no text, or the document would be a dead letter.
    fn to_raw(&self) -> String {
        self.replace('\0', "\u{fffd}")
    }
    fn from_raw(raw: String) -> Result<Self, String> {
        Ok(raw)
    }
}

impl Column for Vec<u8> {
    type Raw = Vec<u8>;
    fn to_raw(&self) -> Vec<u8> {
        self.clone()
    }
    fn from_raw(raw: Vec<u8>) -> Result<Self, String> {
        Ok(raw)
    }
}

impl Column for bool {
    type Raw = bool;
    fn to_raw(&self) -> bool {
        *self
    }
    fn from_raw(raw: bool) -> Result<Self, String> {
        Ok(raw)
    }
}

impl Column for Timestamp {
    type Raw = i64;
    fn to_raw(&self) -> i64 {
        self.as_microsecond()
    }
    fn from_raw(raw: i64) -> Result<Self, String> {
        Self::from_microsecond(raw).map_err(|error| error.to_string())
    }
}

/// A value stored as JSON text: an address, a list that is never searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Serialize + DeserializeOwned> Column for Json<T> {
    type Raw = String;
    fn to_raw(&self) -> String {
        serde_json::to_string(&self.0).expect("a wire type is always JSON")
    }
    fn from_raw(raw: String) -> Result<Self, String> {
        serde_json::from_str(&raw).map(Self).map_err(|error| error.to_string())
    }
}
