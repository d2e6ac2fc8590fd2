//! The seller's master data: customers, items with their prices, warehouses, tax rates.

use contracts::{
    Country, CustomerId, PriceListId, Quantity, Sku, UnitPrice,
    document::{
        Address, Company, Customer, CustomerStatus, Item, ItemStatus, ItemUom, Price, PriceList,
        TaxCode, TaxRate, Terms, Warehouse, WarehouseStatus,
    },
};
use jiff::civil::{Date, date};
use rand::{Rng, rngs::StdRng};

use crate::demo::units::{ONE, units};

/// The buyers, one per channel.
pub(super) const BUYERS: [&str; 4] =
    ["harbor-retail", "summit-market", "prairie-shops", "lakeside-trade"];
/// The warehouses and the partners that speak for them.
pub(super) const WAREHOUSES: [(&str, &str); 2] = [("EAST", "east-3pl"), ("WEST", "west-3pl")];
/// The date from which all lists and rates are valid: before any run.
pub(in crate::demo) const SINCE: Date = date(2020, 1, 1);
const CUSTOMERS: usize = 40;
/// The customers after those, who exist for mistakes: a blocked one, and one without credit.
pub(super) const SPECIAL: usize = 2;
const ITEMS: usize = 200;

/// A customer and its buyer.
pub(super) struct Client {
    pub buyer: usize,
    pub record: Customer,
}

/// An item and its price, in cents per stock unit.
pub(super) struct Product {
    pub sku: Sku,
    pub description: String,
    pub cents: i64,
    /// The stock units in a case; none for items sold by the piece only.
    pub case: Option<i64>,
    pub taxed: bool,
    /// The usual quantity of an order.
    pub usual: i64,
}

impl Product {
    /// Returns the price of a piece in millionths: lower from 48 pieces, and again from 144.
    pub(super) fn piece_price(&self, pieces: i64) -> i64 {
        let percent = if pieces >= 144 {
            90
        } else if pieces >= 48 {
            95
        } else {
            100
        };
        self.cents * percent * 100
    }

    /// Returns the price of a case in millionths: whole cents, slightly below the price of its
    /// pieces.
    pub(super) fn case_price(&self, case: i64) -> i64 {
        self.cents * case * 94 / 100 * 10_000
    }
}

pub(super) fn catalogue(rng: &mut StdRng) -> anyhow::Result<Vec<Product>> {
    const KINDS: [&str; 10] =
        ["Bolt", "Bracket", "Filter", "Gasket", "Hinge", "Lamp", "Pump", "Seal", "Valve", "Wrench"];
    const SIZES: [&str; 5] = ["XS", "S", "M", "L", "XL"];
    let product = |index: usize| {
        let (kind, size) = (KINDS[index % 10], SIZES[index / 10 % 5]);
        let cents = match rng.random_range(0..10) {
            0..6 => rng.random_range(45..1_500),
            6..9 => rng.random_range(1_500..9_000),
            _ => rng.random_range(9_000..60_000),
        };
        Ok(Product {
            sku: Sku::new(format!("{}-{:03}", kind.to_uppercase(), index + 1))?,
            description: format!("{kind} {size}, series {}", index / 50 + 1),
            cents,
            case: rng.random_ratio(1, 2).then(|| [6, 10, 12, 24][rng.random_range(0..4)]),
            taxed: !rng.random_ratio(1, 8),
            usual: if cents > 5_000 { 4 } else { 30 },
        })
    };
    (0..ITEMS).map(product).collect()
}

/// Builds the items' documents, and one price list of them all.
pub(super) fn documents(catalogue: &[Product]) -> anyhow::Result<(Vec<Item>, Vec<PriceList>)> {
    let (mut items, mut prices) = (Vec::new(), Vec::new());
    for (index, product) in catalogue.iter().enumerate() {
        let next = &catalogue[(index + 10) % catalogue.len()];
        let cases = product.case.map(|case| {
            Ok::<_, anyhow::Error>(ItemUom { uom: "CS".parse()?, per_stock_uom: units(case) })
        });
        items.push(Item {
            document_id: None,
            sku: product.sku.clone(),
            description: product.description.clone(),
            status: ItemStatus::Active,
            stock_uom: "EA".parse()?,
            whole_units: true,
            uoms: cases.into_iter().collect::<anyhow::Result<_>>()?,
            tax_category: if product.taxed { "standard" } else { "food" }.parse()?,
            unit_cost: UnitPrice::from_scaled(product.cents * 6_000),
            substitutes: vec![next.sku.clone()],
            codes: Vec::new(),
        });
        let price = |uom: &str, scaled: i64, from: i64| {
            Ok::<_, anyhow::Error>(Price {
                sku: product.sku.clone(),
                uom: uom.parse()?,
                unit_price: UnitPrice::from_scaled(scaled),
                min_quantity: units(from),
            })
        };
        for from in [1, 48, 144] {
            prices.push(price("EA", product.piece_price(from), from)?);
        }
        if let Some(case) = product.case {
            prices.push(price("CS", product.case_price(case), 1)?);
        }
    }
    let list = PriceList {
        document_id: None,
        price_list: PriceListId::new("WHOLESALE")?,
        currency: "USD".parse().map_err(anyhow::Error::msg)?,
        valid_from: SINCE,
        valid_to: None,
        tolerance_percent: "0".parse()?,
        prices,
    };
    Ok((items, vec![list]))
}

