//! The process `allocation`.

use std::process::ExitCode;

use mesh::process;

fn main() -> ExitCode {
    process::main("allocation", allocation::service, process::no_pages)
}
