//! Starting, stopping, and coming back after a kill.

use std::{os::unix::fs::PermissionsExt as _, process::Stdio, time::Duration};

use anyhow::{Context as _, Result};

use super::mesh_of::{Mesh, binary, manifests};
use crate::nats::{folder::Folder, orphan, server::Server, site::Site};

#[tokio::test]
async fn a_restart_finds_port_keys_and_messages() -> Result<()> {
    let Mesh { folder, server, binary, _temp } = Mesh::of(&["acme"]).await?;
    let url = server.url().to_owned();
    server.stop().await?;
    assert_eq!(orphan::running(&folder), None);
    let server = Server::start(&folder, &binary, None, &manifests()).await?;
    assert_eq!(server.url(), url);
    let mesh = Mesh { folder, server, binary, _temp };
    assert_eq!(mesh.partner("acme").await?.publish("ingress.acme.order.v1").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_orphaned_server_is_ended_and_its_messages_stay() -> Result<()> {
    let Mesh { folder, server, binary, _temp } = Mesh::of(&["acme"]).await?;
    server.stop().await?;
    let mut orphan = std::process::Command::new(&binary);
    let orphan = orphan.arg("-c").arg(folder.nats("server.conf")).stderr(Stdio::null());
    let mut orphan = orphan.spawn()?;
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while orphan::running(&folder).is_none() {
        anyhow::ensure!(std::time::Instant::now() < deadline, "the orphan does not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Here the server is our own child, so it is gone only once we have waited for it.
    let reaped = tokio::task::spawn_blocking(move || orphan.wait());
    let server = Server::start(&folder, &binary, None, &manifests()).await?;
    assert!(reaped.await?.is_ok());
    let mesh = Mesh { folder, server, binary, _temp };
    mesh.partner("acme").await?.publish("ingress.acme.order.v1").await?;
    Ok(())
}

#[tokio::test]
async fn a_process_that_only_has_the_pid_is_left_alone() -> Result<()> {
    let temp = tempfile::tempdir()?;
    let folder = Folder::at(temp.path())?;
    folder.prepare(&manifests()).await?;
    std::fs::write(folder.nats("nats.pid"), std::process::id().to_string())?;
    assert_eq!(orphan::running(&folder), None);
    Ok(())
}

#[tokio::test]
async fn a_server_that_ends_is_noticed_with_its_last_words() -> Result<()> {
    let mut mesh = Mesh::of(&[]).await?;
    let pid = orphan::running(&mesh.folder).context("it runs")?;
    orphan::signal(pid, nix::sys::signal::Signal::SIGKILL)?;
    let ended = tokio::time::timeout(Duration::from_secs(5), mesh.server.ended()).await?;
    assert!(ended.to_string().contains("nats-server ended (signal: 9"), "{ended}");
    Ok(())
}

#[tokio::test]
async fn a_port_that_is_taken_is_said() -> Result<()> {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let temp = tempfile::tempdir()?;
    let folder = Folder::at(temp.path())?;
    folder.prepare(&manifests()).await?;
    let port = taken.local_addr()?.port();
    let started = Server::start(&folder, &binary().await?, Some(port), &manifests()).await;
    let why = started.err().map(|error| format!("{error:#}")).unwrap_or_default();
    assert!(why.contains("is taken by another program"), "{why}");
    Ok(())
}

#[tokio::test]
async fn a_folder_has_one_mesh_and_private_seeds() -> Result<()> {
    let temp = tempfile::tempdir()?;
    let folder = Folder::at(temp.path())?;
    let held = folder.lock()?;
    let why = folder.lock().err().map(|error| error.to_string()).unwrap_or_default();
    assert!(why.contains(&format!("in use by process {}", std::process::id())), "{why}");
    drop(held);
    folder.lock()?;
    folder.prepare(&manifests()).await?;
    for seed in [folder.seed_of("operator"), folder.seed_of("erp"), folder.provision_seed()] {
        assert_eq!(seed.metadata()?.permissions().mode() & 0o777, 0o600, "{}", seed.display());
    }
    assert!(Site::find(&folder, None).is_err_and(|it| it.to_string().contains("ordermesh up")));
    Ok(())
}
