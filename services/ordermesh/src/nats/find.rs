//! The search for a suitable `nats-server`.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{
    install,
    version::{PROGRAM, check},
};

/// Returns the `nats-server` to run: the named one, otherwise one on `PATH`, otherwise one fetched
/// earlier, otherwise a newly fetched one.
///
/// # Errors
/// Returns an error when the named one is unsuitable, or when there is none and none can be
/// fetched; the error says what was tried and what to run.
pub async fn find_or_install(named: Option<&Path>) -> Result<PathBuf> {
    let looked = match find(named).await? {
        Ok(found) => return Ok(found),
        Err(looked) => looked,
    };
    tracing::info!(version = install::VERSION, "no nats-server yet: fetching one");
    install::install().await.with_context(|| format!("no usable nats-server: {looked}"))
}

/// Returns the existing `nats-server`, or a description of what was tried.
///
/// # Errors
/// Returns an error when the named one is unsuitable: it was asked for, so nothing replaces it.
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

/// Returns the first suitable one on `path`, otherwise the one fetched earlier.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a program that reports this version.
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
