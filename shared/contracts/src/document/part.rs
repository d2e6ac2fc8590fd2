//! The parts that several documents and events share.

use serde::{Deserialize, Serialize};

use super::shape::{shape, value};
use crate::{
    Country,
    decimal::{Percent, Quantity},
    ids::Sku,
    money::Amount,
};

/// A postal address of a company or person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The name of the company or person at the address.
    pub name: String,
    /// The street and house number.
    pub line1: String,
    /// The second line of the street address, such as a suite.
    #[serde(default)]
    pub line2: Option<String>,
    /// The city or town.
    pub city: String,
    /// The state or province, such as `NY`; none where the country has none.
    #[serde(default)]
    pub region: Option<String>,
    /// The postal code, or ZIP code.
    pub postal_code: String,
    /// The country's ISO 3166-1 alpha-2 code.
    pub country: Country,
}

impl Address {
    /// Returns `COUNTRY-REGION`, the form in which warehouses name the places they serve; the
    /// country alone without a region.
    #[must_use]
    pub fn place(&self) -> String {
        match self.region.as_deref() {
            Some(region) if !region.is_empty() => format!("{}-{region}", self.country),
            _ => self.country.to_string(),
        }
    }
}

/// Payment terms: the due date and the early-payment discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The days from the issue of an invoice to its due date.
    #[cfg_attr(test, schemars(range(max = 3650)))]
    pub net_days: u32,
    /// The percentage that may be deducted within `discount_days`; none, no discount.
    #[serde(default)]
    pub discount_percent: Option<Percent>,
    /// The days from issue within which the discount may be taken.
    #[serde(default)]
    pub discount_days: Option<u32>,
}

impl Default for Terms {
    /// Returns 30 days net, without discount.
    fn default() -> Self {
        Self { net_days: 30, discount_percent: None, discount_days: None }
    }
}

/// A charge beside the goods, such as freight.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// The kind of charge, such as `freight`.
    pub code: String,
    /// The amount without tax.
    pub amount: Amount,
}

/// A quantity of an item on an order line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LineQuantity {
    /// The number of the order line.
    pub line: u32,
    /// The stock keeping unit: the substitute's, where it replaces the ordered item.
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
}

shape! {
    Address {
        "name": value::<String>, "line1": value::<String>, "city": value::<String>,
        "postal_code": value::<String>, "country": value::<Country>,
    } may { "line2": value::<String>, "region": value::<String> }
    Terms { "net_days": value::<u32> } may {
        "discount_percent": value::<Percent>, "discount_days": value::<u32>,
    }
    Charge { "code": value::<String>, "amount": value::<Amount> } may {}
}
