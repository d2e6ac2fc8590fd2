//! Who buys and sells, and where the goods go.

use serde::Deserialize;

use super::{Code, Identification, Name, Period};

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
