//! Private files, whatever the umask: a folder holds seeds, prices and the books.

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
/// The permission bits of the group and of others.
const OTHERS: u32 = 0o077;
/// Names that the mesh makes in its folder, besides databases.
const OURS: [&str; 7] =
    ["creds", "nats", "lock", "http", "partners.json", "partners.lock", "accounts.conf"];
/// Suffixes of a database and of the files that SQLite puts beside it.
const DATABASES: [&str; 4] = [".db", ".db-wal", ".db-shm", ".db-journal"];

/// Makes all further files of this process and its children private: databases and their
/// companions, the server's store, logs.
pub fn from_now_on() {
    umask(Mode::from_bits_truncate(0o077));
}

/// Makes a folder and its missing parents.
pub(super) fn folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER).create(path);
    made.with_context(|| format!("cannot make the folder {}", path.display()))
}

/// Opens a file to read and write, and makes it if it does not exist; its content stays.
pub(super) fn file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(FILE);
    options.open(path).with_context(|| format!("cannot open {}", path.display()))
}

/// Makes the folder, and everything that the mesh made in it, private. The owner's bits, and files
/// of somebody else, stay as they are.
pub(super) fn tighten(root: &Path) -> Result<()> {
    let entries = take_from_others(root).and_then(|()| fs::read_dir(root));
    let entries =
        entries.with_context(|| format!("{} cannot be kept from others", root.display()))?;
    for entry in entries.flatten() {
        if is_ours(&entry.file_name().to_string_lossy()) {
            tighten_all(&entry.path());
        }
    }
    Ok(())
}

/// Returns true if the mesh makes something of this name in its folder.
fn is_ours(name: &str) -> bool {
    OURS.contains(&name) || DATABASES.iter().any(|end| name.ends_with(end))
}

/// Tightens a file, or a folder with everything in it. A file that cannot be changed was removed in
/// the meantime, or is somebody else's.
fn tighten_all(path: &Path) {
    if let Err(error) = take_from_others(path) {
        tracing::debug!(path = %path.display(), %error, "left alone");
    }
    if path.is_dir() && !path.is_symlink() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| tighten_all(&entry.path()));
    }
}

fn take_from_others(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    let mode = found.permissions().mode();
    if mode & OTHERS == 0 || !(found.is_dir() || found.is_file()) {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))
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

    /// Somebody may name a folder of their own, such as `--data-dir .`.
    #[test]
    fn what_is_not_the_meshs_keeps_its_mode_and_the_owner_loses_nothing() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path();
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("nats")).unwrap();
        let files = ["run.sh", "src/run.sh", "nats/hook.sh", "returns.db", "returns.db-wal"];
        for file in files {
            fs::write(root.join(file), "text").unwrap();
            fs::set_permissions(root.join(file), Permissions::from_mode(0o755)).unwrap();
        }
        tighten(root).unwrap();
        let modes = files.map(|file| mode(&root.join(file)));
        assert_eq!(modes, [0o755, 0o755, 0o700, 0o700, 0o700]);
        assert_eq!(mode(root), 0o700);
    }
}
