//! What returns keeps of master data: who speaks for a warehouse, which items come in whole units,
//! and where days begin.

use contracts::{
    PartnerName, Quantity, Sku, WarehouseId,
    event::{CompanyUpdated, ItemUpdated, WarehouseUpdated},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{Decision, Outputs, Partners, Rows};

use super::Set;

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

/// Whether this is a part of a unit that cannot be parted. An item without a record is none: it
/// could not have left.
#[must_use]
pub fn is_fraction(set: &Set, sku: &Sku, quantity: Quantity) -> bool {
    !quantity.is_whole() && set.items.get(sku).is_some_and(|item| item.whole_units)
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
        Self(company.iter().next().map_or(TimeZone::UTC, Seller::zone))
    }

    /// The day of a moment.
    #[must_use]
    pub fn day(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.0.clone()).date()
    }
}

/// The newest record of a warehouse.
pub fn warehouse(set: &mut Set, updated: &WarehouseUpdated) -> Decision {
    let (warehouse_id, partner) = (updated.warehouse_id.clone(), updated.warehouse.partner.clone());
    set.warehouses.put(Warehouse { warehouse_id, partner });
    Outputs::none().into()
}

/// The newest record of an item.
pub fn item(set: &mut Set, updated: &ItemUpdated) -> Decision {
    let (sku, whole_units) = (updated.sku.clone(), updated.item.whole_units);
    set.items.put(Item { sku, whole_units });
    Outputs::none().into()
}

/// The newest record of the seller.
pub fn company(set: &mut Set, updated: &CompanyUpdated) -> Decision {
    let (company, time_zone) = (updated.company.clone(), updated.record.time_zone.clone());
    set.company.put(Seller { company, time_zone });
    Outputs::none().into()
}
