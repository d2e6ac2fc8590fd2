//! The process `fulfillment-bridge`.

use std::process::ExitCode;

use mesh::process;

#[global_allocator]
static ALLOCATOR: mesh::Allocator = mesh::Allocator;

fn main() -> ExitCode {
    process::main("fulfillment-bridge", fulfillment_bridge::service, process::no_pages)
}
