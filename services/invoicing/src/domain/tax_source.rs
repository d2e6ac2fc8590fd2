//! The choice between the tax engine and the table (rule I4). A dispatch whose tax the engine is to
//! say waits for it; the table taxes what the engine does not, and the invoice is marked.

use jiff::{SignedDuration, Timestamp};
use mesh::Json;

use super::{
    dispatch,
    tax_quote::{Answer, Ask, Request, State},
};
use crate::{config::Config, unit_of_work::UnitOfWork};

/// The source of the tax of a dispatch.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// The built-in table.
    Table,
    /// The engine, which is to be asked.
    Ask,
    /// The engine, which has not answered yet.
    Pending,
    /// The engine's answer.
    Engine(Answer),
    /// The table, since the engine did not say; with the reason.
    Fallback(String),
}

/// Returns the source of the tax of an order's dispatch as things stand. Exempt customers pay no
/// tax, whoever would say it.
#[must_use]
pub fn source(
    work: &UnitOfWork,
    config: &Config,
    is_exempt: bool,
    wanted: &Request,
    key: &dispatch::Key,
    now: Timestamp,
) -> Source {
    if config.tax_engine.url.is_none() || is_exempt {
        return Source::Table;
    }
    let Some(ask) = work.tax_asks.get(key).filter(|ask| ask.is_open) else { return Source::Ask };
    let reply = work.tax_replies.get(&ask.reply());
    match reply.map(|reply| (reply.state, &reply.answer, &reply.failure)) {
        // The dispatch may have more to bill than when it was asked.
        Some((State::Answered, Some(answer), _)) => match answer.unusable(wanted) {
            Some(_) => Source::Ask,
            None => Source::Engine(answer.0.clone()),
        },
        Some((State::Answered | State::Failed, _, why)) => {
            Source::Fallback(why.clone().unwrap_or_else(|| "no reason is known".to_owned()))
        }
        Some((State::Trying, ..)) | None => pending(config, ask, now),
    }
}

fn pending(config: &Config, ask: &Ask, now: Timestamp) -> Source {
    if let Some(why) = &ask.failure {
        return Source::Fallback(why.clone());
    }
    let patience = config.tax_engine.patience();
    let since = SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX);
    if now.duration_since(ask.asked_at) < since {
        return Source::Pending;
    }
    Source::Fallback(format!("no answer within {} seconds", patience.as_secs()))
}

/// Asks the engine, from a moment on.
pub fn ask(
    work: &mut UnitOfWork,
    key: &dispatch::Key,
    request: Request,
    asked_at: Timestamp,
    failure: Option<String>,
) {
    let before = work.tax_asks.get(key);
    let (round, earlier) = (before.map_or(0, |ask| ask.round), before.map(Ask::reply));
    // Asked for days, a question leaves one reply behind it, and not one for every time.
    if let Some(reply) = earlier {
        work.tax_replies.remove(&reply);
    }
    let (order_id, shipment_id, confirmation_id) = key.clone();
    work.tax_asks.put(Ask {
        order_id,
        shipment_id,
        confirmation_id,
        round: round + 1,
        is_open: true,
        asked_at,
        failure,
        request: Json(request),
    });
}

/// Ends the wait for an answer.
pub fn close(work: &mut UnitOfWork, key: &dispatch::Key) {
    if work.tax_asks.get(key).is_some_and(|ask| ask.is_open)
        && let Some(ask) = work.tax_asks.get_mut(key)
    {
        ask.is_open = false;
    }
}
