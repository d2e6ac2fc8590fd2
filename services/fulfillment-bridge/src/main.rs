//! The process `fulfillment-bridge`.

use std::process::ExitCode;

use fulfillment_bridge::{FulfillmentBridge, config::DEFAULTS};
use mesh::{config, process};

fn main() -> ExitCode {
    let build = |file: Option<&std::path::Path>| {
        Ok(FulfillmentBridge::new(config::load("fulfillment-bridge", DEFAULTS, file)?))
    };
    process::main(build, process::no_pages)
}
