//! What returns keeps of master data: who speaks for a warehouse, which items come in whole units,
//! and where days begin.

use contracts::{PartnerName, Sku, WarehouseId, event::CompanyUpdated};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{Partners, Rows};

/// What is kept of the seller; there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// Always [`CompanyUpdated::SELLER`].
    pub company: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

impl Seller {
    /// Its time zone, UTC when the name is none.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// What is kept of a warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warehouse {
    /// Which one.
    pub warehouse_id: WarehouseId,
    /// The partner that its record names.
    pub partner: PartnerName,
}

impl Warehouse {
    /// The partner that speaks for it: named by the warehouse, and naming it.
    #[must_use]
    pub fn speaker<'a>(&'a self, partners: &Partners) -> Option<&'a PartnerName> {
        let record = partners.get(&self.partner)?;
        record.speaks_for(&self.warehouse_id).then_some(&self.partner)
    }
}

/// What is kept of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which one.
    pub sku: Sku,
    /// Whether it comes in whole units alone.
    pub whole_units: bool,
}

mesh::row!(Item in "items" by (sku: Sku) { sku, whole_units });
mesh::row!(Seller in "company" by (company: String) { company, time_zone });
mesh::row!(Warehouse in "warehouses" by (warehouse_id: WarehouseId) { warehouse_id, partner });

/// Days as the seller counts them; in UTC while the seller is not known.
#[derive(Debug, Clone)]
pub struct Calendar(TimeZone);

impl Calendar {
    /// The calendar of the seller in these rows.
    #[must_use]
    pub fn of(company: &Rows<Seller>) -> Self {
        let seller = company.get(&CompanyUpdated::SELLER.to_owned());
        Self(seller.map_or(TimeZone::UTC, Seller::zone))
    }

    /// The day of a moment.
    #[must_use]
    pub fn day(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.0.clone()).date()
    }
}
