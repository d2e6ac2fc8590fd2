//! The commands of operators, and their results.

use contracts::{
    document::{CommandResult, Egress},
    subject::{self, COMMANDS, OPERATOR},
};

use super::reader::{Failed, StreamReader, later};
use crate::domain::decision::{Decided, Outcome};

/// Reads both streams once. Returns whether there is more.
pub async fn read(reader: &StreamReader) -> bool {
    let commands = commands(reader).await.unwrap_or_else(|error| later(&error));
    let results = results(reader).await.unwrap_or_else(|error| later(&error));
    commands || results
}

async fn commands(reader: &StreamReader) -> Result<bool, Failed> {
    let Some(mut look) = reader.begin(COMMANDS).await? else { return Ok(false) };
    let messages = look.read("commands.>").await?;
    let decided: Vec<Decided> = messages.iter().filter_map(Decided::of).collect();
    reader.keep(look, &decided).await
}

async fn results(reader: &StreamReader) -> Result<bool, Failed> {
    let name = subject::egress_stream(OPERATOR);
    let Some(mut look) = reader.begin(&name).await? else { return Ok(false) };
    let messages = look.read(&subject::egress(OPERATOR, CommandResult::DOCUMENT)).await?;
    let outcomes: Vec<Outcome> = messages.iter().filter_map(Outcome::of).collect();
    reader.keep(look, &outcomes).await
}
