mod goods;

use anyhow::Result;
use clap::{Args, error::ErrorKind};
use contracts::{
    ConfirmationId, ShipmentId,
    command::{CancelShipment, Command as _, ConfirmShipment},
    document::LineQuantity,
    event::ShipmentRequested,
};
use jiff::Timestamp;

use self::goods::Goods;
use super::command_args::{CommandArgs, CommandEnvelope};
use crate::cli::outcome::Outcome;

/// Confirm a shipment in the warehouse's place, or accept a confirmation that was refused
#[derive(Debug, Args)]
#[command(
    mut_arg("command_id", |id| id.help(
        "Your own id of it: the same command given again under one id is carried out once. Wants \
         --shipped-at, so that it says the same [default: a new one]")),
    after_help = "Quantities are in stock units. A line is one of the order; its item is the one that \
                  was asked for, unless another is named.\n\nExamples:\n  \
                  ordermesh confirm-shipment SHIPMENT --line 1=9 --short 1=1:damaged --final\n  \
                  ordermesh confirm-shipment SHIPMENT --line 2=4:WIDGET-2 --carrier UPS \
                  --tracking-number 1Z999"
)]
pub(crate) struct Confirm {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    /// The shipment, as `ordermesh trace` and the warehouse name it
    #[arg(value_name = "SHIPMENT", value_parser = shipment)]
    shipment_id: ShipmentId,
    /// Goods that left
    #[arg(long = "line", value_name = "LINE=QTY[:SKU]",
        required_unless_present_any = ["short", "is_final"])]
    lines: Vec<Goods>,
    /// Goods that will not leave
    #[arg(long, value_name = "LINE=QTY[:REASON]")]
    short: Vec<Goods>,
    /// Nothing more will come: the rest is short
    #[arg(long = "final")]
    is_final: bool,
    /// The confirmation's id: the warehouse's own, to accept one that was refused [default: the
    /// command's]
    #[arg(long, value_name = "ID")]
    confirmation: Option<ConfirmationId>,
    /// The time at which the goods left, such as 2026-03-03T15:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    shipped_at: Option<Timestamp>,
    /// The carrier
    #[arg(long, value_name = "NAME")]
    carrier: Option<String>,
    /// The carrier's tracking number
    #[arg(long, value_name = "NUMBER")]
    tracking_number: Option<String>,
}

/// Take back what a warehouse was asked to ship
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  ordermesh cancel-shipment SHIPMENT --reason 'the dock is on fire'"
)]
pub(crate) struct Cancel {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    /// The shipment, as `ordermesh trace` and the warehouse name it
    #[arg(value_name = "SHIPMENT", value_parser = shipment)]
    shipment_id: ShipmentId,
}

fn shipment(text: &str) -> Result<ShipmentId, String> {
    text.parse().map_err(|_| "`ordermesh trace PO` names an order's shipments".to_owned())
}

impl Confirm {
    pub async fn run(self) -> Result<Outcome> {
        self.same_again()?;
        let operator = self.args.common.operator().await?;
        let asked = operator.last_event::<ShipmentRequested>(&self.shipment_id.to_string()).await?;
        let asked = asked.map_or_else(Vec::new, |event| event.lines);
        let command = self.command(self.args.envelope(ConfirmShipment::VERB)?, &asked)?;
        let done = || {
            let (shipment, confirmation) = (self.shipment_id, &command.confirmation_id);
            format!("shipment {shipment} is confirmed by {confirmation}")
        };
        self.args.send(&operator, &command, done).await
    }

    /// Refuses a command that could not be repeated: the current time would make it a different
    /// command.
    pub(super) fn same_again(&self) -> Result<(), clap::Error> {
        if !self.args.is_named() || self.shipped_at.is_some() {
            return Ok(());
        }
        let why = "--command-id names a command that may have been given before, so it needs the same \
                   --shipped-at as then, such as --shipped-at 2026-03-03T15:00:00Z\n";
        Err(clap::Error::raw(ErrorKind::MissingRequiredArgument, why))
    }

    /// Builds the command for a shipment whose requested lines are `asked`.
    pub(super) fn command(
        &self,
        envelope: CommandEnvelope,
        asked: &[LineQuantity],
    ) -> Result<ConfirmShipment> {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        let confirmation_id = match &self.confirmation {
            Some(own) => own.clone(),
            None => ConfirmationId::new(command_id.as_str())?,
        };
        Ok(ConfirmShipment {
            command_id,
            operator,
            reason,
            shipment_id: self.shipment_id,
            confirmation_id,
            shipped_at: self.shipped_at.unwrap_or_else(Timestamp::now),
            carrier: self.carrier.clone(),
            tracking_number: self.tracking_number.clone(),
            lines: goods::lines(&self.lines, &self.short, asked)?,
            is_final: self.is_final,
        })
    }
}

impl Cancel {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let command = self.command(self.args.envelope(CancelShipment::VERB)?);
        let done = || format!("shipment {} is taken back", self.shipment_id);
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope) -> CancelShipment {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        CancelShipment { command_id, operator, reason, shipment_id: self.shipment_id }
    }
}
