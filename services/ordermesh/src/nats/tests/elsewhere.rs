//! Servers that somebody else runs: their location, and the file that they include.

use std::{fs, os::unix::fs::PermissionsExt as _};

use anyhow::Result;
use tempfile::TempDir;

use super::mesh_of::manifests;
use crate::nats::{folder::Folder, include, site::Site};

async fn prepared() -> Result<(TempDir, Folder)> {
    let temp = tempfile::tempdir()?;
    let folder = Folder::at(temp.path())?;
    folder.prepare(&manifests()).await?;
    Ok((temp, folder))
}

#[tokio::test]
async fn a_server_that_is_named_comes_before_one_that_the_folder_was_told_of() -> Result<()> {
    let (_temp, folder) = prepared().await?;
    assert!(Site::find(&folder, None).is_err_and(|it| it.to_string().contains("ordermesh up")));
    Site::elsewhere(&folder, "nats://told,nats://too").remember()?;
    let told = Site::find(&folder, None)?;
    assert_eq!((told.url(), told.is_own()), ("nats://told,nats://too", false));
    assert_eq!(Site::find(&folder, Some("nats://named"))?.url(), "nats://named");
    Site::own(&folder, "nats://own").remember()?;
    assert_eq!(Site::recorded(&folder).as_deref(), Some("nats://told,nats://too"));
    Site::forget(&folder)?;
    Site::forget(&folder)?;
    assert!(Site::find(&folder, None).is_err());
    Ok(())
}

/// A program that watches the file makes the servers reload it at every write.
#[tokio::test]
async fn accounts_are_written_when_they_differ_or_have_to_be_read_again() -> Result<()> {
    let (_temp, folder) = prepared().await?;
    let (held, path) = (folder.lock_partners().await?, include::path(&folder));
    let written = || fs::read_to_string(&path);
    include::write(&folder, &held, &manifests())?;
    let first = written()?;
    assert_eq!(path.metadata()?.permissions().mode() & 0o777, 0o600);
    assert!(first.ends_with(&include::text(&folder, &manifests())?), "{first}");
    include::write(&folder, &held, &manifests())?;
    assert_eq!(written()?, first);
    include::write_again(&folder, &held, &manifests())?;
    let second = written()?;
    assert_ne!(second, first);
    let rest = |text: &str| text.split_once('\n').map(|(_, rest)| rest.to_owned());
    assert_eq!(rest(&second), rest(&first), "only the comment differs");
    include::write(&folder, &held, &manifests())?;
    assert_eq!(written()?, second);
    Ok(())
}
