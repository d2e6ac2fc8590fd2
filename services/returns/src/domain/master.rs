//! Master data: the partners of warehouses, the items sold in whole units, and the seller's time
//! zone.

use contracts::{PartnerName, Sku, WarehouseId, event::CompanyUpdated};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{Partners, Rows};

/// The seller. There is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// Always [`CompanyUpdated::SELLER`].
    pub company: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

impl Seller {
    /// Returns the time zone, or UTC if the name is unknown.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// A warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warehouse {
    pub warehouse_id: WarehouseId,
    /// The partner that the warehouse's record names.
    pub partner: PartnerName,
}

impl Warehouse {
    /// Returns the partner that speaks for the warehouse: the warehouse names the partner, and the
    /// partner names the warehouse.
    #[must_use]
    pub fn speaker<'a>(&'a self, partners: &Partners) -> Option<&'a PartnerName> {
        let record = partners.get(&self.partner)?;
        record.speaks_for(&self.warehouse_id).then_some(&self.partner)
    }
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub sku: Sku,
    /// True if the item is sold in whole units only.
    pub whole_units: bool,
}

mesh::row!(Item in "items" by (sku: Sku) { sku, whole_units });
mesh::row!(Seller in "company" by (company: String) { company, time_zone });
mesh::row!(Warehouse in "warehouses" by (warehouse_id: WarehouseId) { warehouse_id, partner });

/// The seller's calendar. It uses UTC until the seller is known.
#[derive(Debug, Clone)]
pub struct Calendar(TimeZone);

impl Calendar {
    /// Returns the calendar of the seller in these rows.
    #[must_use]
    pub fn of(company: &Rows<Seller>) -> Self {
        let seller = company.get(&CompanyUpdated::SELLER.to_owned());
        Self(seller.map_or(TimeZone::UTC, Seller::zone))
    }

    /// Returns the day of a moment.
    #[must_use]
    pub fn day(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.0.clone()).date()
    }
}
