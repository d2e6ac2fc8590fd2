//! Exceptions that somebody has to look at.

use contracts::{
    CaseId, OrderId, PoNumber,
    event::{ExceptionKind, ExceptionQueue},
};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    column::{Cell, Column},
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::orders::orders;
use crate::domain::case::{Case, Kind, State, queue};

/// A list of open exceptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exceptions {
    /// The number of all, which may be more than are listed.
    pub total: i64,
    /// The oldest exceptions, in the order of their times.
    pub exceptions: Vec<Exception>,
}

/// An exception as operators see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    pub case_id: CaseId,
    pub kind: ExceptionKind,
    pub queue: ExceptionQueue,
    pub state: State,
    pub order_id: Option<OrderId>,
    /// None until an event tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub po_number: Option<PoNumber>,
    /// The object of the case, such as a shipment id or a payment.
    pub reference: String,
    pub message: String,
    /// The time of the event that raised it last.
    pub raised_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
    /// The event that settled it, or the operator.
    pub resolved_by: Option<String>,
    pub assignee: Option<String>,
}

impl Exception {
    /// The exception of a case of an order with this number.
    #[must_use]
    pub(super) fn of(case: Case, po_number: Option<PoNumber>) -> Self {
        let Kind(kind) = case.kind;
        Self {
            case_id: case.case_id,
            kind,
            queue: queue(kind),
            state: case.state,
            order_id: case.order_id,
            po_number,
            reference: case.reference,
            message: case.message,
            raised_at: case.raised_at,
            resolved_at: case.resolved_at,
            resolved_by: case.resolved_by,
            assignee: case.assignee,
        }
    }
}

/// The open exceptions, of one kind or of all.
///
/// # Errors
/// When the database fails.
pub async fn exceptions(
    db: &DatabaseConnection,
    kind: Option<ExceptionKind>,
    limit: u64,
) -> Result<Exceptions, DbErr> {
    let mut open = vec![Expr::col(Alias::new("state")).eq(State::Open.to_raw())];
    open.extend(kind.map(|kind| Expr::col(Alias::new("kind")).eq(Kind(kind).value())));
    let mut select = row::select::<Case>();
    let mut count = Query::select();
    count.expr_as(Expr::col(Alias::new("case_id")).count(), Alias::new("total"));
    count.from(Alias::new("cases"));
    for condition in open {
        select.and_where(condition.clone());
        count.and_where(condition);
    }
    select.order_by(Alias::new("raised_at"), Direction::Asc);
    select.order_by(Alias::new("case_id"), Direction::Asc).limit(limit);
    let cases: Vec<Case> = row::fetch(db, &select).await?;
    let total = db.query_one(&count).await?.map(|row| row.try_get("", "total")).transpose()?;
    let about = orders(db, cases.iter().filter_map(|case| case.order_id).collect()).await?;
    let number = |case: &Case| about.get(&case.order_id?)?.po_number.clone();
    let exception = |case| {
        let number = number(&case);
        Exception::of(case, number)
    };
    let exceptions = cases.into_iter().map(exception).collect();
    Ok(Exceptions { total: total.unwrap_or_default(), exceptions })
}
