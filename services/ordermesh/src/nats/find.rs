//! Finds a `nats-server` that is new enough.

use std::{
    env,
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use tokio::{process::Command, time::timeout};

use super::install;

/// Older servers leave a durable ahead of a stream that has lost its tail.
pub const OLDEST: Version = Version { major: 2, minor: 14, patch: 0 };
pub(super) const PROGRAM: &str = "nats-server";
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// A version of `nats-server`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Changes what no client survives.
    pub major: u32,
    /// Adds features.
    pub minor: u32,
    /// Repairs.
    pub patch: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Version {
    /// Reads `nats-server: v2.15.1`; what follows the numbers (`-RC.1`) is passed over.
    #[must_use]
    pub fn parse(said: &str) -> Option<Self> {
        let text = said.trim().rsplit(' ').next()?.trim_start_matches('v');
        let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
        let mut next = || parts.next()?.ok();
        Some(Self { major: next()?, minor: next()?, patch: next()? })
    }
}

/// The `nats-server` to run: the one named, else one on `PATH`, else one fetched earlier, else it
/// is fetched now.
///
/// # Errors
/// When the one named does not do, or when there is none and none can be fetched; the error says
/// what was looked at and what to run.
pub async fn find_or_install(named: Option<&Path>) -> Result<PathBuf> {
    let looked = match find(named).await? {
        Ok(found) => return Ok(found),
        Err(looked) => looked,
    };
    tracing::info!(version = install::VERSION, "no nats-server yet: fetching one");
    install::install().await.with_context(|| format!("no usable nats-server: {looked}"))
}

/// The `nats-server` that is there, or what was looked at in vain.
///
/// # Errors
/// When the one named does not do: it was asked for, so nothing else is taken in its place.
pub async fn find(named: Option<&Path>) -> Result<Result<PathBuf, String>> {
    match named {
        Some(path) => {
            check(path).await.with_context(|| {
                format!(
                    "the nats-server named by --nats-server or ORDERMESH_NATS_SERVER ({}) does not do",
                    path.display()
                )
            })?;
            Ok(Ok(path.to_owned()))
        }
        None => Ok(look(env::var_os("PATH").as_deref(), &install::cached()?).await),
    }
}

/// Takes the first on `path` that is new enough, else the one that was fetched earlier.
async fn look(path: Option<&OsStr>, cached: &Path) -> Result<PathBuf, String> {
    let on_path = which::which_in_global(PROGRAM, path).map(Iterator::collect::<Vec<_>>);
    let on_path = on_path.unwrap_or_default();
    let mut looked = Vec::new();
    for candidate in on_path.iter().map(PathBuf::as_path).chain([cached]) {
        match check(candidate).await {
            Ok(_) => return Ok(candidate.to_owned()),
            Err(error) => looked.push(format!("{}: {error:#}", candidate.display())),
        }
    }
    if on_path.is_empty() {
        looked.push(format!("there is no {PROGRAM} on PATH"));
    }
    Err(looked.join("; "))
}

/// The version of the program at `path`.
///
/// # Errors
/// When it does not run, is not `nats-server`, or is older than [`OLDEST`].
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

    /// A folder with a program that says it is this version.
    fn saying(version: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join(PROGRAM);
        // Written elsewhere first: a file that is still open for writing is not run.
        let script = format!("#!/bin/sh\necho 'nats-server: v{version}'\n");
        let made = std::process::Command::new("sh")
            .args(["-c", "printf %s \"$1\" > \"$2\" && chmod +x \"$2\"", "sh", &script])
            .arg(&program)
            .status();
        assert!(made.unwrap().success());
        folder
    }

    async fn found(folders: &[&Path], cached: &Path) -> Result<PathBuf, String> {
        look(Some(&env::join_paths(folders).unwrap()), cached).await
    }

    #[tokio::test]
    async fn an_old_server_on_the_path_is_skipped() {
        let (old, new) = (saying("2.9.25"), saying("2.14.0"));
        let server = |folder: &tempfile::TempDir| folder.path().join(PROGRAM);
        let nowhere = old.path().join("nowhere");
        let both = found(&[old.path(), new.path()], &nowhere).await;
        assert_eq!(both, Ok(server(&new)), "the next on the path");
        let fetched = found(&[old.path()], &server(&new)).await;
        assert_eq!(fetched, Ok(server(&new)), "the one that was fetched");
        let none = found(&[old.path()], &nowhere).await.unwrap_err();
        assert!(none.contains("version 2.9.25 is older than 2.14.0"), "{none}");
        let none = found(&[&nowhere], &nowhere).await.unwrap_err();
        assert!(none.contains("there is no nats-server on PATH"), "{none}");
    }

    #[tokio::test]
    async fn the_one_named_must_do() {
        let named = find(Some(Path::new("/bin/true"))).await;
        assert!(named.is_err_and(|error| format!("{error:#}").contains("it is no nats-server")));
    }
}
