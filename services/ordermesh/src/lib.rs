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

use mesh::{Card, Service};

/// The cards of every service.
pub const CARDS: [Card; 7] = [
    order_intake::OrderIntake::CARD,
    allocation::Allocation::CARD,
    fulfillment_bridge::FulfillmentBridge::CARD,
    invoicing::Invoicing::CARD,
    payment_apply::PaymentApply::CARD,
    returns::Returns::CARD,
    control_tower::ControlTower::CARD,
];
