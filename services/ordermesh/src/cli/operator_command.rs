//! Commands of an operator. Each is a command of the contract: the service that owns the matter
//! carries it out once and keeps it for the audit.

mod cash;
mod command_args;
mod order;
mod period;
mod shipment;
mod warehouse;

use anyhow::Result;
use clap::Subcommand;

pub(crate) use self::{
    command_args::{CommandArgs, CommandEnvelope},
    order::{OrderOfBuyer, OrderRef},
};
use super::outcome::Outcome;

/// A command of an operator.
#[derive(Debug, Subcommand)]
pub(crate) enum OperatorCommand {
    /// Let a held order go on
    ReleaseOrder(order::Release),
    /// Cancel what is not dispatched of an order
    CancelOrder(order::Cancel),
    /// Take a warehouse out of service: what it has not confirmed is sourced elsewhere, or waits
    CloseWarehouse(warehouse::Close),
    /// Take a warehouse back into service
    OpenWarehouse(warehouse::Open),
    /// Confirm a shipment in the warehouse's place, or accept a confirmation that was refused
    ConfirmShipment(Box<shipment::Confirm>),
    /// Take back what a warehouse was asked to ship
    CancelShipment(shipment::Cancel),
    /// Let unapplied cash of a payment pay an invoice
    ApplyCash(cash::Apply),
    /// Give up what is open of an invoice
    WriteOff(cash::WriteOffInvoice),
    /// Give unapplied cash of a payment back
    Refund(cash::RefundPayment),
    /// Close the books: no service dates anything on or before a day any more
    ClosePeriod(period::Close),
}

impl OperatorCommand {
    pub async fn run(self) -> Result<Outcome> {
        match self {
            Self::ReleaseOrder(it) => it.run().await,
            Self::CancelOrder(it) => it.run().await,
            Self::CloseWarehouse(it) => it.run().await,
            Self::OpenWarehouse(it) => it.run().await,
            Self::ConfirmShipment(it) => it.run().await,
            Self::CancelShipment(it) => it.run().await,
            Self::ApplyCash(it) => it.run().await,
            Self::WriteOff(it) => it.run().await,
            Self::Refund(it) => it.run().await,
            Self::ClosePeriod(it) => it.run().await,
        }
    }
}

#[cfg(test)]
mod tests;
