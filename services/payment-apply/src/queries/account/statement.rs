//! Statements: the documents of some days, with what is owed before and after each.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Currency, CustomerId, Money,
    money::Sum,
    question::{AccountRequest, Statement, StatementLine},
};
use jiff::civil::Date;
use mesh::{
    DatabaseConnection, QuestionError,
    column::Cell,
    row::{self, Row as _},
    sea_query::{Alias, Expr, ExprTrait, Order, Query},
};

use crate::domain::statement_line::StatementLine as Row;

/// The most documents of one answer: some hundred kilobytes.
const MOST: u32 = 2_000;

/// The debt before, in one currency. The database adds it up in two parts, for it may be more than 64
/// bits hold (rule D2): of thousands of millions of minor units, and of the rest of each amount.
#[derive(Debug, Clone)]
struct Opening {
    currency: Currency,
    high: i64,
    low: i64,
}

impl Opening {
    fn joined(&self) -> i128 {
        i128::from(self.high) * 1_000_000_000 + i128::from(self.low)
    }
}

mesh::row!(Opening in "statement_lines" by (currency: Currency) { currency, high, low });

/// The statements that a request asks for; without days, none.
pub async fn asked(
    db: &DatabaseConnection,
    request: &AccountRequest,
    currency: Currency,
) -> Result<Vec<Statement>, QuestionError> {
    let AccountRequest { customer_id, from, to } = request;
    if from.is_none() && to.is_none() {
        return Ok(Vec::new());
    }
    if from.zip(*to).is_some_and(|(from, to)| from > to) {
        return Err(QuestionError::bad_request("`from` is later than `to`"));
    }
    let opening = match from {
        Some(from) => before(db, customer_id, *from).await?,
        None => BTreeMap::new(),
    };
    let lines = within(db, customer_id, *from, *to).await?;
    let mut used: BTreeSet<Currency> = lines.iter().map(|line| line.currency).collect();
    used.extend(opening.iter().filter(|(_, amount)| **amount != 0).map(|(currency, _)| *currency));
    used.remove(&currency);
    let all = std::iter::once(currency).chain(used).map(|currency| {
        let opening = opening.get(&currency).copied().unwrap_or_default();
        let lines = lines.iter().filter(|line| line.currency == currency);
        statement(request, Sum::new(opening, currency), lines)
    });
    Ok(all.collect())
}

/// The sums of everything before a day.
async fn before(
    db: &DatabaseConnection,
    customer: &CustomerId,
    from: Date,
) -> Result<BTreeMap<Currency, i128>, QuestionError> {
    let currency = Alias::new("currency");
    let mut select = Query::select();
    select.column(currency.clone()).from(Alias::new(Opening::TABLE));
    for (part, sum) in [("high", "amount / 1000000000"), ("low", "amount % 1000000000")] {
        select.expr_as(Expr::cust(format!("CAST(SUM({sum}) AS BIGINT)")), Alias::new(part));
    }
    select.and_where(Expr::col(Alias::new("customer_id")).eq(customer.value()));
    select.and_where(Expr::col(Alias::new("date")).lt(from.value()));
    select.group_by_col(currency);
    let sums: Vec<Opening> = row::fetch(db, &select).await?;
    Ok(sums.into_iter().map(|sum| (sum.currency, sum.joined())).collect())
}

/// The documents of the days, oldest first.
async fn within(
    db: &DatabaseConnection,
    customer: &CustomerId,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<Vec<Row>, QuestionError> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Row>();
    select.and_where(column("customer_id").eq(customer.value()));
    if let Some(from) = from {
        select.and_where(column("date").gte(from.value()));
    }
    if let Some(to) = to {
        select.and_where(column("date").lte(to.value()));
    }
    for name in ["date", "recorded_at", "document"] {
        select.order_by(Alias::new(name), Order::Asc);
    }
    let lines: Vec<Row> = row::fetch(db, select.limit(u64::from(MOST) + 1)).await?;
    if lines.len() > MOST as usize {
        let why = format!("there are more than {MOST} documents; ask for fewer days");
        return Err(QuestionError::bad_request(why));
    }
    Ok(lines)
}

fn statement<'a>(
    request: &AccountRequest,
    opening: Sum,
    lines: impl Iterator<Item = &'a Row>,
) -> Statement {
    let currency = opening.currency;
    let mut balance = opening;
    let line = |line: &Row| {
        balance.minor += i128::from(line.amount);
        StatementLine {
            date: line.date,
            kind: line.kind.0,
            reference: line.reference.clone(),
            amount: Money::new(line.amount, currency).amount(),
            balance: balance.amount(),
        }
    };
    let lines = lines.map(line).collect();
    Statement {
        currency,
        from: request.from,
        to: request.to,
        opening_balance: opening.amount(),
        lines,
        closing_balance: balance.amount(),
    }
}
