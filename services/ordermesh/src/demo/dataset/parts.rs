//! Documents that every data set needs. Dates are today's. No data set has taxes, so every country
//! has a rate of zero.

use std::collections::BTreeSet;

use anyhow::{Error, Result};
use contracts::{
    Amount, Currency, CustomerId, Percent, PoNumber, PriceListId, Sku, UnitPrice,
    document::{
        Address, Channel, Customer, CustomerStatus, Item, ItemStatus, Order, OrderLine, Price,
        PriceList, TaxCode, TaxRate, Terms, Warehouse, WarehouseStatus,
    },
};

use crate::demo::{generate::master::SINCE, scenario::PlannedLine, units::units};

/// The only price list of a data set.
pub(super) const LIST: &str = "LIST";

/// The currency of the American data sets.
pub(super) fn dollars() -> Result<Currency> {
    "USD".parse().map_err(Error::msg)
}

/// A place; no data set has streets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a> {
    pub city: &'a str,
    pub region: &'a str,
    pub postal_code: &'a str,
    /// The ISO 3166-1 code.
    pub country: &'a str,
}

pub(super) fn address(name: &str, place: Place<'_>) -> Result<Address> {
    let or = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
    Ok(Address {
        name: name.to_owned(),
        line1: "1 High Street".to_owned(),
        line2: None,
        city: or(place.city, "Market Town"),
        region: (!place.region.is_empty()).then(|| place.region.to_owned()),
        postal_code: or(place.postal_code, "00000"),
        country: place.country.parse().map_err(Error::msg)?,
    })
}

pub(super) fn customer(
    id: &str,
    name: &str,
    currency: Currency,
    credit_limit: Option<Amount>,
    ship_to: Address,
) -> Result<Customer> {
    Ok(Customer {
        document_id: None,
        customer_id: CustomerId::new(id)?,
        name: name.to_owned(),
        status: CustomerStatus::Active,
        currency,
        credit_limit,
        terms: Terms::default(),
        tax_exempt: false,
        tax_id: None,
        price_list: PriceListId::new(LIST)?,
        over_ship_tolerance_percent: "0".parse()?,
        bill_to: None,
        default_ship_to: Some(ship_to),
    })
}

/// Builds an item that is sold by the piece; `unit_cost` in millionths.
pub(super) fn item(
    sku: &Sku,
    description: &str,
    status: ItemStatus,
    unit_cost: i64,
) -> Result<Item> {
    let description = if description.is_empty() { sku.as_str() } else { description };
    Ok(Item {
        document_id: None,
        sku: sku.clone(),
        description: description.to_owned(),
        status,
        stock_uom: "EA".parse()?,
        whole_units: true,
        uoms: Vec::new(),
        tax_category: "standard".parse()?,
        unit_cost: UnitPrice::from_scaled(unit_cost),
        substitutes: Vec::new(),
        codes: Vec::new(),
    })
}

/// Builds the price list, with prices in millionths of the currency. Within the tolerance the
/// buyer's own price is billed (rule O4).
pub(super) fn price_list<'a>(
    currency: Currency,
    tolerance_percent: Percent,
    prices: impl Iterator<Item = (&'a Sku, i64)>,
) -> Result<PriceList> {
    let price = |(sku, price): (&Sku, i64)| {
        Ok(Price {
            sku: sku.clone(),
            uom: "EA".parse()?,
            unit_price: UnitPrice::from_scaled(price),
            min_quantity: units(1),
        })
    };
    Ok(PriceList {
        document_id: None,
        price_list: PriceListId::new(LIST)?,
        currency,
        valid_from: SINCE,
        valid_to: None,
        tolerance_percent,
        prices: prices.map(price).collect::<Result<_>>()?,
    })
}

/// Returns the tolerance that the price list needs so that the data's prices are as agreed: the
/// largest distance of a price below its list price, in percent with two decimals, rounded up.
pub(super) fn tolerance(prices: impl Iterator<Item = (i64, i64)>) -> Percent {
    let farthest = prices.filter(|(_, list)| *list > 0).map(|(price, list)| {
        let below = i128::from(list) - i128::from(price);
        let hundredths = (below * 10_000 + i128::from(list) - 1) / i128::from(list);
        i64::try_from(hundredths).unwrap_or(i64::MAX).clamp(0, 10_000)
    });
    Percent::from_scaled(farthest.max().unwrap_or_default() * 10_000)
}

/// Builds a rate of zero for every country.
pub(super) fn tax_rates<'a>(countries: impl Iterator<Item = &'a str>) -> Result<Vec<TaxRate>> {
    let countries: BTreeSet<&str> = countries.collect();
    let rate = |country: &str| {
        Ok(TaxRate {
            document_id: None,
            country: country.parse().map_err(Error::msg)?,
            region: None,
            tax_category: "standard".parse()?,
            rate_percent: "0".parse()?,
            valid_from: SINCE,
            code: Some(TaxCode::Z),
            exemption_reason: None,
        })
    };
    countries.into_iter().map(rate).collect()
}

/// Returns a customer's region, as warehouses name it: country, or country and region.
pub(super) fn region(ship_to: &Address) -> String {
    match &ship_to.region {
        Some(region) => format!("{}-{region}", ship_to.country),
        None => ship_to.country.to_string(),
    }
}

/// Builds an open warehouse; the lowest priority number is asked first.
pub(super) fn warehouse(
    id: &str,
    name: &str,
    partner: &str,
    priority: u32,
    place: Place<'_>,
    regions: Vec<String>,
) -> Result<Warehouse> {
    Ok(Warehouse {
        document_id: None,
        warehouse_id: id.parse()?,
        name: name.to_owned(),
        priority,
        status: WarehouseStatus::Open,
        partner: partner.parse()?,
        regions,
        address: address(name, place)?,
    })
}

/// Builds an order line of whole pieces at a price in millionths.
pub(super) fn line(number: u32, sku: &Sku, pieces: i64, price: i64) -> (OrderLine, PlannedLine) {
    let price = Some(UnitPrice::from_scaled(price));
    let sent = OrderLine {
        line: number,
        sku: sku.clone(),
        quantity: units(pieces).into(),
        uom: None,
        unit_price: price,
        discount_percent: Percent::ZERO,
    };
    let quantity = units(pieces);
    let planned =
        PlannedLine { line: number, sku: sku.clone(), quantity, price, price_base: units(1) };
    (sent, planned)
}

/// Builds an order of today that may wait for goods.
pub(super) fn order(
    po_number: &str,
    customer: &str,
    channel: Channel,
    currency: Currency,
    lines: Vec<OrderLine>,
) -> Result<Order> {
    Ok(Order {
        document_id: None,
        po_number: PoNumber::new(po_number)?,
        customer_id: Some(CustomerId::new(customer)?),
        channel,
        currency: Some(currency),
        order_date: None,
        requested_ship_date: None,
        cancel_after: None,
        ship_complete: false,
        allow_backorder: true,
        allow_substitutes: false,
        priority: 5,
        ship_to: None,
        lines,
        charges: Vec::new(),
        total: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tolerance_covers_the_lowest_price() {
        let of = |pairs: &[(i64, i64)]| tolerance(pairs.iter().copied()).to_string();
        assert_eq!(of(&[(90, 100), (80, 100), (120, 100)]), "20");
        assert_eq!(of(&[(2, 3)]), "33.34");
        assert_eq!(of(&[(0, 7), (5, 0)]), "100");
        assert_eq!(of(&[]), "0");
    }
}
