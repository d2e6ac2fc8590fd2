//! `ordermesh close-warehouse` and `open-warehouse`.

use anyhow::Result;
use clap::Args;
use contracts::{
    WarehouseId,
    command::{CloseWarehouse, Command as _, OpenWarehouse},
};

use super::given::{Given, Head};
use crate::cli::Ended;

/// Take a warehouse out of service: what it has not confirmed is sourced elsewhere, or waits
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ordermesh close-warehouse EAST --reason 'flooded'")]
pub(crate) struct Close {
    #[command(flatten)]
    pub(super) given: Given,
    /// The warehouse
    #[arg(value_name = "WAREHOUSE")]
    warehouse_id: WarehouseId,
}

/// Take a warehouse back into service
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ordermesh open-warehouse EAST")]
pub(crate) struct Open {
    #[command(flatten)]
    pub(super) given: Given,
    /// The warehouse
    #[arg(value_name = "WAREHOUSE")]
    warehouse_id: WarehouseId,
}

impl Close {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.given.common.operator().await?;
        let command = self.command(self.given.head(CloseWarehouse::VERB)?);
        let done = || format!("{} is closed", self.warehouse_id);
        self.given.give(&operator, &command, done).await
    }

    pub(super) fn command(&self, head: Head) -> CloseWarehouse {
        let Head { command_id, operator, reason } = head;
        CloseWarehouse { command_id, operator, reason, warehouse_id: self.warehouse_id.clone() }
    }
}

impl Open {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.given.common.operator().await?;
        let command = self.command(self.given.head(OpenWarehouse::VERB)?);
        let done = || format!("{} is open", self.warehouse_id);
        self.given.give(&operator, &command, done).await
    }

    pub(super) fn command(&self, head: Head) -> OpenWarehouse {
        let Head { command_id, operator, reason } = head;
        OpenWarehouse { command_id, operator, reason, warehouse_id: self.warehouse_id.clone() }
    }
}
