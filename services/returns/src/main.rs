//! The process `returns`.

use std::process::ExitCode;

use mesh::process;

fn main() -> ExitCode {
    process::main("returns", returns::service, process::no_pages)
}
