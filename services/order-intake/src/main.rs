//! The process `order-intake`.

use std::process::ExitCode;

use mesh::process;

#[global_allocator]
static ALLOCATOR: mesh::Allocator = mesh::Allocator;

fn main() -> ExitCode {
    process::main("order-intake", |_| Ok(order_intake::service()), process::no_pages)
}
