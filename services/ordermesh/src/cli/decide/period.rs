//! `ordermesh close-period`.

use anyhow::Result;
use clap::Args;
use contracts::command::{ClosePeriod, Command as _};
use jiff::civil::Date;

use super::given::{Given, Head};
use crate::cli::{Ended, day};

/// Close the books: no service dates anything on or before a day any more
#[derive(Debug, Args)]
#[command(
    after_help = "What is billed, credited, shipped or paid late counts on the first open day; the \
                  bank's day still decides about a discount. It is done when invoicing and \
                  payment-apply have both closed. A closed day is never opened again.\n\n\
                  Month end:\n  ordermesh reconcile\n  \
                  ordermesh close-period --through 2026-03-31\n  \
                  ordermesh export journal --from 2026-03-01 --to 2026-03-31 --output march.csv"
)]
pub(crate) struct Close {
    #[command(flatten)]
    pub(super) given: Given,
    /// The last closed day, such as 2026-03-31
    #[arg(long, value_name = "DATE", value_parser = day)]
    through: Date,
}

impl Close {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.given.common.operator().await?;
        let command = self.command(self.given.head(ClosePeriod::VERB)?);
        let done = || {
            let through = self.through;
            format!("the books are closed through {through}, confirmed by payment-apply")
        };
        self.given.give(&operator, &command, done).await
    }

    pub(super) fn command(&self, head: Head) -> ClosePeriod {
        let Head { command_id, operator, reason } = head;
        ClosePeriod { command_id, operator, reason, through: self.through }
    }
}
