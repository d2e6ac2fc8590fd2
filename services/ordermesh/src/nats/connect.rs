//! Connections of the program itself: the operator's, the provisioner's, and a partner's to prove
//! that its account is there. Services connect by [`mesh::nats`].

use std::time::Duration;

use anyhow::{Context as _, Result};
use async_nats::{Client, ConnectOptions};

/// A dead server is noticed after two missed pings.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// How `name` connects: by its key, with an inbox that is its own.
#[must_use]
pub fn options(seed: &str, name: &str) -> ConnectOptions {
    ConnectOptions::with_nkey(seed.trim().to_owned())
        .name(name)
        .custom_inbox_prefix(format!("_INBOX_{name}"))
        .ping_interval(PING_INTERVAL)
        .connection_timeout(CONNECTED_WITHIN)
        .request_timeout(Some(ANSWERED_WITHIN))
}

/// Connects `name` to the server at `url`, once: where there is no server the caller is told.
///
/// # Errors
/// When there is no server, or it does not know the key.
pub async fn connect(url: &str, seed: &str, name: &str) -> Result<Client> {
    let connected = options(seed, name).connect(url).await;
    connected.with_context(|| format!("`{name}` cannot connect to {url}: is the mesh running?"))
}
