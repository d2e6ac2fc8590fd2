//! The process `payment-apply`.

use std::process::ExitCode;

use mesh::{config, process};
use payment_apply::{PaymentApply, config::DEFAULTS};

fn main() -> ExitCode {
    process::main(
        |file| Ok(PaymentApply::new(config::load("payment-apply", DEFAULTS, file)?)),
        process::no_pages,
    )
}
