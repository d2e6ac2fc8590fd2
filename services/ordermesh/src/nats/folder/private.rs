//! For the owner alone, whatever the umask: a folder holds seeds, prices and the books.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use anyhow::{Context as _, Result};
use nix::sys::stat::{Mode, umask};

const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;

/// From now on, what this process and its children make is the owner's alone: databases and what
/// SQLite puts beside them, the server's store, logs.
pub fn from_now_on() {
    umask(Mode::from_bits_truncate(0o077));
}

/// Makes a folder and what is missing above it.
pub(super) fn folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER).create(path);
    made.with_context(|| format!("cannot make the folder {}", path.display()))
}

/// Opens a file to read and write, made where there is none; what is in it stays.
pub(super) fn file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(FILE);
    options.open(path).with_context(|| format!("cannot open {}", path.display()))
}

/// Takes from everybody else what an earlier release or another program let them read.
pub(super) fn tighten(root: &Path) -> Result<()> {
    let entries = set(root).and_then(|()| fs::read_dir(root));
    let entries =
        entries.with_context(|| format!("{} cannot be kept from others", root.display()))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        let tightened = if path.is_dir() && !path.is_symlink() {
            tighten(&path)
        } else {
            set(&path).map_err(Into::into)
        };
        // Not for what was removed meanwhile, nor for what somebody else has put here.
        if let Err(error) = tightened {
            tracing::debug!(path = %path.display(), error = format!("{error:#}"), "left alone");
        }
    }
    Ok(())
}

fn set(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    match (kind.is_dir(), kind.is_file()) {
        (true, _) => fs::set_permissions(path, Permissions::from_mode(FOLDER)),
        (_, true) => fs::set_permissions(path, Permissions::from_mode(FILE)),
        (false, false) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_others_could_read_is_taken_from_them_and_a_link_is_left_alone() {
        let (outer, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (root, foreign) = (outer.path().join("data"), elsewhere.path().join("foreign"));
        let (inner, database) = (root.join("creds"), root.join("creds/returns.db"));
        fs::create_dir_all(&inner).unwrap();
        for file in [&foreign, &database] {
            fs::write(file, "text").unwrap();
            fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
        }
        for folder in [&root, &inner] {
            fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        }
        std::os::unix::fs::symlink(&foreign, root.join("link")).unwrap();
        tighten(&root).unwrap();
        assert_eq!([&root, &inner, &database].map(|it| mode(it)), [0o700, 0o700, 0o600]);
        assert_eq!(mode(&foreign), 0o644);
        assert_eq!(fs::read_to_string(&database).unwrap(), "text");
    }
}
