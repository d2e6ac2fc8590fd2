//! What may be imported: which files, which documents, and in which order they are sent.

use contracts::Kind;
use strum::{EnumIter, IntoEnumIterator as _};

use super::columns::{self, Column};

/// What a file holds. In the order in which it is sent: what others refer to goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumIter)]
pub(crate) enum Sort {
    /// The seller.
    Company,
    /// Warehouses.
    Warehouses,
    /// Items.
    Items,
    /// Price lists, one row a price.
    Prices,
    /// Customers.
    Customers,
    /// Tax rates.
    Taxes,
    /// Counts, adjustments and transfers, one row an item.
    Stock,
}

impl Sort {
    /// What it is called in a file's name; the first is the usual one.
    pub const fn stems(self) -> &'static [&'static str] {
        match self {
            Self::Company => &["company"],
            Self::Warehouses => &["warehouses", "warehouse"],
            Self::Items => &["items", "item"],
            Self::Prices => &["prices", "price-lists", "price-list"],
            Self::Customers => &["customers", "customer"],
            Self::Taxes => &["taxes", "tax-rates", "tax-rate"],
            Self::Stock => &["stock"],
        }
    }

    /// What a file of this name holds.
    pub fn of_stem(stem: &str) -> Option<Self> {
        Self::iter().find(|sort| sort.stems().contains(&stem))
    }

    /// The document that it becomes.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Company => Kind::Company,
            Self::Warehouses => Kind::Warehouse,
            Self::Items => Kind::Item,
            Self::Prices => Kind::PriceList,
            Self::Customers => Kind::Customer,
            Self::Taxes => Kind::TaxRate,
            Self::Stock => Kind::Stock,
        }
    }

    /// The columns of its CSV.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Company => columns::COMPANY,
            Self::Warehouses => columns::WAREHOUSES,
            Self::Items => columns::ITEMS,
            Self::Prices => columns::PRICES,
            Self::Customers => columns::CUSTOMERS,
            Self::Taxes => columns::TAXES,
            Self::Stock => columns::STOCK,
        }
    }

    /// Whether an event says that a document of it changed something. Price lists and tax rates
    /// have none.
    pub const fn announces_changes(self) -> bool {
        !matches!(self, Self::Prices | Self::Taxes)
    }
}
