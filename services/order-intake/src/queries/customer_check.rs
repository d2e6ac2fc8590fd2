//! `customer-check`: how a customer stands, and whether more would pass.

use contracts::{
    CustomerId, Money,
    document::{self, read_json},
    money::Sum,
    partner::Role,
    question::{CustomerCheck, CustomerCheckRequest, Question},
};
use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, Endpoint, QuestionError, row};
use serde_json::Value;

use crate::{
    OrderIntake,
    domain::{
        credit::{Credit, exceeds, is_active},
        master::Customer,
    },
};

pub const ENDPOINT: Endpoint<OrderIntake> = Endpoint {
    question: CustomerCheckRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The customer's exposure, and whether an order of the amount would pass now.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let request: CustomerCheckRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let customer = customer(db, asker, &request.customer_id).await?;
    let currency = customer.currency;
    let more = request.amount.map_or(Ok(Money::zero(currency)), |it| Money::of(it, currency));
    let more = more.map_err(|error| QuestionError::bad_request(format!("amount: {error}")))?;
    if more.minor < 0 {
        return Err(QuestionError::bad_request("amount: it is negative"));
    }
    let credit: Vec<Credit> = row::find(db, "customer_id", [request.customer_id]).await?;
    let credit = credit.iter().find(|credit| credit.currency == currency);
    let exposure = credit.map_or(Sum::zero(currency), Credit::exposure);
    let limit = customer.credit_limit.and_then(|limit| Money::of(limit, currency).ok());
    let answer = CustomerCheck {
        status: customer.status,
        terms: customer.terms,
        currency,
        credit_limit: limit.map(Money::amount),
        exposure: exposure.amount(),
        would_pass: is_active(&customer) && exceeds(exposure, &customer, more).is_none(),
    };
    mesh::books::answer(&answer)
}

/// The record of a customer that the asker may ask about. Another's is answered like none.
pub async fn customer(
    db: &DatabaseConnection,
    asker: &Asker,
    customer_id: &CustomerId,
) -> Result<document::Customer, QuestionError> {
    let unknown = || QuestionError::not_found(format!("there is no customer {customer_id}"));
    if let Some(partner) = asker.partner().filter(|_| !asker.sees_all()) {
        if !partner.has_role(Role::Buyer) {
            return Err(QuestionError::not_allowed());
        }
        if !partner.serves_customer(customer_id) {
            return Err(unknown());
        }
    }
    let found: Vec<Customer> = row::find(db, "customer_id", [customer_id.clone()]).await?;
    found.into_iter().next().map(|customer| customer.record.0).ok_or_else(unknown)
}
