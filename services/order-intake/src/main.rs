//! The process `order-intake`.

use std::process::ExitCode;

use mesh::process;
use order_intake::OrderIntake;

fn main() -> ExitCode {
    process::main(|_| Ok(OrderIntake), process::no_pages)
}
