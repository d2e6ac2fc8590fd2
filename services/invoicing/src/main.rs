//! The process `invoicing`.

use std::process::ExitCode;

use mesh::process;

fn main() -> ExitCode {
    process::main("invoicing", invoicing::service, process::no_pages)
}
