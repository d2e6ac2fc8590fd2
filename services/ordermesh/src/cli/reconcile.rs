//! `ordermesh reconcile`.

use anyhow::Result;
use clap::Args;

use super::{Common, Ended};
use crate::reconcile::{self, Reconciliation};

/// Compare the books of all services; exit 1 when they do not agree
#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    #[command(flatten)]
    common: Common,
}

impl Reconcile {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.common.operator().await?;
        let found = reconcile::run(&operator).await?;
        super::print(&self.common, &found, ToString::to_string)?;
        Ok((&found).into())
    }
}

impl From<&Reconciliation> for Ended {
    fn from(found: &Reconciliation) -> Self {
        if found.balanced { Self::Well } else { Self::Badly }
    }
}
