//! The process `invoicing`.

use std::process::ExitCode;

use invoicing::Invoicing;
use mesh::process;

fn main() -> ExitCode {
    process::main(Invoicing::configured, process::no_pages)
}
