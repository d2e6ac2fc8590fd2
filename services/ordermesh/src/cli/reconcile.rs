use anyhow::Result;
use clap::Args;

use super::{common::CommonArgs, outcome::Outcome};
use crate::reconcile::{self, Reconciliation};

/// Compare the books of all services; exit 1 when they do not agree
#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    #[command(flatten)]
    common: CommonArgs,
}

impl Reconcile {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.common.operator().await?;
        let found = reconcile::run(&operator).await?;
        self.common.print(&found, ToString::to_string)?;
        Ok((&found).into())
    }
}

impl From<&Reconciliation> for Outcome {
    fn from(found: &Reconciliation) -> Self {
        if found.balanced { Self::Success } else { Self::Failure }
    }
}
