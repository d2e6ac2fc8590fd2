//! Questions to the tax engine (rule I4): those to be asked, those answered, and the turn to ask.

use jiff::{SignedDuration, Timestamp};
use mesh::{
    DbErr,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query, SelectStatement},
};
use sea_orm::{Condition, ConnectionTrait};

use crate::{
    config::TaxEngine,
    domain::tax_quote::{Ask, Reply, State},
};

/// The condition that a question has a reply `r` of which `what` holds.
fn replied(what: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM tax_replies r WHERE r.order_id = tax_asks.order_id \
         AND r.shipment_id = tax_asks.shipment_id AND r.confirmation_id = tax_asks.confirmation_id AND r.round = tax_asks.round \
         AND {what})"
    )
}

fn open() -> SelectStatement {
    let mut select = row::select::<Ask>();
    select.and_where(Expr::cust("is_open"));
    for column in ["asked_at", "shipment_id", "confirmation_id"] {
        select.order_by(Alias::new(column), Direction::Asc);
    }
    select
}

/// Questions that are answered, given up, or have waited as long as an invoice may.
pub async fn settled(
    db: &impl ConnectionTrait,
    config: &TaxEngine,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Ask>, DbErr> {
    let patience = SignedDuration::try_from(config.patience()).unwrap_or(SignedDuration::MAX);
    let overdue = now.checked_sub(patience).unwrap_or(Timestamp::MIN);
    // Taking the engine away leaves no invoice behind.
    let since = if config.url.is_some() { overdue } else { Timestamp::MAX };
    let any = Condition::any()
        .add(Expr::cust(replied("r.state <> 'trying'")))
        .add(Expr::col(Alias::new("asked_at")).lte(since.value()));
    row::fetch(db, open().cond_where(any).limit(limit)).await
}

/// Questions that are to be asked now, the oldest first.
pub async fn to_ask(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Ask>, DbErr> {
    let at = now.as_microsecond();
    let busy = replied(&format!("(r.state <> 'trying' OR r.next_at > {at})"));
    let mut select = open();
    select.and_where(Expr::col(Alias::new("asked_at")).lte(now.value()));
    select.and_where(Expr::cust(format!("NOT {busy}")));
    row::fetch(db, select.limit(limit)).await
}

/// Takes a question up until a moment, so that no other replica asks it meanwhile; `None` where
/// another one has it. A replica that is killed with it in hand leaves it to be taken up again.
pub async fn take_up(
    db: &impl ConnectionTrait,
    ask: &Ask,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Reply>, DbErr> {
    let new = Reply {
        order_id: ask.order_id,
        shipment_id: ask.shipment_id,
        confirmation_id: ask.confirmation_id.clone(),
        round: ask.round,
        state: State::Trying,
        attempts: 0,
        next_at: now,
        answer: None,
        failure: None,
    };
    row::insert(db, [&new]).await?;
    let mut select = row::select::<Reply>();
    for (name, value) in Reply::KEY.iter().zip(new.key_values()) {
        select.and_where(Expr::col(Alias::new(*name)).eq(value));
    }
    let found: Vec<Reply> = row::fetch(db, &select).await?;
    let Some(before) = found.into_iter().find(|it| it.next_at <= now) else { return Ok(None) };
    let attempts = before.attempts.saturating_add(1);
    let taken = Reply { attempts, next_at: until, ..before.clone() };
    Ok(replace(db, &before, &taken).await?.then_some(taken))
}

/// Replaces the reply to a question that is not settled, unless another replica has meanwhile.
/// Returns whether it did.
pub async fn replace(
    db: &impl ConnectionTrait,
    before: &Reply,
    after: &Reply,
) -> Result<bool, DbErr> {
    let mut update = Query::update();
    update.table(Alias::new(Reply::TABLE)).values([
        (Alias::new("state"), Expr::val(after.state.value())),
        (Alias::new("attempts"), Expr::val(after.attempts.value())),
        (Alias::new("next_at"), Expr::val(after.next_at.value())),
        (Alias::new("answer"), Expr::val(after.answer.value())),
        (Alias::new("failure"), Expr::val(after.failure.value())),
    ]);
    for (name, value) in Reply::KEY.iter().zip(before.key_values()) {
        update.and_where(Expr::col(Alias::new(*name)).eq(value));
    }
    update.and_where(Expr::col(Alias::new("state")).eq(State::Trying.value()));
    update.and_where(Expr::col(Alias::new("attempts")).eq(before.attempts.value()));
    Ok(db.execute(&update).await?.rows_affected() == 1)
}
