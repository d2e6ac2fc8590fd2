//! The parts of a UBL Order that a seller acts on. What it holds besides is passed over, except
//! what would change the order: that is read, so that its owner can refuse it.

use serde::Deserialize;

/// A text or a number, with the attributes that it may have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Code {
    /// Whose code it is.
    #[serde(rename = "@schemeID", default)]
    pub scheme: Option<String>,
    /// The text.
    #[serde(rename = "$text", default)]
    text: String,
}

impl Code {
    /// The text, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// A quantity with its unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Measure {
    /// The unit, of UN/ECE recommendation 20 or the partners' own.
    #[serde(rename = "@unitCode", default)]
    pub unit: Option<String>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Measure {
    /// The number, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// An amount with its currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Money {
    /// The currency.
    #[serde(rename = "@currencyID", default)]
    pub currency: Option<String>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Money {
    /// The number, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// `cac:PartyIdentification`, `cac:BuyersItemIdentification` and their like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identification {
    /// The id.
    #[serde(rename = "ID", default)]
    pub id: Code,
}

/// `cac:PartyName`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Name {
    /// The name.
    #[serde(rename = "Name", default)]
    pub name: Code,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Order {
    /// Which rules it follows.
    #[serde(rename = "CustomizationID", default)]
    pub customization: Option<Code>,
    /// Which process it is of.
    #[serde(rename = "ProfileID", default)]
    pub profile: Option<Code>,
    /// The buyer's number of it.
    #[serde(rename = "ID")]
    pub id: Code,
    /// When it was issued.
    pub issue_date: Code,
    /// What kind of order it is.
    #[serde(default)]
    pub order_type_code: Option<Code>,
    /// The currency of its amounts.
    #[serde(default)]
    pub document_currency_code: Option<Code>,
    /// Until when it holds.
    #[serde(default)]
    pub validity_period: Vec<Period>,
    /// Who buys.
    pub buyer_customer_party: PartyHolder,
    /// Who sells.
    pub seller_supplier_party: PartyHolder,
    /// Where and when it goes.
    #[serde(default)]
    pub delivery: Vec<Delivery>,
    /// What is asked or granted besides.
    #[serde(default)]
    pub allowance_charge: Vec<AllowanceCharge>,
    /// Its totals.
    #[serde(default)]
    pub anticipated_monetary_total: Option<MonetaryTotal>,
    /// Its lines.
    #[serde(default)]
    pub order_line: Vec<OrderLine>,
}

/// What holds a party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartyHolder {
    /// The party.
    #[serde(default)]
    pub party: Party,
}

/// A party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Party {
    /// Its electronic address.
    #[serde(rename = "EndpointID", default)]
    pub endpoint: Option<Code>,
    /// Its ids.
    #[serde(default)]
    pub party_identification: Vec<Identification>,
    /// Its names.
    #[serde(default)]
    pub party_name: Vec<Name>,
    /// Its registered names.
    #[serde(default)]
    pub party_legal_entity: Vec<LegalEntity>,
}

/// `cac:PartyLegalEntity`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LegalEntity {
    /// The registered name.
    #[serde(default)]
    pub registration_name: Code,
    /// The registered id.
    #[serde(rename = "CompanyID", default)]
    pub company: Code,
}

impl Party {
    /// What it is called; empty where it does not say.
    #[must_use]
    pub fn name(&self) -> &str {
        let given = self.party_name.iter().map(|name| name.name.text());
        let registered = self.party_legal_entity.iter().map(|it| it.registration_name.text());
        given.chain(registered).find(|name| !name.is_empty()).unwrap_or_default()
    }

    /// Every code that it goes by: its ids, its electronic address, its registration.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let ids = self.party_identification.iter().map(|it| it.id.text());
        let endpoint = self.endpoint.iter().map(Code::text);
        let registered = self.party_legal_entity.iter().map(|it| it.company.text());
        ids.chain(endpoint).chain(registered).filter(|code| !code.is_empty())
    }
}

