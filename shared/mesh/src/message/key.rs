//! The key of an aggregate, such as `order/<id>`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names one aggregate, such as `order/<id>`: what events are ordered by, and what others wait for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// The aggregate of this kind and id.
    #[must_use]
    pub fn new(aggregate: &str, id: impl fmt::Display) -> Self {
        Self(format!("{aggregate}/{id}"))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Key {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

crate::text_column!(Key);
