//! Questions, answered by request and reply on `api.<name>.v1.<partner>`.
//!
//! A partner asks for its own orders and customers alone; the operator and the role `erp` see all.

mod books;
mod journal;
mod sales;
mod status;

use serde::{Serialize, de::DeserializeOwned};

use crate::partner::Role;

pub use books::{
    AccountTotal, AllocationBooks, AllocationBooksRequest, AllocationLine, AllocationStock,
    FulfillmentBooks, FulfillmentBooksRequest, FulfillmentLine, IntakeBooks, IntakeBooksRequest,
    IntakeCredit, IntakeLine, InvoicingBooks, InvoicingBooksRequest, InvoicingCreditMemo,
    InvoicingDispatch, InvoicingInvoice, InvoicingLine, PaymentBooks, PaymentBooksRequest,
    PaymentsInvoice, PaymentsPayment, ReturnsBooks, ReturnsBooksRequest, ReturnsLine,
};
pub use journal::{InvoicingJournalRequest, JournalPage, JournalRange, PaymentJournalRequest};
pub use sales::{
    Availability, AvailabilityRequest, AvailableItem, AvailableWarehouse, CustomerCheck,
    CustomerCheckRequest, ItemQuantity, PriceAnswer, PriceRequest, PriceRequestLine, QuotedPrice,
    SplitPart,
};
pub use status::{
    Account, AccountInCurrency, AccountRequest, Aging, InvoiceAnswer, InvoiceRequest, OpenItem,
    OrderState, OrderStatus, OrderStatusLine, OrderStatusRequest, ShipmentDispatch, ShipmentLine,
    ShipmentState, ShipmentStatus, ShipmentStatusRequest, ShipmentSummary, Statement,
    StatementKind, StatementLine, TimelineEntry,
};

/// A question; the type is the request. Unknown fields of a request are refused.
pub trait Question: DeserializeOwned + Serialize + Send + Sync + 'static {
    /// The question's name in subjects, such as `order-status`.
    const NAME: &'static str;
    /// The service that answers the question.
    const OWNER: &'static str;
    /// The partner roles that may ask, besides the operator.
    const ROLES: &'static [Role];
    /// The type of the answer's body.
    type Answer: DeserializeOwned + Serialize + Send + Sync + 'static;
}

macro_rules! question {
    ($request:ident -> $answer:ident, $name:literal, $owner:literal, [$($role:ident),*]) => {
        impl $crate::question::Question for $request {
            const NAME: &'static str = $name;
            const OWNER: &'static str = $owner;
            const ROLES: &'static [$crate::partner::Role] = &[$($crate::partner::Role::$role),*];
            type Answer = $answer;
        }
    };
}

use question;
