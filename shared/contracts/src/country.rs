//! Countries of ISO 3166-1 by their alpha-2 codes.

use std::{borrow::Cow, fmt, ops::Deref, str::FromStr};

use country_code_enum::CountryCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A country's ISO 3166-1 alpha-2 code, in upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(CountryCode);

impl Country {
    /// Returns the two upper-case letters.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0.into()
    }
}

impl Deref for Country {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for Country {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let country = text.parse().ok().map(Self).filter(|country| country.as_str() == text);
        country.ok_or_else(|| format!("`{text}` is not an ISO 3166-1 alpha-2 country code"))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'_, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
