//! The process `order-intake`.

use std::process::ExitCode;

use mesh::process;

fn main() -> ExitCode {
    process::main("order-intake", |_| Ok(order_intake::service()), process::no_pages)
}
