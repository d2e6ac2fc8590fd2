//! The table of permissions, from which the accounts of the server's configuration are made.
//!
//! Services live in the account `MESH`, which alone has JetStream. Each partner, and the operator,
//! has an account of its own and reaches `MESH` through service and stream imports only.
//! Permissions inside one account do not cover *reply subjects*: whoever may publish anything there
//! could write anywhere by naming a reply (`reply=$JS.API.STREAM.PURGE.EVENTS`). From another
//! account a reply subject leads back to that account and nowhere else.

mod outsider;
mod service;

use mesh::Manifest;
use serde_json::{Map, Value, json};

use self::outsider::{MESH, Outsider};
use super::folder::{Folder, Keys};

/// The largest message; an enriched event always fits.
pub(super) const MAX_PAYLOAD: u32 = 8 << 20;
/// The limit of the file store. Streams have limits of their own; the server's default (three
/// quarters of the free disk at its start) would refuse a partner because others *may* fill theirs.
const MAX_FILE_STORE: u64 = 1 << 50;
/// The interval of writes to disk. The services send again what a power cut takes from the streams.
const SYNC_INTERVAL: &str = "250ms";
const LOG_SIZE: u32 = 64 << 20;

/// Returns the server's configuration as JSON, which `nats-server` accepts.
#[must_use]
pub fn configuration(folder: &Folder, port: u16, manifests: &[Manifest], keys: &Keys) -> Value {
    json!({
        "server_name": "ordermesh",
        "listen": format!("127.0.0.1:{port}"),
        "max_payload": MAX_PAYLOAD,
        "pid_file": folder.nats("nats.pid"),
        "log_file": folder.nats("nats.log"),
        "logfile_size_limit": LOG_SIZE,
        "logfile_max_num": 4,
        "jetstream": {
            "store_dir": folder.nats("jetstream"),
            "sync_interval": SYNC_INTERVAL,
            "max_file_store": MAX_FILE_STORE,
        },
        "accounts": accounts(manifests, keys),
    })
}

/// Returns the accounts: `MESH`, `OPERATOR`, and `P_<PARTNER>` for each partner.
#[must_use]
pub fn accounts(manifests: &[Manifest], keys: &Keys) -> Value {
    let partners = keys.partners.iter().map(|(name, key)| Outsider::partner(name, key));
    let outsiders: Vec<_> = partners.chain([Outsider::operator(&keys.operator)]).collect();
    let services = manifests.iter().filter_map(|manifest| {
        keys.services.get(manifest.service).map(|key| service::user(manifest, key))
    });
    let users: Vec<_> = services.chain([service::provision(&keys.provision)]).collect();
    let exports: Vec<_> = outsiders.iter().flat_map(Outsider::exports).collect();
    let mesh = json!({ "jetstream": "enabled", "users": users, "exports": exports });
    let others = outsiders.iter().map(|outsider| (outsider.account.clone(), outsider.account()));
    Value::Object([(MESH.to_owned(), mesh)].into_iter().chain(others).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use contracts::PartnerName;

    use super::*;

    #[test]
    fn a_partner_has_an_account_and_the_mesh_exports_to_it_alone() -> anyhow::Result<()> {
        let keys = Keys {
            operator: "UO".into(),
            provision: "UP".into(),
            services: BTreeMap::new(),
            partners: BTreeMap::from([(PartnerName::new("acme-east")?, "UA".into())]),
        };
        let accounts = accounts(&[], &keys);
        assert_eq!(accounts["P_ACME_EAST"]["users"][0]["nkey"], "UA");
        let exports = accounts["MESH"]["exports"].as_array().cloned().unwrap_or_default();
        let ingress = exports.iter().find(|e| e["service"] == "ingress.acme-east.>");
        assert_eq!(ingress.map(|e| &e["accounts"]), Some(&json!(["P_ACME_EAST"])));
        let imports = accounts["P_ACME_EAST"]["imports"].to_string();
        assert!(!imports.contains("events."), "{imports}");
        Ok(())
    }
}
