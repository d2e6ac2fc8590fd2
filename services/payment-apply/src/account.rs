//! The question `account`: what a customer owes, and what it has paid too much.

use contracts::{
    Amount, Currency, CustomerId, Money,
    document::read_json,
    partner::Role,
    question::{Account, AccountRequest, Aging, OpenItem},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::{
    Asker, DatabaseConnection, QuestionError,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait},
};
use serde_json::Value;

use crate::domain::{
    cash::{Cash, Customer},
    item::Item,
};

/// The question's name.
pub const QUESTION: &str = "account";

/// A customer's account; a buyer sees its own customers alone.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let request: AccountRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let customer_id = request.customer_id;
    let unknown = || QuestionError::not_found(format!("there is no customer {customer_id}"));
    if !may_see(asker, &customer_id)? {
        return Err(unknown());
    }
    let record: Vec<Customer> = row::find(db, "customer_id", [customer_id.clone()]).await?;
    let items: Vec<Item> = above_zero(db, &customer_id, "open_amount").await?;
    let cash: Vec<Cash> = above_zero(db, &customer_id, "unapplied").await?;
    let known = record.first().map(|customer| customer.currency);
    let owed = items.first().map(|item| item.currency);
    let paid = cash.first().map(|cash| cash.currency);
    let currency = known.or(owed).or(paid).ok_or_else(unknown)?;
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let account = account(customer_id, currency, items, &cash, today)?;
    serde_json::to_value(account).map_err(|error| QuestionError::bad_request(error.to_string()))
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

/// Everything of the customer in the currency of its account.
pub fn account(
    customer_id: CustomerId,
    currency: Currency,
    mut items: Vec<Item>,
    cash: &[Cash],
    today: Date,
) -> Result<Account, QuestionError> {
    items.retain(|item| item.currency == currency);
    items.sort_by(|a, b| (a.due_date, &a.invoice_number).cmp(&(b.due_date, &b.invoice_number)));
    let sum = |amounts: Vec<i64>| {
        let sum = amounts.into_iter().try_fold(0_i64, i64::checked_add);
        let sum = sum.ok_or_else(|| QuestionError::bad_request("the account is too large"))?;
        Ok::<Amount, QuestionError>(Money::new(sum, currency).amount())
    };
    let aged = |from: i32, to: i32| {
        let late = |item: &&Item| (from..=to).contains(&days_late(item, today));
        sum(items.iter().filter(late).map(|item| item.open_amount).collect())
    };
    let unapplied = cash.iter().filter(|cash| cash.currency == currency);
    Ok(Account {
        customer_id,
        currency,
        unapplied_cash: sum(unapplied.map(|cash| cash.unapplied).collect())?,
        aging: Aging {
            current: aged(i32::MIN, 0)?,
            days_1_to_30: aged(1, 30)?,
            days_31_to_60: aged(31, 60)?,
            days_61_to_90: aged(61, 90)?,
            over_90: aged(91, i32::MAX)?,
        },
        open_items: items.into_iter().map(open_item).collect(),
    })
}

fn days_late(item: &Item, today: Date) -> i32 {
    (today - item.due_date).get_days()
}

fn open_item(item: Item) -> OpenItem {
    OpenItem {
        reference: item.invoice_number.to_string(),
        order_id: item.order_id,
        issue_date: item.issue_date,
        due_date: item.due_date,
        total: item.amount(item.total),
        open_amount: item.amount(item.open_amount),
    }
}
