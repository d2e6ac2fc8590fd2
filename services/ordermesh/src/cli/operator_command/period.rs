use anyhow::Result;
use clap::Args;
use contracts::command::{ClosePeriod, Command as _};
use jiff::civil::Date;

use super::command_args::{CommandArgs, CommandEnvelope};
use crate::cli::{outcome::Outcome, values::day};

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
    pub(super) args: CommandArgs,
    /// The last closed day, such as 2026-03-31
    #[arg(long, value_name = "DATE", value_parser = day)]
    through: Date,
}

impl Close {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let command = self.command(self.args.envelope(ClosePeriod::VERB)?);
        let done = || {
            let through = self.through;
            format!("the books are closed through {through}, confirmed by payment-apply")
        };
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope) -> ClosePeriod {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        ClosePeriod { command_id, operator, reason, through: self.through }
    }
}
