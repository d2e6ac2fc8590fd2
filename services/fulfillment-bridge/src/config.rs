//! How warehouses are reached; `config/default.toml` gives each knob its reason.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use contracts::WarehouseId;
use edi::x12::Address;
use reqwest::Url;
use serde::{Deserialize, Deserializer, de::Error as _};

/// Every knob with its reason.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// What an operator may set.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// Warehouses that are reached otherwise than over NATS alone.
    #[serde(deserialize_with = "reaches")]
    pub warehouses: BTreeMap<WarehouseId, Reach>,
    poll_ms: u64,
    timeout_seconds: u64,
    retry_first_ms: u64,
    retry_most_seconds: u64,
    /// Failures in a row after which a warehouse is left alone for a while.
    pub breaker_failures: u32,
    breaker_open_seconds: u64,
    stuck_after_seconds: u64,
    lease_seconds: u64,
    kept_days: u64,
}

/// How one warehouse is reached.
#[derive(Debug, Clone)]
pub enum Reach {
    /// By HTTP requests.
    Webhook(Webhook),
    /// By files of X12.
    Drop(Drop),
}

/// Where a warehouse takes requests.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where.
    pub url: Url,
    /// What requests are signed with.
    pub secret: Secret,
}

/// Where files are exchanged with a warehouse, and how both are called in them.
#[derive(Debug, Clone)]
pub struct Drop {
    /// The folder; `in`, `out`, `processed` and `failed` are in it.
    pub folder: PathBuf,
    /// The warehouse in ISA.
    pub theirs: Address,
    /// Us in ISA.
    pub ours: Address,
    /// The warehouse's application in GS.
    pub gs_id: String,
    /// GS08.
    pub version: String,
    /// Whether interchanges are marked as test ones.
    pub test: bool,
}

/// A secret, which no log shows.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// It.
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

impl Config {
    /// How often a lane looks for work.
    #[must_use]
    pub fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    /// How long a webhook may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// The first pause between attempts.
    #[must_use]
    pub fn retry_first(&self) -> Duration {
        Duration::from_millis(self.retry_first_ms)
    }

    /// The longest pause between attempts.
    #[must_use]
    pub fn retry_most(&self) -> Duration {
        Duration::from_secs(self.retry_most_seconds)
    }

    /// How long a warehouse is left alone.
    #[must_use]
    pub fn breaker_open(&self) -> Duration {
        Duration::from_secs(self.breaker_open_seconds)
    }

    /// After how long an undelivered document is told.
    #[must_use]
    pub fn stuck_after(&self) -> Duration {
        Duration::from_secs(self.stuck_after_seconds)
    }

    /// How long a replica holds a lane.
    #[must_use]
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds)
    }

    /// How long what was delivered is kept.
    #[must_use]
    pub fn kept(&self) -> Duration {
        Duration::from_secs(self.kept_days.saturating_mul(86_400))
    }
}

/// A warehouse as it is configured.
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

fn reaches<'de, D: Deserializer<'de>>(
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
        Ok(Webhook { url, secret: Secret(secret.as_bytes().to_vec()) })
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

/// ISA has two characters for a qualifier and fifteen for an id.
fn address(qualifier: String, id: String) -> Result<Address, String> {
    let (qualifier, id) = (qualifier.trim().to_owned(), id.trim().to_owned());
    if qualifier.len() != 2 || id.is_empty() || id.len() > 15 || !id.is_ascii() {
        return Err(format!("`{qualifier}` and `{id}` are no address of an interchange"));
    }
    Ok(Address { qualifier, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, mesh::config::Invalid> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ordermesh.toml");
        std::fs::write(folder.path().join("secret"), "s3cret\nsecond line\n").unwrap();
        let text = text.replace("HERE", &folder.path().display().to_string());
        std::fs::write(&file, text).unwrap();
        mesh::config::load("fulfillment-bridge", DEFAULTS, Some(&file))
    }

    #[test]
    fn f6_no_warehouse_is_reached_otherwise_unless_it_is_said() {
        let config = load("").unwrap();
        assert!(config.warehouses.is_empty());
        assert!(config.lease() > config.timeout(), "two replicas would send at once");
    }

    #[test]
    fn f6_a_webhook_and_a_drop_are_configured_and_the_secret_is_not_shown() {
        let config = load(
            "[[fulfillment-bridge.warehouses]]\nwarehouse = \"EAST\"\n\
             webhook = { url = \"https://wms.example/hooks\", secret_file = \"HERE/secret\" }\n\
             [[fulfillment-bridge.warehouses]]\nwarehouse = \"WEST\"\n\
             drop = { folder = \"HERE\", isa_id = \"WESTWMS\", test = true }\n",
        )
        .unwrap();
        let Reach::Webhook(east) = &config.warehouses[&"EAST".parse().unwrap()] else { panic!() };
        assert_eq!(east.secret.reveal(), b"s3cret");
        assert!(!format!("{config:?}").contains("s3cret"));
        let Reach::Drop(west) = &config.warehouses[&"WEST".parse().unwrap()] else { panic!() };
        assert_eq!((west.theirs.id.as_str(), west.gs_id.as_str()), ("WESTWMS", "WESTWMS"));
        assert_eq!((west.ours.id.as_str(), west.test), ("ORDERMESH", true));
    }

    #[test]
    fn what_can_not_work_is_refused_at_the_start_with_its_warehouse() {
        let head = "[[fulfillment-bridge.warehouses]]\nwarehouse = \"EAST\"\n";
        for (entry, told) in [
            ("", "either a `webhook` or a `drop`"),
            ("webhook = { url = \"ftp://wms\", secret = \"s\" }", "https://"),
            ("webhook = { url = \"https://wms\" }", "secret_file"),
            ("webhook = { url = \"https://wms\", secret = \" \" }", "empty"),
            ("webhook = { url = \"https://wms\", secret_file = \"HERE/none\" }", "none"),
            ("webhook = { url = \"https://wms\", secret = \"s\", retries = 1 }", "retries"),
            ("drop = { folder = \"HERE/none\", isa_id = \"W\" }", "is not there"),
            ("drop = { folder = \"HERE\", isa_id = \"MORE-THAN-FIFTEEN\" }", "no address"),
            ("drop = { folder = \"HERE\", isa_id = \"W\", version = \"X\" }", "no version"),
        ] {
            let error = load(&format!("{head}{entry}\n")).unwrap_err().to_string();
            assert!(error.contains(told), "{entry}: {error}");
        }
        let entry = "webhook = { url = \"https://wms\", secret = \"s\" }\n";
        let error = load(&format!("{head}{entry}{head}{entry}")).unwrap_err().to_string();
        assert!(error.contains("twice"), "{error}");
    }
}
