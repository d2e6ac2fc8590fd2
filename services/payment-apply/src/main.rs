//! The process `payment-apply`.

use std::process::ExitCode;

use mesh::process;

fn main() -> ExitCode {
    process::main("payment-apply", payment_apply::service, process::no_pages)
}
