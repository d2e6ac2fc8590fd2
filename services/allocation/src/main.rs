//! The process `allocation`.

use std::process::ExitCode;

use allocation::Allocation;
use mesh::process;

fn main() -> ExitCode {
    process::main(Allocation::configured, process::no_pages)
}
