//! The parties of an order and the delivery address.

use serde::Deserialize;

use super::{Code, Identification, Name, Period};

/// `cac:BuyerCustomerParty` and `cac:SellerSupplierParty`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartyHolder {
    #[serde(default)]
    pub party: Party,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Party {
    /// The electronic address.
    #[serde(rename = "EndpointID", default)]
    pub endpoint: Option<Code>,
    #[serde(default)]
    pub party_identification: Vec<Identification>,
    #[serde(default)]
    pub party_name: Vec<Name>,
    #[serde(default)]
    pub party_legal_entity: Vec<LegalEntity>,
}

/// `cac:PartyLegalEntity`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LegalEntity {
    #[serde(default)]
    pub registration_name: Code,
    /// The registration number.
    #[serde(rename = "CompanyID", default)]
    pub company: Code,
}

impl Party {
    /// Returns the party's name, else its registered name, else an empty text.
    #[must_use]
    pub fn name(&self) -> &str {
        let given = self.party_name.iter().map(|name| name.name.text());
        let registered = self.party_legal_entity.iter().map(|it| it.registration_name.text());
        given.chain(registered).find(|name| !name.is_empty()).unwrap_or_default()
    }

    /// Returns every code of the party: ids, electronic address and registration numbers.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let ids = self.party_identification.iter().map(|it| it.id.text());
        let endpoint = self.endpoint.iter().map(Code::text);
        let registered = self.party_legal_entity.iter().map(|it| it.company.text());
        ids.chain(endpoint).chain(registered).filter(|code| !code.is_empty())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delivery {
    #[serde(default)]
    pub delivery_location: Option<Location>,
    /// The address of a delivery without a location.
    #[serde(default)]
    pub delivery_address: Option<PostalAddress>,
    #[serde(default)]
    pub requested_delivery_period: Option<Period>,
    /// The recipient.
    #[serde(default)]
    pub delivery_party: Option<Party>,
}

/// `cac:DeliveryLocation`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Location {
    #[serde(rename = "ID", default)]
    pub id: Option<Code>,
    #[serde(default)]
    pub name: Option<Code>,
    #[serde(default)]
    pub address: Option<PostalAddress>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PostalAddress {
    #[serde(default)]
    pub street_name: Code,
    /// Present if the street name does not include it.
    #[serde(default)]
    pub building_number: Code,
    #[serde(default)]
    pub additional_street_name: Code,
    #[serde(default)]
    pub city_name: Code,
    #[serde(default)]
    pub postal_zone: Code,
    /// The state or province by name.
    #[serde(default)]
    pub country_subentity: Code,
    /// The state or province by code.
    #[serde(default)]
    pub country_subentity_code: Code,
    #[serde(default)]
    pub country: Option<Country>,
}

/// `cac:Country`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    pub identification_code: Code,
}
