//! Connections of this program: the operator's, the provisioner's, and a partner's to prove that
//! its account works. Services connect by [`mesh::nats`].

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions};
use mesh::connection::servers;

use super::{
    accounts::MAX_PAYLOAD,
    version::{OLDEST, Version},
};

/// The interval of pings; a dead server is noticed after two missed ones.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// Returns the connection options of `name`: its key, and an inbox of its own.
#[must_use]
pub fn options(seed: &str, name: &str) -> ConnectOptions {
    ConnectOptions::with_nkey(seed.trim().to_owned())
        .name(name)
        .custom_inbox_prefix(format!("_INBOX_{name}"))
        .ping_interval(PING_INTERVAL)
        .connection_timeout(CONNECTED_WITHIN)
        .request_timeout(Some(ANSWERED_WITHIN))
}

/// Connects `name` to one of the servers at `url`, without retries.
///
/// # Errors
/// Returns an error when there is no server, or it does not know the key.
pub async fn connect(url: &str, seed: &str, name: &str) -> Result<Client> {
    let connected = options(seed, name).connect(servers(url)).await;
    connected.map_err(|error| {
        let why = if is_refused(&error) {
            format!(
                "the NATS at {url} does not know `{name}`: include the accounts.conf of the mesh's \
                 folder in its configuration, have it read that again, and run this again"
            )
        } else {
            format!("no NATS answers at {url}: is it running?")
        };
        anyhow::Error::new(error).context(why)
    })
}

/// Returns true if there is a server and it refuses the key.
#[must_use]
pub fn is_refused(error: &ConnectError) -> bool {
    matches!(
        error.kind(),
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication
    )
}

/// Checks that a server is suitable for a mesh.
///
/// # Errors
/// Returns an error when it is too old, allows too small messages, or has no JetStream; the error
/// says what to change.
pub fn suits(client: &Client) -> Result<Version> {
    let info = client.server_info();
    let version = Version::parse(&info.version);
    let version = version.with_context(|| format!("`{}` is no version of NATS", info.version))?;
    let name = &info.server_name;
    ensure!(version >= OLDEST, "the server {name} is NATS {version}: {OLDEST} or newer is needed");
    ensure!(
        info.jetstream,
        "the server {name} has no JetStream: switch it on in its configuration"
    );
    let least = usize::try_from(MAX_PAYLOAD)?;
    ensure!(
        info.max_payload >= least,
        "the server {name} takes messages of {} bytes: set `max_payload: 8MB` in its configuration",
        info.max_payload
    );
    Ok(version)
}
