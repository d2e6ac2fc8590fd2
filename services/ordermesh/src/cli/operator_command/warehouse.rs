use anyhow::Result;
use clap::Args;
use contracts::{
    WarehouseId,
    command::{CloseWarehouse, Command as _, OpenWarehouse},
};

use super::command_args::{CommandArgs, CommandEnvelope};
use crate::cli::outcome::Outcome;

/// Take a warehouse out of service: what it has not confirmed is sourced elsewhere, or waits
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ordermesh close-warehouse EAST --reason 'flooded'")]
pub(crate) struct Close {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    /// The warehouse to close
    #[arg(value_name = "WAREHOUSE")]
    warehouse_id: WarehouseId,
}

/// Take a warehouse back into service
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ordermesh open-warehouse EAST")]
pub(crate) struct Open {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    /// The warehouse to open
    #[arg(value_name = "WAREHOUSE")]
    warehouse_id: WarehouseId,
}

impl Close {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let command = self.command(self.args.envelope(CloseWarehouse::VERB)?);
        let done = || format!("{} is closed", self.warehouse_id);
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope) -> CloseWarehouse {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        CloseWarehouse { command_id, operator, reason, warehouse_id: self.warehouse_id.clone() }
    }
}

impl Open {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let command = self.command(self.args.envelope(OpenWarehouse::VERB)?);
        let done = || format!("{} is open", self.warehouse_id);
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope) -> OpenWarehouse {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        OpenWarehouse { command_id, operator, reason, warehouse_id: self.warehouse_id.clone() }
    }
}
