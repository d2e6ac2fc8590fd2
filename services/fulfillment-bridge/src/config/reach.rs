//! The ways to reach a warehouse.

use std::{fmt, path::PathBuf};

use edi::x12::Address;
use reqwest::Url;

/// The way to reach a warehouse besides NATS.
#[derive(Debug, Clone)]
pub enum Reach {
    Webhook(Webhook),
    Drop(Drop),
}

/// The address that takes a warehouse's requests.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub url: Url,
    /// The key of the signatures.
    pub secret: Secret,
}

/// The folder in which files are exchanged with a warehouse, and the addresses in them.
#[derive(Debug, Clone)]
pub struct Drop {
    /// The folder; `in`, `out`, `processed` and `failed` are in it.
    pub folder: PathBuf,
    /// The warehouse's address in ISA.
    pub theirs: Address,
    /// Our address in ISA.
    pub ours: Address,
    /// The warehouse's application in GS.
    pub gs_id: String,
    /// GS08.
    pub version: String,
    /// True if interchanges are marked as test ones.
    pub test: bool,
}

/// A secret, which no log shows.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    pub(super) fn new(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
