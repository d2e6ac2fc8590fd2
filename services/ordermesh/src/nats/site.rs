//! Where a mesh's NATS is, and whose: a child of `ordermesh up`, or servers that somebody else runs.

use std::fs;

use anyhow::{Context as _, Result};

use super::{
    folder::{Folder, write_atomically},
    server,
};

/// What the folder was told of servers that somebody else runs.
const TOLD: &str = "url";

/// The NATS of a folder's mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    folder: Folder,
    url: String,
    own: bool,
}

impl Site {
    /// The servers that are `named`, else those that the folder was told of, else the folder's own.
    ///
    /// # Errors
    /// When none are named or remembered, and no mesh runs in the folder.
    pub fn find(folder: &Folder, named: Option<&str>) -> Result<Self> {
        let own = server::url_of(folder);
        let elsewhere = named.map(ToOwned::to_owned).or_else(|| Self::told(folder));
        match elsewhere.filter(|url| own.as_ref().ok() != Some(url)) {
            Some(url) => Ok(Self::elsewhere(folder, &url)),
            None => Ok(Self::own(folder, &own?)),
        }
    }

    /// Servers that somebody else runs; those of a cluster are separated by commas.
    #[must_use]
    pub fn elsewhere(folder: &Folder, url: &str) -> Self {
        Self { folder: folder.clone(), url: url.to_owned(), own: false }
    }

    /// The server that runs in the folder.
    #[must_use]
    pub fn own(folder: &Folder, url: &str) -> Self {
        Self { folder: folder.clone(), url: url.to_owned(), own: true }
    }

    /// The mesh's folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Where clients connect.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is the folder's own server, which this program configures.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// Servers of somebody else are found by later commands on this folder.
    ///
    /// # Errors
    /// When the folder can not be written to.
    pub fn remember(&self) -> Result<()> {
        if self.own {
            return Ok(());
        }
        write_atomically(&self.folder.nats(TOLD), format!("{}\n", self.url).as_bytes())
    }

    /// What the folder was told.
    #[must_use]
    pub fn told(folder: &Folder) -> Option<String> {
        let url = fs::read_to_string(folder.nats(TOLD)).ok()?;
        Some(url.trim().to_owned()).filter(|url| !url.is_empty())
    }

    /// The folder has a server of its own again.
    ///
    /// # Errors
    /// When the file can not be removed.
    pub fn forget(folder: &Folder) -> Result<()> {
        let file = folder.nats(TOLD);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", file.display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
