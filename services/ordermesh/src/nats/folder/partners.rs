//! `partners.json`: each partner's public key, from which the server's accounts are made.

use std::{collections::BTreeMap, fs, io::ErrorKind};

use anyhow::{Context as _, Result};
use contracts::PartnerName;

use super::{Folder, PartnersLock, seeds, write_atomically};

const FILE: &str = "partners.json";

impl Folder {
    /// Returns every partner and its public key.
    ///
    /// # Errors
    /// Returns an error when `partners.json` is damaged.
    pub fn partners(&self) -> Result<BTreeMap<PartnerName, String>> {
        let path = self.root().join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let read = || -> Result<_> {
            let named: BTreeMap<String, String> = serde_json::from_slice(&text)?;
            named.into_iter().map(|(name, key)| Ok((PartnerName::new(name)?, key))).collect()
        };
        read().with_context(|| {
            format!("{} is damaged: put back a copy, or its line of each partner", path.display())
        })
    }

    /// Makes a key for `partner` unless it has one, which stays even if its seed was moved to where
    /// it is used.
    pub(in crate::nats) fn add_key(&self, _: &PartnersLock, partner: &PartnerName) -> Result<()> {
        let mut partners = self.partners()?;
        if partners.contains_key(partner) {
            return Ok(());
        }
        let key = seeds::make(&self.seed_of(partner.as_str()))?;
        partners.insert(partner.clone(), key);
        let named: BTreeMap<_, _> =
            partners.iter().map(|(name, key)| (name.as_str(), key)).collect();
        write_atomically(&self.root().join(FILE), &serde_json::to_vec_pretty(&named)?)
    }
}
