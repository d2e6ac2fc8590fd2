//! The process `control-tower`.

use std::{process::ExitCode, sync::OnceLock};

use axum::Router;
use control_tower::ControlTower;
use mesh::process;

#[global_allocator]
static ALLOCATOR: mesh::Allocator = mesh::Allocator;

fn main() -> ExitCode {
    let tower = OnceLock::new();
    process::main(
        "control-tower",
        |file| {
            let configured = ControlTower::configured(file)?;
            drop(tower.set(configured.clone()));
            Ok(mesh::AnyService::from(configured))
        },
        |db| tower.get().map_or_else(Router::new, |tower| tower.console(db)),
    )
}
