//! The process `returns`.

use std::process::ExitCode;

use mesh::process;
use returns::Returns;

fn main() -> ExitCode {
    process::main(Returns::configured, process::no_pages)
}
