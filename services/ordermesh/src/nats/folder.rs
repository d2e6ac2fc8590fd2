//! The data folder: what must outlive a process.
//!
//! ```text
//! DIR/lock                     held while a mesh runs in it
//! DIR/partners.json            each partner's public key
//! DIR/accounts.conf            the accounts, for servers that somebody else runs
//! DIR/creds/operator.nk        seeds to hand out; erp.nk and one per partner beside it
//! DIR/nats/server.conf         made from the table of permissions at every start and change
//! DIR/nats/provision.nk        the seed that may make streams; with services/*.nk not handed out
//! DIR/nats/url                 where those servers are
//! DIR/nats/{port,nats.pid,nats.log,jetstream/}
//! ```

mod keys;
mod locks;
mod partners;
mod private;
mod seeds;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use contracts::{PartnerName, subject};
use mesh::Manifest;

pub use self::{
    keys::Keys,
    locks::{FolderLock, PartnersLock},
    private::from_now_on as keep_private,
};

/// The partner that the first start makes, with the role `erp`.
pub const FIRST_PARTNER: &str = "erp";
/// Names that no partner may have: one stands for the seller, the other for the mesh itself.
pub const RESERVED: [&str; 2] = [subject::OPERATOR, "system"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `root`, which need not exist yet.
    ///
    /// # Errors
    /// Returns an error when the path cannot be made absolute.
    pub fn at(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root)
            .with_context(|| format!("`{}` is no path of a folder", root.display()))?;
        Ok(Self { root })
    }

    /// Makes what is missing: folders, the keys of the operator, the provisioner and every service,
    /// and the partner `erp`. Existing files stay, and become private.
    ///
    /// # Errors
    /// Returns an error when a file cannot be written or a seed cannot be read.
    pub async fn prepare(&self, manifests: &[Manifest]) -> Result<()> {
        private::folder(&self.root.join("creds"))?;
        private::folder(&self.nats("services"))?;
        private::tighten(&self.root)?;
        seeds::make(&self.seed_of(subject::OPERATOR))?;
        seeds::make(&self.provision_seed())?;
        for manifest in manifests {
            seeds::make(&self.service_seed(manifest.service))?;
        }
        let held = self.lock_partners().await?;
        self.add_key(&held, &PartnerName::new(FIRST_PARTNER)?)
    }

    /// Returns the public keys of everyone who may connect.
    ///
    /// # Errors
    /// Returns an error when a seed is missing or damaged.
    pub fn keys(&self, manifests: &[Manifest]) -> Result<Keys> {
        let service = |manifest: &Manifest| {
            Ok((manifest.service, seeds::public(&self.service_seed(manifest.service))?))
        };
        Ok(Keys {
            operator: seeds::public(&self.seed_of(subject::OPERATOR))?,
            provision: seeds::public(&self.provision_seed())?,
            services: manifests.iter().map(service).collect::<Result<_>>()?,
            partners: self.partners()?,
        })
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the seed file of a partner or of `operator`.
    #[must_use]
    pub fn seed_of(&self, name: &str) -> PathBuf {
        self.root.join("creds").join(format!("{name}.nk"))
    }

    /// Returns the seed file of a service.
    #[must_use]
    pub fn service_seed(&self, service: &str) -> PathBuf {
        self.nats("services").join(format!("{service}.nk"))
    }

    /// Returns the seed file of the provisioner.
    #[must_use]
    pub fn provision_seed(&self) -> PathBuf {
        self.nats("provision.nk")
    }

    /// Returns the path of a server's file.
    pub(super) fn nats(&self, name: &str) -> PathBuf {
        self.root.join("nats").join(name)
    }
}

/// Reads a seed file.
///
/// # Errors
/// Returns an error when there is none.
pub fn read_seed(path: &Path) -> Result<String> {
    seeds::read(path)
}

/// Writes a file so that readers, even after a crash, see either the old or the new content.
pub(super) fn write_atomically(path: &Path, content: &[u8]) -> Result<()> {
    let write = || -> Result<()> {
        let folder = path.parent().context("a file lies in a folder")?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
