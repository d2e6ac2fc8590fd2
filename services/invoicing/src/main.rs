//! The process `invoicing`.

use std::process::ExitCode;

use invoicing::{Invoicing, config::DEFAULTS};
use mesh::{config, process};

fn main() -> ExitCode {
    process::main(
        |file| Ok(Invoicing::new(config::load("invoicing", DEFAULTS, file)?)),
        process::no_pages,
    )
}
