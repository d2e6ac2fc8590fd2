//! A warehouse that takes and leaves files in a folder. Files for it are in `out`; files that it leaves
//! in `in` are read and moved to `processed`, or to `failed` with the reason beside them.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use contracts::WarehouseId;
use edi::{
    MAX_BYTES,
    x12::{self, Interchange, InterchangeError},
};
use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr};
use tokio::fs;

use super::{
    intake,
    transport::{Failure, Transport},
};
use crate::{
    config::Drop,
    deliveries::{
        folders::{FAILED, IN, OUT, PROCESSED},
        rows::Delivery,
    },
};

/// Files that are read in one round.
const BURST: usize = 100;
/// A file that breaks off and was written to this lately may still be on its way.
const SETTLES: Duration = Duration::from_secs(30);

/// A warehouse's folder.
pub struct Folder<'a> {
    id: &'a WarehouseId,
    drop: &'a Drop,
    /// The last fault that was logged: once per fault, not once per look.
    logged: Mutex<Option<String>>,
}

/// A file that the warehouse left.
struct File {
    name: String,
    path: PathBuf,
    /// True if it may still be written to.
    fresh: bool,
}

/// The end of a file.
enum Disposition {
    /// All of it is taken.
    Processed,
    /// Not all of it is taken, for this reason.
    Failed(String),
    /// The file stays until it is whole.
    Later,
}

impl Transport for Folder<'_> {
    async fn deliver(&self, delivery: &Delivery) -> Result<(), Failure> {
        let Some(file) = &delivery.file else {
            return Err(Failure::unreached("it is not written as a file"));
        };
        let path = self.drop.folder.join(file);
        write_whole(&path, &delivery.body)
            .await
            .map_err(|error| Failure::unreached(format!("{file} cannot be written: {error}")))
    }

    async fn collect(&self, db: &DatabaseConnection, now: Timestamp) -> Result<(), DbErr> {
        let files = self.files(now).await;
        for file in self.logged(files).unwrap_or_default() {
            let Some(disposition) = self.logged(self.read(&file).await) else { continue };
            let disposition = match disposition {
                Ok(interchanges) => {
                    let source = intake::Source { id: self.id, drop: self.drop, file: &file.name };
                    let wrong = intake::take(db, source, &interchanges, now).await?;
                    if wrong.is_empty() {
                        Disposition::Processed
                    } else {
                        Disposition::Failed(wrong)
                    }
                }
                Err(disposition) => disposition,
            };
            let _ = self.logged(self.settle(&file, disposition).await);
        }
        Ok(())
    }
}

impl<'a> Folder<'a> {
    pub fn new(id: &'a WarehouseId, drop: &'a Drop) -> Self {
        Self { id, drop, logged: Mutex::new(None) }
    }

    /// The outcome, if there is one; logs a fault once.
    fn logged<T>(&self, outcome: io::Result<T>) -> Option<T> {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                let error = error.to_string();
                if logged.as_ref() != Some(&error) {
                    let folder = self.drop.folder.display();
                    tracing::error!(warehouse = %self.id, %folder, error, "files cannot be exchanged");
                    *logged = Some(error);
                }
                None
            }
        }
    }

    /// The files that wait, in the order of their names.
    async fn files(&self, now: Timestamp) -> io::Result<Vec<File>> {
        for name in [IN, OUT, PROCESSED, FAILED] {
            fs::create_dir_all(self.drop.folder.join(name)).await?;
        }
        let mut files = Vec::new();
        let mut entries = fs::read_dir(self.drop.folder.join(IN)).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let about = entry.metadata().await?;
            if !about.is_file() || is_unfinished(&name) {
                continue;
            }
            let written = Timestamp::try_from(about.modified()?).unwrap_or(Timestamp::MIN);
            let settled = now.checked_sub(SETTLES).unwrap_or(now);
            files.push(File { name, path: entry.path(), fresh: written > settled });
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        files.truncate(BURST);
        Ok(files)
    }

    /// The interchanges of a file, or its disposition if it has none.
    async fn read(&self, file: &File) -> io::Result<Result<Vec<Interchange>, Disposition>> {
        let length = fs::metadata(&file.path).await?.len();
        if usize::try_from(length).is_ok_and(|length| length <= MAX_BYTES) {
            let read = x12::read(&fs::read(&file.path).await?);
            let broken = |one: &Interchange| one.errors.contains(&InterchangeError::PrematureEnd);
            return Ok(match read {
                Ok(all) if file.fresh && all.iter().any(broken) => Err(Disposition::Later),
                Ok(all) => Ok(all),
                Err(_) if file.fresh => Err(Disposition::Later),
                Err(error) => Err(Disposition::Failed(format!("{error}\n"))),
            });
        }
        Ok(Err(Disposition::Failed(format!("{length} bytes, at most {MAX_BYTES} are read\n"))))
    }

    /// Moves a file. The reason is there before the file is.
    async fn settle(&self, file: &File, disposition: Disposition) -> io::Result<()> {
        let (folder, reason) = match disposition {
            Disposition::Later => return Ok(()),
            Disposition::Processed => (PROCESSED, None),
            Disposition::Failed(reason) => (FAILED, Some(reason)),
        };
        let target = free(&self.drop.folder.join(folder), &file.name).await?;
        if let Some(reason) = reason {
            tracing::error!(warehouse = %self.id, file = file.name, reason, "a file is not taken");
            let mut beside = target.clone().into_os_string();
            beside.push(".reason");
            write_whole(Path::new(&beside), reason.as_bytes()).await?;
        }
        fs::rename(&file.path, target).await
    }
}

/// Returns whether the name is one that tools give to files on their way.
fn is_unfinished(name: &str) -> bool {
    name.starts_with('.') || [".tmp", ".part", ".filepart"].iter().any(|end| name.ends_with(end))
}

/// Returns a path of the folder that is free.
async fn free(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let mut target = folder.join(name);
    let mut number = 1_u32;
    while fs::try_exists(&target).await? {
        target = folder.join(format!("{name}.{number}"));
        number += 1;
    }
    Ok(target)
}

/// Writes a file under another name first, and syncs it before it gets its own: whoever sees it sees
/// all of it.
async fn write_whole(path: &Path, body: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder).await?;
    let unfinished = folder.join(format!(".{}.tmp", name.to_string_lossy()));
    fs::write(&unfinished, body).await?;
    fs::File::open(&unfinished).await?.sync_all().await?;
    fs::rename(&unfinished, path).await?;
    // The name is to outlast a power cut too; not every file system can promise it.
    if let Ok(folder) = fs::File::open(folder).await {
        let _ = folder.sync_all().await;
    }
    Ok(())
}
