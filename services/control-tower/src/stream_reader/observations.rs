//! Rejections of every partner's documents with the answers that settle them, and the dead letters
//! of every service.

use std::collections::BTreeSet;

use contracts::{
    PartnerName,
    document::{Egress, Rejection},
    event::ExceptionKind,
    subject::{self, SERVICES},
};
use mesh::{
    column::{Cell, Column},
    row,
    sea_query::{Alias, Expr, ExprTrait},
};

use super::reader::{Failed, StreamReader, later};
use crate::domain::{
    case::{Case, Kind, State},
    observation::{self, Observation},
};

/// Reads every stream once. Returns whether there is more. A stream that cannot be read keeps no
/// other from it.
pub async fn read(reader: &StreamReader) -> bool {
    let partners = match mesh::partners(&reader.db).await {
        Ok(partners) => partners,
        Err(error) => {
            tracing::warn!(%error, "the partners cannot be read");
            return false;
        }
    };
    let mut more = false;
    for service in SERVICES {
        more |= dead_letters(reader, service).await.unwrap_or_else(|error| later(&error));
    }
    for partner in partners.keys() {
        more |= refusals(reader, partner).await.unwrap_or_else(|error| later(&error));
    }
    more
}

async fn dead_letters(reader: &StreamReader, service: &str) -> Result<bool, Failed> {
    let name = subject::dead_letter_stream(service);
    let Some(mut look) = reader.begin(&name).await? else { return Ok(false) };
    let messages = look.read(&format!("dlq.{service}.>")).await?;
    let dead_letter = |message| observation::dead_letter(service, message);
    let observations: Vec<Observation> = messages.iter().map(dead_letter).collect();
    reader.keep(look, &observations).await
}

async fn refusals(reader: &StreamReader, partner: &PartnerName) -> Result<bool, Failed> {
    let name = subject::egress_stream(partner.as_str());
    let Some(mut look) = reader.begin(&name).await? else { return Ok(false) };
    let messages = look.read(&subject::egress(partner.as_str(), Rejection::DOCUMENT)).await?;
    let refused = messages.iter().filter_map(|message| observation::refused(partner, message));
    let mut observations: Vec<Observation> = refused.collect();
    let mut open = open_refusals(reader, partner).await?;
    open.extend(observations.iter().map(|refused| refused.reference.clone()));
    // Answers are read only where they can settle a case: there are very many.
    let documents = open.iter().filter_map(|reference| reference.split('/').nth(1));
    let answers: BTreeSet<&str> = documents.filter_map(observation::answer_to).collect();
    for answer in answers {
        let messages = look.read(&subject::egress(partner.as_str(), answer)).await?;
        let answered =
            messages.iter().filter_map(|message| observation::answered(partner, answer, message));
        observations.extend(answered.filter(|answered| open.contains(&answered.reference)));
    }
    observations.retain(|observation| observation.sequence <= look.upto);
    reader.keep(look, &observations).await
}

/// The references of a partner's refused documents that somebody has to look at.
async fn open_refusals(
    reader: &StreamReader,
    partner: &PartnerName,
) -> Result<BTreeSet<String>, Failed> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Case>();
    select.and_where(column("kind").eq(Kind(ExceptionKind::DocumentRefused).value()));
    select.and_where(column("state").ne(State::Resolved.to_raw()));
    let cases: Vec<Case> = row::fetch(&reader.db, &select).await?;
    let own = format!("{partner}/");
    let references = cases.into_iter().map(|case| case.reference);
    Ok(references.filter(|reference| reference.starts_with(&own)).collect())
}
