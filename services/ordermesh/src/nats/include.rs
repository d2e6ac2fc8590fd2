//! `accounts.conf`: the accounts of the mesh and its partners, for the configuration of servers
//! that somebody else runs. Such servers take nkey accounts from their configuration alone, so it
//! must include this file and be reloaded whenever the file changes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use mesh::Manifest;

use super::{
    accounts,
    folder::{Folder, PartnersLock, write_atomically},
};

const FILE: &str = "accounts.conf";
const WRITTEN: &str = "# Written by ordermesh, so many times: ";

#[must_use]
pub fn path(folder: &Folder) -> PathBuf {
    folder.root().join(FILE)
}

/// Returns the accounts in the server's own format.
///
/// # Errors
/// Returns an error when a key is missing or damaged.
pub fn text(folder: &Folder, manifests: &[Manifest]) -> Result<String> {
    let accounts = accounts::accounts(manifests, &folder.keys(manifests)?);
    Ok(format!("accounts: {accounts:#}\n"))
}

/// Writes the file. If its content is the same already, the file stays untouched and nobody reloads
/// it.
///
/// # Errors
/// Returns an error when a key is missing, or the file cannot be written.
pub fn write(folder: &Folder, _: &PartnersLock, manifests: &[Manifest]) -> Result<()> {
    let (path, text) = (path(folder), text(folder, manifests)?);
    let (times, there) = read(&path);
    if there == text { Ok(()) } else { write_as(&path, times + 1, &text) }
}

/// Writes the same accounts with another number: servers, and programs that watch the file, ignore
/// an unchanged configuration.
pub(super) fn write_again(folder: &Folder, _: &PartnersLock, manifests: &[Manifest]) -> Result<()> {
    let path = path(folder);
    write_as(&path, read(&path).0 + 1, &text(folder, manifests)?)
}

fn write_as(path: &Path, times: u64, text: &str) -> Result<()> {
    write_atomically(path, format!("{WRITTEN}{times}\n{text}").as_bytes())
}

/// Returns the file's number and content.
fn read(path: &Path) -> (u64, String) {
    let there = fs::read_to_string(path).unwrap_or_default();
    let parts = there.strip_prefix(WRITTEN).and_then(|rest| rest.split_once('\n'));
    let (times, text) = parts.unwrap_or(("0", ""));
    (times.parse().unwrap_or(0), text.to_owned())
}