/// A span of days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Period {
    /// Its first day.
    #[serde(default)]
    pub start_date: Option<Code>,
    /// Its last day.
    #[serde(default)]
    pub end_date: Option<Code>,
}

/// Where and when goods go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delivery {
    /// The place.
    #[serde(default)]
    pub delivery_location: Option<Location>,
    /// The place, said without a location.
    #[serde(default)]
    pub delivery_address: Option<Place>,
    /// When the goods are wanted.
    #[serde(default)]
    pub requested_delivery_period: Option<Period>,
    /// Who receives them.
    #[serde(default)]
    pub delivery_party: Option<Party>,
}

/// `cac:DeliveryLocation`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Location {
    /// Its code.
    #[serde(rename = "ID", default)]
    pub id: Option<Code>,
    /// Its name.
    #[serde(default)]
    pub name: Option<Code>,
    /// Its address.
    #[serde(default)]
    pub address: Option<Place>,
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Place {
    /// Street and number.
    #[serde(default)]
    pub street_name: Code,
    /// The number, where the street does not hold it.
    #[serde(default)]
    pub building_number: Code,
    /// More of the street address.
    #[serde(default)]
    pub additional_street_name: Code,
    /// City.
    #[serde(default)]
    pub city_name: Code,
    /// Postal code.
    #[serde(default)]
    pub postal_zone: Code,
    /// State or province by name.
    #[serde(default)]
    pub country_subentity: Code,
    /// State or province by code.
    #[serde(default)]
    pub country_subentity_code: Code,
    /// The country.
    #[serde(default)]
    pub country: Option<Country>,
}

/// `cac:Country`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Country {
    /// ISO 3166-1, two letters.
    #[serde(default)]
    pub identification_code: Code,
}

/// A charge, or an allowance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AllowanceCharge {
    /// `true` for a charge.
    #[serde(default)]
    pub charge_indicator: Code,
    /// What for, by code.
    #[serde(default)]
    pub allowance_charge_reason_code: Code,
    /// What for, in words.
    #[serde(default)]
    pub allowance_charge_reason: Code,
    /// How many percent.
    #[serde(default)]
    pub multiplier_factor_numeric: Code,
    /// How much.
    #[serde(default)]
    pub amount: Money,
}

/// The totals of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MonetaryTotal {
    /// The sum of its lines.
    #[serde(default)]
    pub line_extension_amount: Option<Money>,
    /// With charges, without tax.
    #[serde(default)]
    pub tax_exclusive_amount: Option<Money>,
}

/// `cac:OrderLine`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OrderLine {
    /// The line.
    pub line_item: LineItem,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LineItem {
    /// The buyer's number of it.
    #[serde(rename = "ID")]
    pub id: Code,
    /// How much.
    #[serde(default)]
    pub quantity: Option<Measure>,
    /// Whether part of it may come: the rest later.
    #[serde(default)]
    pub partial_delivery_indicator: Option<Code>,
    /// Where and when this line goes, where it differs.
    #[serde(default)]
    pub delivery: Vec<Delivery>,
    /// What is asked or granted besides.
    #[serde(default)]
    pub allowance_charge: Vec<AllowanceCharge>,
    /// The price.
    #[serde(default)]
    pub price: Option<Price>,
    /// The item.
    pub item: Item,
}

/// A price.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Price {
    /// How much.
    pub price_amount: Money,
    /// For how many.
    #[serde(default)]
    pub base_quantity: Option<Measure>,
}

/// An item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    /// What it is called.
    #[serde(default)]
    pub name: Code,
    /// The buyer's id of it.
    #[serde(default)]
    pub buyers_item_identification: Option<ItemId>,
    /// The seller's id of it.
    #[serde(default)]
    pub sellers_item_identification: Option<ItemId>,
    /// Its GTIN or another standard id.
    #[serde(default)]
    pub standard_item_identification: Option<ItemId>,
}

/// An id of an item.
pub type ItemId = Identification;