/// Builds forty customers of four buyers, a blocked customer, and one with hardly any credit.
pub(super) fn customers(rng: &mut StdRng) -> anyhow::Result<Vec<Client>> {
    const NAMES: [&str; 8] =
        ["Acorn", "Bluebird", "Cedar", "Dover", "Elm", "Foxglove", "Granite", "Hollow"];
    const KINDS: [&str; 5] = ["Stores", "Hardware", "Outfitters", "Supply", "Market"];
    let mut clients = Vec::new();
    for index in 0..CUSTOMERS + SPECIAL {
        let name = format!("{} {}", NAMES[index % 8], KINDS[index / 8 % 5]);
        let early = rng.random_ratio(1, 5);
        clients.push(Client {
            buyer: index % BUYERS.len(),
            record: Customer {
                document_id: None,
                customer_id: CustomerId::new(format!("C-{}", 100 + index))?,
                status: match index {
                    CUSTOMERS => CustomerStatus::Blocked,
                    _ => CustomerStatus::Active,
                },
                currency: "USD".parse().map_err(anyhow::Error::msg)?,
                credit_limit: (index > CUSTOMERS).then(|| "1.00".parse()).transpose()?,
                terms: Terms {
                    net_days: 30,
                    discount_percent: early.then(|| "2".parse()).transpose()?,
                    discount_days: early.then_some(10),
                },
                tax_exempt: rng.random_ratio(1, 10),
                tax_id: None,
                price_list: PriceListId::new("WHOLESALE")?,
                over_ship_tolerance_percent: "0".parse()?,
                bill_to: None,
                default_ship_to: Some(ship_to(&name, index)?),
                name,
            },
        });
    }
    Ok(clients)
}

/// Returns an address: half of the customers are in New York, half in California.
fn ship_to(name: &str, index: usize) -> anyhow::Result<Address> {
    let places = [("Albany", "NY", "12207"), ("Fresno", "CA", "93721")];
    let (city, region, postal_code) = places[index % places.len()];
    Ok(Address {
        name: name.to_owned(),
        line1: format!("{} Main Street", 10 + index),
        line2: None,
        city: city.to_owned(),
        region: Some(region.to_owned()),
        postal_code: postal_code.to_owned(),
        country: home()?,
    })
}

fn home() -> anyhow::Result<Country> {
    "US".parse().map_err(anyhow::Error::msg)
}

pub(in crate::demo) fn company(name: &str, currency: &str, zone: &str) -> anyhow::Result<Company> {
    Ok(Company {
        document_id: None,
        name: name.to_owned(),
        tax_id: Some("36-0000000".to_owned()),
        currency: currency.parse().map_err(anyhow::Error::msg)?,
        time_zone: zone.to_owned(),
        address: Address {
            name: name.to_owned(),
            line1: "1 Dock Road".to_owned(),
            line2: None,
            city: "Chicago".to_owned(),
            region: Some("IL".to_owned()),
            postal_code: "60601".to_owned(),
            country: home()?,
        },
    })
}

pub(in crate::demo) fn warehouses() -> anyhow::Result<Vec<Warehouse>> {
    let regions = [["US-NY", "GB"], ["US-CA", "DE"]];
    let warehouse = |(((id, partner), regions), priority): (((&str, &str), [&str; 2]), u32)| {
        Ok(Warehouse {
            document_id: None,
            warehouse_id: id.parse()?,
            name: id.to_owned(),
            priority,
            status: WarehouseStatus::Open,
            partner: partner.parse()?,
            regions: regions.map(str::to_owned).to_vec(),
            address: company(id, "USD", "UTC")?.address,
        })
    };
    WAREHOUSES.into_iter().zip(regions).zip(1..).map(warehouse).collect()
}

/// Builds the rates of two jurisdictions and two categories.
pub(super) fn tax_rates() -> anyhow::Result<Vec<TaxRate>> {
    let rate = |(region, tax_category, percent, code): (&str, &str, &str, TaxCode)| {
        Ok(TaxRate {
            document_id: None,
            country: home()?,
            region: Some(region.to_owned()),
            tax_category: tax_category.parse()?,
            rate_percent: percent.parse()?,
            valid_from: SINCE,
            code: Some(code),
            exemption_reason: None,
        })
    };
    let rates = [
        ("NY", "standard", "8.875", TaxCode::S),
        ("CA", "standard", "7.25", TaxCode::S),
        ("NY", "food", "0", TaxCode::Z),
        ("CA", "food", "0", TaxCode::Z),
    ];
    rates.into_iter().map(rate).collect()
}

/// Rounds down to whole units.
pub(super) fn whole(scaled: i64) -> Quantity {
    Quantity::from_scaled(scaled / ONE * ONE)
}
