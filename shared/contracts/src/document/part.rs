//! Parts that several documents and events share.

use serde::{Deserialize, Serialize};

use super::shape::{shape, value};
use crate::{
    Country,
    decimal::{Percent, Quantity},
    ids::Sku,
    money::Amount,
};

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Who is there.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// More of the street address.
    #[serde(default)]
    pub line2: Option<String>,
    /// City.
    pub city: String,
    /// State or province, such as `NY`; none where the country has none.
    #[serde(default)]
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: String,
    /// ISO 3166-1 code of the country, two letters.
    pub country: Country,
}

impl Address {
    /// `COUNTRY-REGION`, as warehouses name what they serve; the country alone without a region.
    #[must_use]
    pub fn place(&self) -> String {
        match self.region.as_deref() {
            Some(region) if !region.is_empty() => format!("{}-{region}", self.country),
            _ => self.country.to_string(),
        }
    }
}

/// When an invoice is due, and what paying early earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Days from issue to due.
    #[cfg_attr(test, schemars(range(max = 3650)))]
    pub net_days: u32,
    /// What may be deducted within `discount_days`; none, no discount.
    #[serde(default)]
    pub discount_percent: Option<Percent>,
    /// Days from issue within which the discount may be taken.
    #[serde(default)]
    pub discount_days: Option<u32>,
}

impl Default for Terms {
    /// Thirty days net.
    fn default() -> Self {
        Self { net_days: 30, discount_percent: None, discount_days: None }
    }
}

/// What is asked beside the goods, such as freight.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// What for, such as `freight`.
    pub code: String,
    /// How much, without tax.
    pub amount: Amount,
}

/// A quantity of an item on an order line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LineQuantity {
    /// The order line.
    pub line: u32,
    /// The item: what is shipped, where it replaces what was ordered.
    pub sku: Sku,
    /// How much, in stock units.
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
