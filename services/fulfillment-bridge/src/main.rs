//! The process `fulfillment-bridge`.

use std::process::ExitCode;

use fulfillment_bridge::FulfillmentBridge;
use mesh::process;

fn main() -> ExitCode {
    process::main(FulfillmentBridge::configured, process::no_pages)
}
