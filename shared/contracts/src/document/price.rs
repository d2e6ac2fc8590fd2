//! Price lists and tax rates of the ERP.

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

/// A price list in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The price list's id, as customers' records name it.
    pub price_list: PriceListId,
    /// The ISO 4217 currency of its prices.
    pub currency: Currency,
    /// The first day on which the list is valid.
    pub valid_from: Date,
    /// The last day on which the list is valid; none, open-ended.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// The percentage by which an order's price may differ from the list, either way; 0 by default.
    #[serde(default)]
    pub tolerance_percent: Percent,
    /// The list's prices, by item, unit and minimum quantity.
    pub prices: Vec<Price>,
}

ingress!(PriceList, |it| it.price_list.to_string());

/// An item's price from a minimum quantity on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The unit of measure that the price is for.
    pub uom: Uom,
    /// The price of one `uom`.
    pub unit_price: UnitPrice,
    /// The smallest quantity of a line, in `uom`, for which the price applies; 1 by default.
    #[serde(default = "one")]
    pub min_quantity: Quantity,
}

/// The code of a tax category in UNCL 5305, as used by EN 16931.
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
    /// Standard rate, or a reduced one.
    S,
    /// Zero rated goods.
    Z,
    /// Exempt from tax.
    E,
    /// Reverse charge: the buyer owes the tax.
    Ae,
    /// Intra-community supply, exempt in the EU.
    K,
    /// Export outside the EU, untaxed.
    G,
    /// Outside the scope of tax.
    O,
    /// Indirect tax of the Canary Islands (IGIC).
    L,
    /// Tax of Ceuta and Melilla (IPSI).
    M,
}

/// A tax rate of a place; the most specific one applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The country's ISO 3166-1 alpha-2 code.
    pub country: Country,
    /// The region of the country, such as `NY`; none, all of it.
    #[serde(default)]
    pub region: Option<String>,
    /// The tax category of the items that it applies to.
    pub tax_category: TaxCategory,
    /// The tax rate in percent.
    pub rate_percent: Percent,
    /// The first day on which the rate applies; it ends when the next begins.
    pub valid_from: Date,
    /// The category's code on invoices; by default `S`, and `Z` at rate 0.
    #[serde(default)]
    pub code: Option<TaxCode>,
    /// The reason for the exemption, where nothing is taxed.
    #[serde(default)]
    pub exemption_reason: Option<String>,
}

impl TaxRate {
    /// Returns the category's code on invoices, with the default filled in.
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
