//! Parties of a payment and their accounts.

use serde::Deserialize;

use super::Word;

/// A party; later versions nest it in another element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Party {
    #[serde(rename = "Nm", default)]
    name: Word,
    #[serde(rename = "Id", default)]
    id: PartyId,
    #[serde(rename = "Pty", default)]
    within: Option<Box<Party>>,
}

impl Party {
    fn inner(&self) -> &Self {
        self.within.as_deref().unwrap_or(self)
    }

    /// Returns the name, empty if there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner().name
    }

    /// Returns the party's ids from every issuer.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let PartyId { organisation, person } = &self.inner().id;
        [organisation, person].into_iter().flatten().flat_map(Ids::all)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct PartyId {
    #[serde(rename = "OrgId", default)]
    organisation: Option<Ids>,
    #[serde(rename = "PrvtId", default)]
    person: Option<Ids>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Ids {
    #[serde(rename = "LEI", default)]
    lei: Word,
    #[serde(rename = "Othr", default)]
    others: Vec<OtherId>,
}

impl Ids {
    fn all(&self) -> impl Iterator<Item = &str> {
        let others = self.others.iter().map(|other| &*other.id);
        std::iter::once(&*self.lei).chain(others).filter(|id| !id.is_empty())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct OtherId {
    #[serde(rename = "Id", default)]
    id: Word,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Account {
    #[serde(rename = "Id", default)]
    id: AccountId,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct AccountId {
    #[serde(rename = "IBAN", default)]
    iban: Word,
    #[serde(rename = "Othr", default)]
    other: OtherId,
}

impl Account {
    /// Returns the IBAN, else the bank's own account number, else an empty text.
    #[must_use]
    pub fn number(&self) -> &str {
        if self.id.iban.is_empty() { &self.id.other.id } else { &self.id.iban }
    }
}
