//! The row of an order, in flat columns.

use contracts::{
    Currency, CustomerId, OrderId, PartnerName, PoNumber, ReasonLine,
    document::{self, OrderAck},
    event::OrderBody,
};
use jiff::Timestamp;
use mesh::{DbErr, Json, QueryResult, column::Cell, row::Row, sea_query::Value};

use crate::domain::{
    order::{Order, Standing, State, Status, Taken},
    tally::Tally,
};

/// The columns of an order.
#[derive(Debug, Clone)]
struct Columns {
    order_id: OrderId,
    partner: PartnerName,
    po_number: PoNumber,
    customer_id: Option<CustomerId>,
    status: Status,
    received_at: Timestamp,
    document: Json<document::Order>,
    body: Option<Json<OrderBody>>,
    acknowledgement: Json<OrderAck>,
    holds: Json<Vec<ReasonLine>>,
    currency: Option<Currency>,
    total: i64,
    exposure: i64,
    waits_for_credit: bool,
    billed_charges: i64,
    tally: Json<Tally>,
}

mesh::row!(Columns in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id, status, received_at, document, body, acknowledgement,
    holds, currency, total, exposure, waits_for_credit, billed_charges, tally
});

impl From<&Order> for Columns {
    fn from(order: &Order) -> Self {
        let taken = order.taken();
        Self {
            order_id: order.order_id,
            partner: order.partner.clone(),
            po_number: order.po_number.clone(),
            customer_id: taken.map(|taken| taken.body.customer_id.clone()),
            status: order.status(),
            received_at: order.received_at,
            document: Json(order.document.clone()),
            body: taken.map(|taken| Json(taken.body.clone())),
            acknowledgement: Json(order.acknowledgement.clone()),
            holds: Json(taken.map(|taken| taken.holds().to_vec()).unwrap_or_default()),
            currency: taken.map(|taken| taken.body.currency),
            total: taken.map_or(0, |taken| taken.total),
            exposure: taken.map_or(0, |taken| taken.exposure),
            waits_for_credit: taken.is_some_and(|taken| taken.waits_for_credit),
            billed_charges: taken.map_or(0, |taken| taken.billed_charges),
            tally: Json(taken.map(|taken| taken.tally.clone()).unwrap_or_default()),
        }
    }
}

impl Columns {
    fn order(self) -> Result<Order, DbErr> {
        let standing = match self.status {
            Status::Rejected => None,
            Status::Held => Some(Standing::Held(self.holds.0)),
            Status::Accepted => Some(Standing::Accepted),
            Status::Cancelled => Some(Standing::Cancelled),
            Status::Completed => Some(Standing::Completed),
        };
        let state = match (standing, self.body) {
            (None, _) => State::Rejected,
            (Some(standing), Some(Json(body))) => State::Taken(Box::new(Taken {
                body,
                standing,
                total: self.total,
                exposure: self.exposure,
                waits_for_credit: self.waits_for_credit,
                billed_charges: self.billed_charges,
                tally: self.tally.0,
            })),
            (Some(_), None) => {
                let text = format!("order {} is {} and has no body", self.order_id, self.status);
                return Err(DbErr::Custom(text));
            }
        };
        Ok(Order {
            order_id: self.order_id,
            partner: self.partner,
            po_number: self.po_number,
            received_at: self.received_at,
            document: self.document.0,
            acknowledgement: self.acknowledgement.0,
            state,
        })
    }
}

impl Row for Order {
    type Key = OrderId;
    const TABLE: &'static str = Columns::TABLE;
    const COLUMNS: &'static [&'static str] = Columns::COLUMNS;
    const KEY: &'static [&'static str] = Columns::KEY;

    fn key(&self) -> OrderId {
        self.order_id
    }

    fn values(&self) -> Vec<Value> {
        Columns::from(self).values()
    }

    fn value(&self, column: &str) -> Value {
        match column {
            "order_id" => self.order_id.value(),
            "po_number" => self.po_number.value(),
            _ => Columns::from(self).value(column),
        }
    }

    fn values_of(key: &OrderId) -> Vec<Value> {
        Columns::values_of(key)
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Columns::read(row)?.order()
    }
}
