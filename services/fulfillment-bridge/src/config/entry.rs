//! The warehouses of a configuration file, checked.

use std::{collections::BTreeMap, path::PathBuf};

use contracts::WarehouseId;
use edi::x12::Address;
use reqwest::Url;
use serde::{Deserialize, Deserializer, de::Error as _};

use super::reach::{Drop, Reach, Secret, Webhook};

/// A warehouse in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    warehouse: WarehouseId,
    webhook: Option<WebhookEntry>,
    drop: Option<DropEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookEntry {
    url: String,
    secret: Option<String>,
    secret_file: Option<PathBuf>,
    secret_env: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DropEntry {
    folder: PathBuf,
    isa_id: String,
    #[serde(default = "zz")]
    isa_qualifier: String,
    #[serde(default = "ordermesh")]
    our_isa_id: String,
    #[serde(default = "zz")]
    our_isa_qualifier: String,
    gs_id: Option<String>,
    #[serde(default = "version")]
    version: String,
    #[serde(default)]
    test: bool,
}

fn zz() -> String {
    "ZZ".to_owned()
}

fn ordermesh() -> String {
    "ORDERMESH".to_owned()
}

fn version() -> String {
    "004010".to_owned()
}

/// Reads the list of warehouses.
pub fn reaches<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<WarehouseId, Reach>, D::Error> {
    let mut all = BTreeMap::new();
    for entry in Vec::<Entry>::deserialize(deserializer)? {
        let id = entry.warehouse.clone();
        let reach = entry.reach().map_err(|why| D::Error::custom(format!("{id}: {why}")))?;
        if all.insert(id.clone(), reach).is_some() {
            return Err(D::Error::custom(format!("{id} is there twice")));
        }
    }
    Ok(all)
}

impl Entry {
    fn reach(self) -> Result<Reach, String> {
        match (self.webhook, self.drop) {
            (Some(webhook), None) => webhook.checked().map(Reach::Webhook),
            (None, Some(drop)) => drop.checked().map(Reach::Drop),
            (None, None) | (Some(_), Some(_)) => {
                Err("a warehouse has either a `webhook` or a `drop`".to_owned())
            }
        }
    }
}

impl WebhookEntry {
    fn checked(self) -> Result<Webhook, String> {
        let url: Url = self.url.parse().map_err(|error| format!("`{}`: {error}", self.url))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("the url of a webhook begins with https:// or http://".to_owned());
        }
        let secret = match (self.secret, self.secret_file, self.secret_env) {
            (Some(secret), None, None) => secret,
            (None, Some(path), None) => {
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| format!("secret_file {}: {error}", path.display()))?;
                text.lines().next().unwrap_or_default().to_owned()
            }
            (None, None, Some(name)) => {
                std::env::var(&name).map_err(|_| format!("secret_env {name} is not set"))?
            }
            _ => return Err("name one of `secret_file`, `secret_env` and `secret`".to_owned()),
        };
        let secret = secret.trim();
        if secret.is_empty() {
            return Err("the secret is empty: nobody could tell who signed".to_owned());
        }
        Ok(Webhook { url, secret: Secret::new(secret) })
    }
}

impl DropEntry {
    fn checked(self) -> Result<Drop, String> {
        if !self.folder.is_dir() {
            return Err(format!("the folder {} is not there", self.folder.display()));
        }
        let number = self.version.get(..6).unwrap_or_default();
        if number.len() != 6 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("`{}` is no version such as 004010", self.version));
        }
        let theirs = address(self.isa_qualifier, self.isa_id)?;
        let ours = address(self.our_isa_qualifier, self.our_isa_id)?;
        let gs_id = self.gs_id.unwrap_or_else(|| theirs.id.clone());
        let (folder, version, test) = (self.folder, self.version, self.test);
        Ok(Drop { folder, theirs, ours, gs_id, version, test })
    }
}

/// Checks an address: ISA has two characters for a qualifier and fifteen for an id.
fn address(qualifier: String, id: String) -> Result<Address, String> {
    let (qualifier, id) = (qualifier.trim().to_owned(), id.trim().to_owned());
    if qualifier.len() != 2 || id.is_empty() || id.len() > 15 || !id.is_ascii() {
        return Err(format!("`{qualifier}` and `{id}` are no address of an interchange"));
    }
    Ok(Address { qualifier, id })
}
