//! The process `payment-apply`.

use std::process::ExitCode;

use mesh::process;
use payment_apply::PaymentApply;

fn main() -> ExitCode {
    process::main(PaymentApply::configured, process::no_pages)
}
