//! The server that a killed mesh left running.
//!
//! It is ended and not taken over. It is nobody's child any more, so nothing would notice if it
//! stopped, and its configuration may be older than this program's table of permissions. Ending it
//! loses nothing that was acknowledged, and a new one is ready in well under a second.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::time::sleep;

use super::folder::Folder;

const ENDS_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(20);

/// Returns the process id of the folder's server, if it runs: the pid file names a process that
/// runs with this folder's configuration. A pid alone may belong to another program.
pub(super) fn running(folder: &Folder) -> Option<Pid> {
    let text = fs::read_to_string(folder.nats("nats.pid")).ok()?;
    let pid: i32 = text.trim().parse().ok()?;
    let ours = pid > 1 && command_line(pid)?.contains(folder.nats("server.conf").to_str()?);
    ours.then(|| Pid::from_raw(pid))
}

/// Ends the server that a killed mesh left behind. The caller holds the folder's lock, so no other
/// mesh is using it.
pub(super) async fn end(folder: &Folder) -> Result<()> {
    let Some(pid) = running(folder) else { return Ok(()) };
    tracing::warn!(%pid, "the last mesh in this folder was killed: ending the server it left");
    if signal(pid, Signal::SIGTERM)? && gone_within(folder, ENDS_WITHIN).await {
        return Ok(());
    }
    signal(pid, Signal::SIGKILL)?;
    if !gone_within(folder, ENDS_WITHIN).await {
        bail!("the nats-server of an earlier mesh (process {pid}) does not end: end it by hand");
    }
    Ok(())
}

/// Sends a signal; returns `false` when there is no such process any more.
pub(super) fn signal(pid: Pid, signal: Signal) -> Result<bool> {
    match kill(pid, signal) {
        Ok(()) => Ok(true),
        Err(Errno::ESRCH) => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot signal nats-server ({pid})")),
    }
}

async fn gone_within(folder: &Folder, limit: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if running(folder).is_none() {
            return true;
        }
        sleep(POLL).await;
    }
    false
}

/// Returns a process's command line, from `/proc` or else from `ps`.
fn command_line(pid: i32) -> Option<String> {
    if Path::new("/proc/self").exists() {
        let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    let mut ps = Command::new("ps");
    let output = ps.args(["-o", "command=", "-p", &pid.to_string()]).stdin(Stdio::null()).output();
    Some(String::from_utf8_lossy(&output.ok()?.stdout).into_owned())
}
