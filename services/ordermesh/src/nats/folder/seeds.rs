//! Seed files: one nkey seed each, readable by its owner alone.

use std::{fs, io::Write as _, path::Path};

use anyhow::{Context as _, Result};
use nkeys::KeyPair;

/// Returns the public key of the seed at `path`, and makes the seed if there is none.
pub(super) fn make(path: &Path) -> Result<String> {
    if !path.exists() {
        write(path, &KeyPair::new_user().seed()?)
            .with_context(|| format!("cannot write the seed {}", path.display()))?;
    }
    public(path)
}

/// Returns the public key of the seed at `path`.
pub(super) fn public(path: &Path) -> Result<String> {
    let pair = KeyPair::from_seed(read(path)?.trim());
    let pair = pair.with_context(|| format!("{} holds no nkey seed", path.display()))?;
    Ok(pair.public_key())
}

pub(super) fn read(path: &Path) -> Result<String> {
    let read = fs::read_to_string(path);
    let seed = read.with_context(|| format!("cannot read the seed {}", path.display()))?;
    Ok(seed.trim().to_owned())
}

/// Writes a seed, unless one exists, through a temporary file that is private from the start.
fn write(path: &Path, seed: &str) -> Result<()> {
    let folder = path.parent().context("a seed lies in a folder")?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(seed.as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error.into()),
    }
}
