//! The output file, which appears only when it is complete.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use tempfile::NamedTempFile;

/// The destination of the output.
pub(crate) enum Target {
    /// A file that takes its name at the end, in place of an older one.
    Beside(NamedTempFile, PathBuf),
    /// A pipe, a device or a link, which is written in place.
    InPlace(File),
}

impl Target {
    /// Opens the output.
    ///
    /// # Errors
    /// Returns an error when the file cannot be written there.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let context = || format!("{} cannot be written", file.display());
        if fs::symlink_metadata(file).is_ok_and(|there| !there.is_file()) {
            return Ok(Self::InPlace(File::create(file).with_context(context)?));
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        if !folder.is_dir() {
            bail!("{} cannot be written: there is no folder {}", file.display(), folder.display());
        }
        // With the permissions of a file that a shell would have made.
        let readable = Permissions::from_mode(0o666);
        let new = tempfile::Builder::new().permissions(readable).tempfile_in(folder);
        Ok(Self::Beside(new.with_context(context)?, file.to_owned()))
    }

    /// Completes the output.
    ///
    /// # Errors
    /// Returns an error when the file cannot be kept.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.flush()?;
        match self {
            Self::Beside(whole, file) => {
                whole.as_file().sync_all()?;
                let kept = whole.persist(&file);
                kept.with_context(|| format!("{} cannot be written", file.display()))?;
            }
            Self::InPlace(_) => {}
        }
        Ok(())
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside(file, _) => file.write(bytes),
            Self::InPlace(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file, _) => file.flush(),
            Self::InPlace(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_when_it_is_whole_and_an_older_one_until_then() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal.csv");
        fs::write(&file, "older").unwrap();
        let mut target = Target::open(&file).unwrap();
        target.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "older");
        target.finish().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        drop(Target::open(&file).unwrap());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn what_is_no_file_is_not_replaced_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("journal.csv"), folder.path().join("latest"));
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for place in [Path::new("/dev/null"), &link] {
            let mut target = Target::open(place).unwrap();
            target.write_all(b"new").unwrap();
            target.finish().unwrap();
            assert!(!fs::symlink_metadata(place).unwrap().is_file());
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("2026");
        let error = Target::open(&missing.join("march.csv")).err().unwrap().to_string();
        assert!(error.ends_with(&format!("there is no folder {}", missing.display())), "{error}");
    }
}
