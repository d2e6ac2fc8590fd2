//! The program that people run: the whole mesh in one process, and the operator's command line.

pub mod cli;
pub mod demo;
mod export;
mod import;
pub mod nats;
pub mod operator;
pub mod reconcile;
mod table;
pub mod up;

use mesh::Manifest;

/// The manifests of all services.
#[must_use]
pub fn manifests() -> [Manifest; 7] {
    [
        order_intake::manifest(),
        allocation::manifest(),
        fulfillment_bridge::manifest(),
        invoicing::manifest(),
        payment_apply::manifest(),
        returns::manifest(),
        control_tower::manifest(),
    ]
}
