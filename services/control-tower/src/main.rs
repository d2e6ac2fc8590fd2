//! The process `control-tower`.

use std::process::ExitCode;

use control_tower::{ControlTower, config::DEFAULTS, router};
use mesh::{config, process};

fn main() -> ExitCode {
    process::main(
        |file| Ok(ControlTower::new(config::load("control-tower", DEFAULTS, file)?)),
        router,
    )
}
