//! What operators tell services to do, and what became of it.

use contracts::{
    document::{CommandResult, Egress},
    subject::{self, COMMANDS, OPERATOR},
};

use super::{Failed, Listener, later};
use crate::domain::decision::{Decided, Outcome};

impl Listener {
    /// Looks at the commands and their results once, and says whether there is more.
    pub async fn decisions(&self) -> bool {
        let commands = self.commands().await.unwrap_or_else(|error| later(&error));
        let results = self.results().await.unwrap_or_else(|error| later(&error));
        commands || results
    }

    async fn commands(&self) -> Result<bool, Failed> {
        let Some(mut look) = self.begin(COMMANDS).await? else { return Ok(false) };
        let said = look.read("commands.>").await?;
        let decided: Vec<Decided> = said.iter().filter_map(Decided::of).collect();
        self.keep(look, &decided).await
    }

    async fn results(&self) -> Result<bool, Failed> {
        let name = subject::egress_stream(OPERATOR);
        let Some(mut look) = self.begin(&name).await? else { return Ok(false) };
        let said = look.read(&subject::egress(OPERATOR, CommandResult::DOCUMENT)).await?;
        let outcomes: Vec<Outcome> = said.iter().filter_map(Outcome::of).collect();
        self.keep(look, &outcomes).await
    }
}
