//! The program `returns`, which runs the service as a process of its own.

use std::process::ExitCode;

use mesh::process;

#[global_allocator]
static ALLOCATOR: mesh::Allocator = mesh::Allocator;

fn main() -> ExitCode {
    process::main("returns", returns::service, process::no_pages)
}
