//! Requests, authorisations and receipts.

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
    pub series: String,
    pub last: u64,
}

/// A request, under the buyer's own id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub partner: PartnerName,
    pub return_request_id: ReturnRequestId,
    /// The fingerprint of the content, with which a resend is compared.
    pub content: Uuid,
    /// The answer, which a resend gets again.
    pub answer: Json<ReturnAuthorization>,
}

impl Request {
    /// Creates the record of a request and its answer.
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

/// The state of an authorisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    Open,
    /// All came, or the warehouse said that nothing more will.
    Completed,
    /// The last day passed before everything had come.
    Expired,
}

/// An authorisation to return goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    pub rma_number: RmaNumber,
    pub return_request_id: ReturnRequestId,
    pub partner: PartnerName,
    pub order_id: OrderId,
    pub po_number: PoNumber,
    pub customer_id: CustomerId,
    /// The reason in the buyer's words.
    pub reason: String,
    pub status: Status,
    pub requested_on: Date,
    /// The last day on which goods may come.
    pub expires_on: Date,
    /// The warehouse of the latest receipt; none before the first.
    pub last_warehouse: Option<WarehouseId>,
}

impl Authorization {
    /// Returns true if the return is open although its last day is over.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.status == Status::Open && self.expires_on < today
    }
}

/// The return of an item of an order line, in stock units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub rma_number: RmaNumber,
    pub line: u32,
    pub sku: Sku,
    pub order_id: OrderId,
    pub authorized: Quantity,
    /// The quantity that may still come; zero once the authorisation is closed.
    pub outstanding: Quantity,
    pub restocked: Quantity,
    pub scrapped: Quantity,
    pub returned_to_customer: Quantity,
}

impl Line {
    /// Returns the quantity that came in.
    pub fn received(&self) -> Result<Quantity, Halt> {
        total([self.restocked, self.scrapped, self.returned_to_customer])
    }

    /// Returns the quantity that counts as returned or authorised (rule R1).
    pub fn used(&self) -> Result<Quantity, Halt> {
        total([self.outstanding, self.received()?])
    }

    /// Returns the quantity received with this disposition.
    pub fn by_disposition(&mut self, disposition: Disposition) -> &mut Quantity {
        match disposition {
            Disposition::Restock => &mut self.restocked,
            Disposition::Scrap => &mut self.scrapped,
            Disposition::ReturnToCustomer => &mut self.returned_to_customer,
        }
    }
}

/// A receipt, under the warehouse's own id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub partner: PartnerName,
    pub receipt_id: ReceiptId,
    /// The number that the receipt names.
    pub rma_number: RmaNumber,
    /// The fingerprint of the content.
    pub content: Uuid,
    /// The reason for which it was refused; none if it was taken.
    pub refused: Option<String>,
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
