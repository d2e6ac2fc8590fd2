//! The process `control-tower`.

use std::{process::ExitCode, sync::OnceLock};

use axum::Router;
use control_tower::ControlTower;
use mesh::process;

fn main() -> ExitCode {
    let tower = OnceLock::new();
    process::main(
        |file| ControlTower::configured(file).inspect(|it| drop(tower.set(it.clone()))),
        |db| tower.get().map_or_else(Router::new, |tower| tower.console(db)),
    )
}
