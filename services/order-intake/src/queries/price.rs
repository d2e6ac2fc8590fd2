//! `price`: what a customer pays today, by its price list (O4).

use std::collections::BTreeSet;

use contracts::{
    PriceListId, Sku, UnitPrice,
    document::{Item, ItemStatus, read_json},
    question::{PriceAnswer, PriceRequest, PriceRequestLine, Question, QuotedPrice},
};
use futures::FutureExt as _;
use jiff::Timestamp;
use mesh::{Asker, DatabaseConnection, Endpoint, QuestionError, Rows};
use serde_json::Value;

use super::customer_check;
use crate::{
    OrderIntake,
    domain::{
        evaluate::price::{list_for, listed},
        line::MAX_LINES,
        master::{PriceList, SELLER, day_of},
        price::{Priced, Wanted, stock_units_per},
    },
    store::prices_of,
    unit_of_work::UnitOfWork,
};

pub const ENDPOINT: Endpoint<OrderIntake> = Endpoint {
    question: PriceRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The list price of each line; `None` where the list has none, or there is no such item or unit.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let request: PriceRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    if request.lines.len() > MAX_LINES {
        let text = format!("{} lines; at most {MAX_LINES} are priced", request.lines.len());
        return Err(QuestionError::bad_request(text));
    }
    let customer = customer_check::customer(db, asker, &request.customer_id).await?;
    let work = load(db, customer.price_list.clone(), &request).await?;
    let today = day_of(work.company.get(&SELLER.to_owned()), Timestamp::now());
    let list = list_for(&work, &customer, today, customer.currency);
    let quote = |line: &PriceRequestLine| {
        let unit_price = list.and_then(|list| price(&work, list, line));
        let source = list.filter(|_| unit_price.is_some()).map(|list| list.price_list.clone());
        QuotedPrice { sku: line.sku.clone(), unit_price, source }
    };
    let lines = request.lines.iter().map(quote).collect();
    mesh::books::answer(&PriceAnswer { currency: customer.currency, lines })
}

/// Reads everything that the lines are priced by.
async fn load(
    db: &DatabaseConnection,
    list: PriceListId,
    request: &PriceRequest,
) -> Result<UnitOfWork, QuestionError> {
    let skus: BTreeSet<Sku> = request.lines.iter().map(|line| line.sku.clone()).collect();
    let lists = BTreeSet::from([list]);
    Ok(UnitOfWork {
        company: Rows::find(db, "company", [SELLER.to_owned()]).await?,
        prices: prices_of(db, &lists, &skus).await?,
        items: Rows::find(db, "sku", skus).await?,
        price_lists: Rows::find(db, "price_list", lists).await?,
        ..UnitOfWork::default()
    })
}

/// The price of one unit asked for.
fn price(work: &UnitOfWork, list: &PriceList, line: &PriceRequestLine) -> Option<UnitPrice> {
    let item: &Item = &work.items.get(&line.sku)?.record.0;
    let uom = line.uom.as_ref().unwrap_or(&item.stock_uom);
    let per_uom = stock_units_per(item, uom).filter(|_| item.status == ItemStatus::Active)?;
    let stock = line.quantity.get().checked_mul(per_uom.get())?;
    let wanted = Wanted {
        sku: &line.sku,
        uom,
        ordered: line.quantity,
        per_uom,
        stock_uom: &item.stock_uom,
        stock: contracts::Quantity::new(stock).ok()?,
    };
    listed(work, list, wanted).and_then(|priced: Priced| priced.per(per_uom))
}
