//! The process `returns`.

use std::process::ExitCode;

use mesh::process;

#[global_allocator]
static ALLOCATOR: mesh::Allocator = mesh::Allocator;

fn main() -> ExitCode {
    process::main("returns", returns::service, process::no_pages)
}
