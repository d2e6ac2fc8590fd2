//! Price lists and tax rates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    ingress,
    shape::{each, shape, value},
};
use crate::{
    Country,
    decimal::{Percent, Quantity, UnitPrice},
    ids::{DocumentId, PriceListId, Sku, TaxCategory, Uom},
    money::Currency,
};

/// A list of prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Which list.
    pub price_list: PriceListId,
    /// The currency of its prices.
    pub currency: Currency,
    /// The first day it counts.
    pub valid_from: Date,
    /// The last day it counts; none, it does not end.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// How far an order's price may be from the list, either side; 0 where nothing is said.
    #[serde(default)]
    pub tolerance_percent: Percent,
    /// The prices.
    pub prices: Vec<Price>,
}

ingress!(PriceList, |it| it.price_list.to_string());

/// A price from a quantity on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The item.
    pub sku: Sku,
    /// The unit that the price is for.
    pub uom: Uom,
    /// The price of one such unit.
    pub unit_price: UnitPrice,
    /// The smallest quantity of a line, in that unit, from which it counts; 1 where nothing is said.
    #[serde(default = "one")]
    pub min_quantity: Quantity,
}

/// The code of a tax category in UNCL 5305, as EN 16931 uses it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::AsRefStr,
    strum::IntoStaticStr,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum TaxCode {
    /// Standard rate.
    S,
    /// Zero rated.
    Z,
    /// Exempt.
    E,
    /// Reverse charge.
    Ae,
    /// Intra-community supply.
    K,
    /// Export outside the EU.
    G,
    /// Outside the scope of tax.
    O,
    /// Canary Islands.
    L,
    /// Ceuta and Melilla.
    M,
}

/// A tax rate of a place; the most specific one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// ISO 3166-1 code of the country.
    pub country: Country,
    /// The region of the country; none, all of it.
    #[serde(default)]
    pub region: Option<String>,
    /// The category of items.
    pub tax_category: TaxCategory,
    /// The rate.
    pub rate_percent: Percent,
    /// The first day it counts; it ends when the next begins.
    pub valid_from: Date,
    /// Its code on invoices; `S` where nothing is said, at rate 0 `Z`.
    #[serde(default)]
    pub code: Option<TaxCode>,
    /// Why nothing is taxed, where that is so.
    #[serde(default)]
    pub exemption_reason: Option<String>,
}

impl TaxRate {
    /// The code, said or not.
    #[must_use]
    pub fn tax_code(&self) -> TaxCode {
        let usual = if self.rate_percent.is_zero() { TaxCode::Z } else { TaxCode::S };
        self.code.unwrap_or(usual)
    }
}

ingress!(TaxRate, |it| {
    let place =
        it.region.iter().fold(it.country.to_string(), |place, region| format!("{place}/{region}"));
    format!("{place}/{}/{}", it.tax_category, it.valid_from)
});

fn one() -> Quantity {
    Quantity::new(rust_decimal::Decimal::ONE).expect("one is a quantity")
}

shape! {
    PriceList {
        "price_list": value::<PriceListId>, "currency": value::<Currency>,
        "valid_from": value::<Date>, "prices": each::<Price>,
    } may {
        "document_id": value::<DocumentId>, "valid_to": value::<Date>,
        "tolerance_percent": value::<Percent>,
    }
    Price { "sku": value::<Sku>, "uom": value::<Uom>, "unit_price": value::<UnitPrice> } may {
        "min_quantity": value::<Quantity>,
    }
    TaxRate {
        "country": value::<Country>, "tax_category": value::<TaxCategory>,
        "rate_percent": value::<Percent>, "valid_from": value::<Date>,
    } may {
        "document_id": value::<DocumentId>, "region": value::<String>, "code": value::<TaxCode>,
        "exemption_reason": value::<String>,
    }
}
