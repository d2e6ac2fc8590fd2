//! `ordermesh close-period`.

use anyhow::{Result, bail};
use clap::Args;
use contracts::{
    CommandId,
    command::{ClosePeriod, Command as _},
    document::CommandStatus,
    ids,
};
use jiff::{Timestamp, civil::Date};

use super::{Common, Ended};
use crate::operator;

/// The service that closes it.
const SERVICE: &str = "invoicing";

/// Close the books of billing: nothing is dated on or before a day any more
#[derive(Debug, Args)]
#[command(
    after_help = "What is billed, credited or shipped late counts on the first open day. A closed \
                  day is never opened again.\n\n\
                  Month end:\n  ordermesh reconcile\n  \
                  ordermesh close-period --through 2026-03-31\n  \
                  ordermesh export journal --from 2026-03-01 --to 2026-03-31 --output march.csv"
)]
pub(crate) struct Close {
    #[command(flatten)]
    common: Common,
    /// The last closed day, such as 2026-03-31
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    through: Date,
    /// Why, for the audit
    #[arg(long, value_name = "TEXT", default_value = "ordermesh close-period")]
    reason: String,
}

impl Close {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.common.operator().await?;
        let now = Timestamp::now().as_nanosecond().to_string();
        let id = ids::derived(&[ClosePeriod::VERB, &self.through.to_string(), &now]);
        let command = ClosePeriod {
            command_id: CommandId::new(id.to_string())?,
            operator: operator::name(),
            reason: self.reason,
            through: self.through,
        };
        let result = operator.command(SERVICE, &command).await?;
        match result.status {
            CommandStatus::Done => {
                let said = |_: &_| format!("{SERVICE} is closed through {}", self.through);
                super::print(&self.common, &result, said)?;
                Ok(Ended::Well)
            }
            CommandStatus::Refused => {
                if self.common.json {
                    super::print(&self.common, &result, |_| String::new())?;
                }
                let words: Vec<_> = result.reasons.iter().map(|it| it.message.as_str()).collect();
                bail!("{}", words.join("; "))
            }
        }
    }
}
