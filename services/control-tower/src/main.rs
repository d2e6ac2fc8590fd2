//! The process `control-tower`.

use std::process::ExitCode;

use control_tower::ControlTower;
use mesh::process;

fn main() -> ExitCode {
    process::main(ControlTower::configured, control_tower::router)
}
