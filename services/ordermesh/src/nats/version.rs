//! Versions of `nats-server`, and the oldest suitable one.

use std::{fmt, path::Path, process::Stdio, time::Duration};

use anyhow::{Context as _, Result, bail};
use tokio::{process::Command, time::timeout};

/// The oldest suitable version. Older servers leave a durable ahead of a stream that has lost its
/// tail.
pub const OLDEST: Version = Version { major: 2, minor: 14, patch: 0 };
pub(super) const PROGRAM: &str = "nats-server";
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Version {
    /// Parses `nats-server: v2.15.1`; a suffix such as `-RC.1` is ignored.
    #[must_use]
    pub fn parse(said: &str) -> Option<Self> {
        let text = said.trim().rsplit(' ').next()?.trim_start_matches('v');
        let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
        let mut next = || parts.next()?.ok();
        Some(Self { major: next()?, minor: next()?, patch: next()? })
    }
}

/// Returns the version of the program at `path`.
///
/// # Errors
/// Returns an error when it does not run, is not `nats-server`, or is older than [`OLDEST`].
pub async fn check(path: &Path) -> Result<Version> {
    let mut command = Command::new(path);
    command.arg("--version").stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(ANSWERS_WITHIN, command.output()).await;
    let output = output.context("`--version` was not answered")?.context("it does not run")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let Some(version) = said.contains(PROGRAM).then(|| Version::parse(&said)).flatten() else {
        bail!("it is no {PROGRAM}: `--version` said `{}`", said.trim());
    };
    if version < OLDEST {
        bail!("version {version} is older than {OLDEST}");
    }
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        let read = |said| Version::parse(said).map(|v| v.to_string());
        assert_eq!(read("nats-server: v2.15.1\n").as_deref(), Some("2.15.1"));
        assert_eq!(read("nats-server: v2.16.0-RC.1").as_deref(), Some("2.16.0"));
        assert_eq!(read("nats-server"), None);
        assert!(Version { major: 2, minor: 9, patch: 25 } < OLDEST);
    }
}
