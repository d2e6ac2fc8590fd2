//! The process `returns`.

use std::process::ExitCode;

use mesh::{config, process};
use returns::{Returns, config::DEFAULTS};

fn main() -> ExitCode {
    process::main(
        |file| Ok(Returns::new(config::load("returns", DEFAULTS, file)?)),
        process::no_pages,
    )
}
