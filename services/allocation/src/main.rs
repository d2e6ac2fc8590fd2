//! The process `allocation`.

use std::process::ExitCode;

use mesh::process;

#[global_allocator]
static ALLOCATOR: mesh::Allocator = mesh::Allocator;

fn main() -> ExitCode {
    process::main("allocation", allocation::service, process::no_pages)
}
