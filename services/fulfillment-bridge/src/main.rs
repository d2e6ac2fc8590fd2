//! The process `fulfillment-bridge`.

use std::process::ExitCode;

use mesh::process;

fn main() -> ExitCode {
    process::main("fulfillment-bridge", fulfillment_bridge::service, process::no_pages)
}
