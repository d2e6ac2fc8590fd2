//! A warehouse that takes and leaves files in a folder. Files for it are in `out`; what it leaves
//! in `in` is read and moved to `processed`, or to `failed` with what is wrong beside it.

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

use super::{Adapter, Failure, intake};
use crate::{
    config::Drop,
    deliveries::{
        self, Delivery,
        write::{FAILED, OUT},
    },
};

const IN: &str = "in";
const PROCESSED: &str = "processed";
/// Files that are read in one round.
const BURST: usize = 100;
/// A file that breaks off and was written to this lately may still be on its way.
const SETTLES: Duration = Duration::from_secs(30);

/// A warehouse's folder.
pub(crate) struct Folder<'a> {
    id: &'a WarehouseId,
    drop: &'a Drop,
    /// What was told last: once per fault, not once per look.
    told: Mutex<Option<String>>,
}

/// A file of the warehouse's.
struct File {
    name: String,
    path: PathBuf,
    /// Whether it may still be written to.
    fresh: bool,
}

/// What becomes of a file.
enum Fate {
    /// It is all taken.
    Processed,
    /// Not all of it is, and why.
    Failed(String),
    /// It stays until it is whole.
    Later,
}

impl Adapter for Folder<'_> {
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
        for file in self.heard(files).unwrap_or_default() {
            let Some(fate) = self.heard(self.read(&file).await) else { continue };
            let fate = match fate {
                Ok(interchanges) => {
                    let wrong = self.take(db, &file.name, &interchanges, now).await?;
                    if wrong.is_empty() { Fate::Processed } else { Fate::Failed(wrong) }
                }
                Err(fate) => fate,
            };
            let _ = self.heard(self.settle(&file, fate).await);
        }
        Ok(())
    }
}

impl<'a> Folder<'a> {
    pub fn new(id: &'a WarehouseId, drop: &'a Drop) -> Self {
        Self { id, drop, told: Mutex::new(None) }
    }

    /// The outcome, where there is one; a fault is told once.
    fn heard<T>(&self, outcome: io::Result<T>) -> Option<T> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                let error = error.to_string();
                if told.as_ref() != Some(&error) {
                    let folder = self.drop.folder.display();
                    tracing::error!(warehouse = %self.id, %folder, error, "files cannot be exchanged");
                    *told = Some(error);
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

    /// The interchanges of a file, or what becomes of it where it has none.
    async fn read(&self, file: &File) -> io::Result<Result<Vec<Interchange>, Fate>> {
        let length = fs::metadata(&file.path).await?.len();
        if usize::try_from(length).is_ok_and(|length| length <= MAX_BYTES) {
            let read = x12::read(&fs::read(&file.path).await?);
            let broken = |one: &Interchange| one.errors.contains(&InterchangeError::PrematureEnd);
            return Ok(match read {
                Ok(all) if file.fresh && all.iter().any(broken) => Err(Fate::Later),
                Ok(all) => Ok(all),
                Err(_) if file.fresh => Err(Fate::Later),
                Err(error) => Err(Fate::Failed(format!("{error}\n"))),
            });
        }
        Ok(Err(Fate::Failed(format!("{length} bytes, at most {MAX_BYTES} are read\n"))))
    }

    async fn take(
        &self,
        db: &DatabaseConnection,
        file: &str,
        interchanges: &[Interchange],
        now: Timestamp,
    ) -> Result<String, DbErr> {
        let tx = deliveries::begin(db).await?;
        let mut desk = intake::Desk { tx: &tx, id: self.id, drop: self.drop, file, now };
        let wrong = desk.take(interchanges).await?;
        deliveries::commit(tx).await?;
        Ok(wrong)
    }

    /// The reason is there before the file is.
    async fn settle(&self, file: &File, fate: Fate) -> io::Result<()> {
        let (folder, reason) = match fate {
            Fate::Later => return Ok(()),
            Fate::Processed => (PROCESSED, None),
            Fate::Failed(reason) => (FAILED, Some(reason)),
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

/// What the tools that send files call those that are on their way.
fn is_unfinished(name: &str) -> bool {
    name.starts_with('.') || [".tmp", ".part", ".filepart"].iter().any(|end| name.ends_with(end))
}

/// A name that nothing in the folder has.
async fn free(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let mut target = folder.join(name);
    let mut number = 1_u32;
    while fs::try_exists(&target).await? {
        target = folder.join(format!("{name}.{number}"));
        number = number.saturating_add(1);
    }
    Ok(target)
}

/// Under another name first, and on the disk before it has its own: whoever sees it sees all of it.
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
