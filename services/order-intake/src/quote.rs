//! The question `price`: what a customer pays today, by its price list (O4).

use contracts::{
    UnitPrice,
    document::{Item, ItemStatus, read_json},
    question::{PriceAnswer, PriceRequest, PriceRequestLine, Question, QuotedPrice},
};
use jiff::Timestamp;
use mesh::{
    Asker, DatabaseConnection, QuestionError, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait},
};
use serde_json::Value;

use crate::{
    check,
    domain::{
        Set,
        evaluate::{MAX_LINES, list_for, listed, today},
        master::{self, Price, PriceList, SELLER, Seller},
        price::{Priced, Wanted, stock_units_per},
    },
};

/// The question's name.
pub const QUESTION: &str = PriceRequest::NAME;

/// The list price of each line; none where the list has none, or there is no such item or unit.
pub async fn answer(
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
    let customer = check::customer(db, asker, &request.customer_id).await?;
    let set = load(db, &customer.price_list.value(), &request).await?;
    let list = list_for(&set, &customer, today(&set, Timestamp::now()), customer.currency);
    let quote = |line: &PriceRequestLine| {
        let unit_price = list.and_then(|list| price(&set, list, line));
        let source = list.filter(|_| unit_price.is_some()).map(|list| list.price_list.clone());
        QuotedPrice { sku: line.sku.clone(), unit_price, source }
    };
    let lines = request.lines.iter().map(quote).collect();
    mesh::books::answer(&PriceAnswer { currency: customer.currency, lines })
}

/// What the lines are priced by.
async fn load(
    db: &DatabaseConnection,
    list: &mesh::sea_query::Value,
    request: &PriceRequest,
) -> Result<Set, QuestionError> {
    let skus = || request.lines.iter().map(|line| line.sku.clone());
    let of_list = || Expr::col(Alias::new("price_list")).eq(list.clone());
    let mut lists = row::select::<PriceList>();
    lists.and_where(of_list());
    let mut prices = row::select::<Price>();
    prices.and_where(of_list());
    prices.and_where(Expr::col(Alias::new("sku")).is_in(skus().map(|sku| sku.value())));
    Ok(Set {
        company: Rows::loaded(row::find::<Seller, _>(db, "company", [SELLER.to_owned()]).await?),
        items: Rows::loaded(row::find::<master::Item, _>(db, "sku", skus()).await?),
        price_lists: Rows::loaded(row::fetch(db, &lists).await?),
        prices: Rows::loaded(row::fetch(db, &prices).await?),
        ..Set::default()
    })
}

/// The price of one unit asked for.
fn price(set: &Set, list: &PriceList, line: &PriceRequestLine) -> Option<UnitPrice> {
    let item: &Item = &set.items.get(&line.sku)?.record.0;
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
    listed(set, list, wanted).and_then(|priced: Priced| priced.per(per_uom))
}
