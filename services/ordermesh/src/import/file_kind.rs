//! Kinds of importable files, with their documents, in the order in which they are sent.

use contracts::Kind;
use strum::{EnumIter, IntoEnumIterator as _};

use super::columns::{self, Column};

/// The content of a file. Kinds that others refer to come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumIter)]
pub(crate) enum FileKind {
    Company,
    Warehouses,
    Items,
    /// Price lists, one price per row.
    Prices,
    Customers,
    Taxes,
    /// Counts, adjustments and transfers, one item per row.
    Stock,
}

impl FileKind {
    /// Returns the names of its files; the first is the usual one.
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

    /// Finds the kind of a file by its name.
    pub fn of_stem(stem: &str) -> Option<Self> {
        Self::iter().find(|file_kind| file_kind.stems().contains(&stem))
    }

    /// Returns the kind of its documents.
    pub const fn document(self) -> Kind {
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

    /// Returns the columns of its CSV.
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

    /// Returns true if an event says that a document changed something. Price lists and tax rates
    /// have none.
    pub const fn announces_changes(self) -> bool {
        !matches!(self, Self::Prices | Self::Taxes)
    }
}
