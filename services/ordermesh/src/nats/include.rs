//! `accounts.conf`: the accounts of the mesh and of its partners, for the configuration of servers
//! that somebody else runs. They take accounts of nkeys from their configuration alone: whoever runs
//! them includes this file, and has it read again whenever it has changed.

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

/// Where the file is.
#[must_use]
pub fn path(folder: &Folder) -> PathBuf {
    folder.root().join(FILE)
}

/// The accounts in the server's own format.
///
/// # Errors
/// When a key is missing or damaged.
pub fn text(folder: &Folder, manifests: &[Manifest]) -> Result<String> {
    let accounts = accounts::accounts(manifests, &folder.keys(manifests)?);
    Ok(format!("accounts: {accounts:#}\n"))
}

/// Writes the file; where it says the same already it is left alone, and nobody reads it again.
///
/// # Errors
/// When a key is missing, or the file can not be written.
pub fn write(folder: &Folder, _: &PartnersLock, manifests: &[Manifest]) -> Result<()> {
    let (path, text) = (path(folder), text(folder, manifests)?);
    let (times, there) = read(&path);
    if there == text { Ok(()) } else { write_as(&path, times + 1, &text) }
}

/// Writes the file even so, with another number in it: a server whose configuration is what it was
/// does not take it again, and neither does the program that watches the file.
pub(super) fn write_again(folder: &Folder, _: &PartnersLock, manifests: &[Manifest]) -> Result<()> {
    let path = path(folder);
    write_as(&path, read(&path).0 + 1, &text(folder, manifests)?)
}

fn write_as(path: &Path, times: u64, text: &str) -> Result<()> {
    write_atomically(path, format!("{WRITTEN}{times}\n{text}").as_bytes())
}

/// How often it was written, and what it says.
fn read(path: &Path) -> (u64, String) {
    let there = fs::read_to_string(path).unwrap_or_default();
    let parts = there.strip_prefix(WRITTEN).and_then(|rest| rest.split_once('\n'));
    let (times, text) = parts.unwrap_or(("0", ""));
    (times.parse().unwrap_or(0), text.to_owned())
}
