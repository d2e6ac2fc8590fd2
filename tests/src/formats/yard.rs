//! The warehouse EAST, which takes and leaves files.

use std::{fs, path::PathBuf, time::Instant};

use tempfile::TempDir;

use super::{PATIENCE, configured, text::X12};

/// The folder that the warehouse and the mesh share.
pub struct Yard {
    folder: TempDir,
    /// The path of a configuration that names this folder for EAST.
    pub config: String,
}

impl Yard {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let drop = format!("{{ folder = {:?}, isa_id = \"EASTWMS\" }}", folder.path());
        let entry =
            format!("[[fulfillment-bridge.warehouses]]\nwarehouse = \"EAST\"\ndrop = {drop}\n");
        let config = configured(folder.path(), &entry);
        Self { folder, config }
    }

    fn path(&self, folder: &str, name: &str) -> PathBuf {
        self.folder.path().join(folder).join(name)
    }

    /// Returns the visible files of a folder.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder, "")) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    /// Waits for the file of this kind and position in `out`.
    pub async fn nth(&self, kind: &str, place: usize) -> X12 {
        let begun = Instant::now();
        loop {
            let mut names = self.names("out");
            names.retain(|name| name.starts_with(kind));
            if let Some(name) = names.get(place - 1) {
                let read = X12::read_text(&fs::read_to_string(self.path("out", name)).unwrap());
                assert_eq!(*name, format!("{kind}-{}.edi", read.element("ISA", 13)));
                return read;
            }
            let failed = self.names("failed");
            assert!(begun.elapsed() < PATIENCE, "no {kind}: {names:?}, failed: {failed:?}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// Leaves a file as a careful sender does: under a hidden name first.
    pub async fn leave(&self, name: &str, text: &str) {
        fs::write(self.path("in", ".sending"), text).unwrap();
        fs::rename(self.path("in", ".sending"), self.path("in", name)).unwrap();
    }
}
