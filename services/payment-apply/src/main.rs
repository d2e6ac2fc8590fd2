//! The process `payment-apply`.

use std::process::ExitCode;

use mesh::process;

#[global_allocator]
static ALLOCATOR: mesh::Allocator = mesh::Allocator;

fn main() -> ExitCode {
    process::main("payment-apply", payment_apply::service, process::no_pages)
}
