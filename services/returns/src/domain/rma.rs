//! Requests, authorisations and receipts as they are kept.

use contracts::{
    CustomerId, OrderId, PartnerName, PoNumber, Quantity, ReceiptId, ReturnRequestId, RmaNumber,
    Sku, WarehouseId,
    document::{Disposition, ReturnAuthorization, ReturnRequest, fingerprint},
};
use jiff::{Timestamp, civil::Date};
use mesh::{Halt, Json, checked::total, text_column};
use strum::{Display, EnumString};
use uuid::Uuid;

/// The series of RMA numbers.
pub const RMA: &str = "RMA";

/// The last number given in a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Which series.
    pub series: String,
    /// Its last number.
    pub last: u64,
}

/// A request by the buyer's own id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's id of it.
    pub return_request_id: ReturnRequestId,
    /// What it says, as a fingerprint: what a resend is compared with.
    pub content: Uuid,
    /// What was answered, and is answered again.
    pub answer: Json<ReturnAuthorization>,
}

impl Request {
    /// A request and its answer.
    #[must_use]
    pub fn answered(
        partner: &PartnerName,
        request: &ReturnRequest,
        answer: ReturnAuthorization,
    ) -> Self {
        Self {
            partner: partner.clone(),
            return_request_id: request.return_request_id.clone(),
            content: fingerprint(request),
            answer: Json(answer),
        }
    }
}

/// Where an authorisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// Goods may come.
    Open,
    /// All came, or the warehouse said that nothing more will.
    Completed,
    /// Its last day is over.
    Expired,
}

/// An authorisation to return goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Its number.
    pub rma_number: RmaNumber,
    /// The buyer's id of the request.
    pub return_request_id: ReturnRequestId,
    /// The buyer.
    pub partner: PartnerName,
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// Why, in the buyer's words.
    pub reason: String,
    /// Where it is.
    pub status: Status,
    /// The day of the request.
    pub requested_on: Date,
    /// The last day on which goods may come.
    pub expires_on: Date,
    /// Where the last of it came in; none while nothing has.
    pub last_warehouse: Option<WarehouseId>,
}

impl Authorization {
    /// Whether its last day is over and nobody has taken note.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.status == Status::Open && self.expires_on < today
    }
}

/// How far the return of an item of an order line is, in stock units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Under which authorisation.
    pub rma_number: RmaNumber,
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// Of which order.
    pub order_id: OrderId,
    /// How much was authorised.
    pub authorized: Quantity,
    /// How much may still come; nothing once the authorisation is closed.
    pub outstanding: Quantity,
    /// Back in stock.
    pub restocked: Quantity,
    /// Thrown away.
    pub scrapped: Quantity,
    /// Sent back to the customer.
    pub returned_to_customer: Quantity,
}

impl Line {
    /// What came in.
    pub fn received(&self) -> Result<Quantity, Halt> {
        total([self.restocked, self.scrapped, self.returned_to_customer])
    }

    /// What counts as returned or authorised (rule R1).
    pub fn used(&self) -> Result<Quantity, Halt> {
        total([self.outstanding, self.received()?])
    }

    /// What of it came in, by what became of it.
    pub fn by_disposition(&mut self, disposition: Disposition) -> &mut Quantity {
        match disposition {
            Disposition::Restock => &mut self.restocked,
            Disposition::Scrap => &mut self.scrapped,
            Disposition::ReturnToCustomer => &mut self.returned_to_customer,
        }
    }
}

/// A receipt by the warehouse's own id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Who sent it.
    pub partner: PartnerName,
    /// The warehouse's id of it.
    pub receipt_id: ReceiptId,
    /// The number on the parcel.
    pub rma_number: RmaNumber,
    /// What it says, as a fingerprint.
    pub content: Uuid,
    /// Why it was not taken; none when it was.
    pub refused: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
}

text_column!(Status);
mesh::row!(Series in "series" by (series: String) { series, last });
mesh::row!(Request in "requests" by (
    partner: PartnerName, return_request_id: ReturnRequestId
) { partner, return_request_id, content, answer });
mesh::row!(Authorization in "authorizations" by (rma_number: RmaNumber) {
    rma_number, return_request_id, partner, order_id, po_number, customer_id, reason, status,
    requested_on, expires_on, last_warehouse
});
mesh::row!(Line in "return_lines" by (rma_number: RmaNumber, line: u32, sku: Sku) {
    rma_number, line, sku, order_id, authorized, outstanding, restocked, scrapped,
    returned_to_customer
});
mesh::row!(Receipt in "receipts" by (partner: PartnerName, receipt_id: ReceiptId) {
    partner, receipt_id, rma_number, content, refused, received_at
});
