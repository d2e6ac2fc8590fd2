//! The process `allocation`.

use std::process::ExitCode;

use allocation::{Allocation, config::DEFAULTS};
use mesh::{config, process};

fn main() -> ExitCode {
    process::main(
        |file| Ok(Allocation::new(config::load("allocation", DEFAULTS, file)?)),
        process::no_pages,
    )
}
