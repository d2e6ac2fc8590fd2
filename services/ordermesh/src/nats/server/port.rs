//! The server's port: the requested one, otherwise the last one, otherwise a free one. The folder
//! remembers it, so that partners find the server again.

use std::{
    fs,
    net::TcpListener,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use rand::Rng as _;
use tokio::time::sleep;

use crate::nats::folder::{Folder, write_atomically};

const TRIES: usize = 1_000;
const FREE_WITHIN: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// Chooses the port; `is_nats` tells whether a NATS or another program occupies it.
pub(super) async fn choose(
    folder: &Folder,
    asked: Option<u16>,
    is_nats: impl AsyncFn(u16) -> bool,
) -> Result<u16> {
    let port = match (asked.filter(|port| *port != 0), remembered(folder)) {
        (Some(port), _) if is_free_in_time(port).await => port,
        (Some(port), _) => {
            let who = if is_nats(port).await { "another NATS server" } else { "another program" };
            bail!("port {port} is taken by {who}: stop that, or name a free port with --nats-port")
        }
        (None, Some(port)) if is_free_in_time(port).await => port,
        (None, taken) => {
            let port = any_free()?;
            if let Some(taken) = taken {
                tracing::warn!(taken, port, "the last port is taken: using another");
            }
            port
        }
    };
    write_atomically(&folder.nats("port"), port.to_string().as_bytes())?;
    Ok(port)
}

/// Waits for the port to be released, as by a server that was just killed; returns true if it was.
async fn is_free_in_time(port: u16) -> bool {
    let asked = Instant::now();
    while !is_free(port) {
        if asked.elapsed() > FREE_WITHIN {
            return false;
        }
        sleep(POLL).await;
    }
    true
}

pub(super) fn remembered(folder: &Folder) -> Option<u16> {
    fs::read_to_string(folder.nats("port")).ok()?.trim().parse().ok()
}

pub(super) fn url(port: u16) -> String {
    format!("nats://127.0.0.1:{port}")
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// Returns a free port outside the range of outgoing connections: a partner that reconnects while
/// the server is away might get the server's own port and keep it from coming back.
fn any_free() -> Result<u16> {
    let mut rng = rand::rng();
    let mut ports = std::iter::repeat_with(|| rng.random_range(10_000..30_000));
    ports.by_ref().take(TRIES).find(|port| is_free(*port)).context("no free port")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_was_asked_for_and_is_taken_is_an_error_that_says_by_whom() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::at(root.path()).unwrap();
        let of = async |is_nats| choose(&folder, Some(port), async |_| is_nats).await.unwrap_err();
        let (nats, other) = (of(true).await.to_string(), of(false).await.to_string());
        assert!(nats.contains(&format!("port {port} is taken by another NATS server")), "{nats}");
        assert!(nats.contains("--nats-port"), "{nats}");
        assert!(other.contains("is taken by another program"), "{other}");
    }
}
