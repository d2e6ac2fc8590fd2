//! `account`: the debt of a customer, its unapplied cash, and statements of the days that are asked
//! for.

pub mod owed;
mod statement;

use std::collections::BTreeSet;

use contracts::{
    Currency, CustomerId,
    document::read_json,
    event::CompanyUpdated,
    partner::Role,
    question::{Account, AccountInCurrency, AccountRequest},
};
use futures::FutureExt as _;
use jiff::Timestamp;
use mesh::{
    Asker, DatabaseConnection, Endpoint, QuestionError,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait},
};
use serde_json::Value;

use crate::{
    PaymentApply,
    domain::{
        cash::Cash,
        item::Item,
        master::{Customer, Seller, utc_day},
    },
};
use owed::owed;

pub const ENDPOINT: Endpoint<PaymentApply> = Endpoint {
    question: QUESTION,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

pub const QUESTION: &str = "account";

/// A customer's account; a buyer sees its own customers alone.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let request: AccountRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let customer = &request.customer_id;
    let unknown = || QuestionError::not_found(format!("there is no customer {customer}"));
    if !may_see(asker, customer)? {
        return Err(unknown());
    }
    let record: Vec<Customer> = row::find(db, "customer_id", [customer.clone()]).await?;
    let items: Vec<Item> = above_zero(db, customer, "open_amount").await?;
    let cash: Vec<Cash> = above_zero(db, customer, "unapplied").await?;
    let known = record.first().map(|customer| customer.currency);
    let mut used: BTreeSet<Currency> = items.iter().map(|item| item.currency).collect();
    used.extend(cash.iter().map(|cash| cash.currency));
    let currency = known.or(used.first().copied()).ok_or_else(unknown)?;
    used.remove(&currency);

    let sellers: Vec<Seller> =
        row::find(db, "company", [CompanyUpdated::SELLER.to_owned()]).await?;
    let now = Timestamp::now();
    // Unlike entries, an age is told anew each time: without the seller's record, in UTC.
    let today = sellers.first().map_or_else(|| utc_day(now), |seller| seller.day(now));
    let in_currency = |currency| owed(currency, &items, &cash, today);
    let AccountInCurrency { currency, open_items, unapplied_cash, aging } = in_currency(currency);
    let other_currencies = used.into_iter().map(in_currency).collect();
    let statements = statement::asked(db, &request, currency).await?;
    let customer_id = request.customer_id;
    told(&Account {
        customer_id,
        currency,
        open_items,
        unapplied_cash,
        aging,
        other_currencies,
        statements,
    })
}

fn told(account: &Account) -> Result<Value, QuestionError> {
    serde_json::to_value(account)
        .map_err(|error| QuestionError { code: 500, message: error.to_string() })
}

fn may_see(asker: &Asker, customer: &CustomerId) -> Result<bool, QuestionError> {
    let Some(partner) = asker.partner().filter(|_| !asker.sees_all()) else { return Ok(true) };
    if !partner.has_role(Role::Buyer) {
        return Err(QuestionError::not_allowed());
    }
    Ok(partner.serves_customer(customer))
}

async fn above_zero<R: row::Row>(
    db: &DatabaseConnection,
    customer: &CustomerId,
    column: &str,
) -> Result<Vec<R>, QuestionError> {
    let mut select = row::select::<R>();
    select.and_where(Expr::col(Alias::new("customer_id")).eq(customer.value()));
    select.and_where(Expr::col(Alias::new(column)).gt(0));
    Ok(row::fetch(db, &select).await?)
}
