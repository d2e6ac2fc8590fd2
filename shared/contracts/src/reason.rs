//! Reason codes: why something was refused, held or set aside. One closed set for the whole mesh.

use serde::{Deserialize, Serialize};

use crate::closed::closed_set;

closed_set! {
    /// Why. Lower-case snake on the wire.
    Reason {
        /// No JSON object, or not JSON at all.
        NotJson,
        /// Not an X12 interchange.
        NotX12,
        /// Not a UBL document.
        NotUbl,
        /// Not an ISO 20022 bank notification.
        NotCamt,
        /// A field that the document does not have.
        UnknownField,
        /// A required field is missing.
        MissingField,
        /// A field's value is of another type or outside its range.
        InvalidValue,
        /// Above the largest payload.
        TooLarge,
        /// The partner's roles do not allow it.
        NotAllowed,
        /// No document of that name.
        UnknownDocument,
        /// A version of the document that is not spoken.
        UnsupportedVersion,
        /// Part of a standard that is not carried over.
        NotSupported,
        /// The partner is not known, or blocked.
        UnknownPartner,

        /// The customer is not known.
        UnknownCustomer,
        /// The customer is blocked.
        BlockedCustomer,
        /// The customer is not one of the partner's.
        ForeignCustomer,
        /// The item is not known.
        UnknownItem,
        /// The item is not sold any more.
        InactiveItem,
        /// A quantity that must be above zero is not.
        QuantityNotPositive,
        /// The item has no such unit of measure.
        UnitNotConvertible,
        /// A fraction of an item that comes in whole units.
        FractionOfWholeUnit,
        /// Another currency than the customer's or the invoice's.
        WrongCurrency,
        /// A line number is used twice.
        DuplicateLine,
        /// No lines.
        NoLines,
        /// More lines than allowed.
        TooManyLines,
        /// A charge below zero.
        NegativeCharge,
        /// Neither the document nor the customer has a ship-to.
        NoShipTo,
        /// The day after which nothing is wanted is over.
        CancelAfterPassed,
        /// The partner's PO number stands for another order.
        DuplicatePoNumber,
        /// Another partner ordered the same PO number for the same customer.
        PossibleDuplicate,
        /// The price differs from the list beyond tolerance.
        PriceMismatch,
        /// The list has no price.
        NoPrice,
        /// The customer's credit limit would be exceeded.
        CreditLimit,
        /// The total is not ours.
        TotalMismatch,
        /// The quantity is already dispatched.
        AlreadyShipped,
        /// The order is completed, cancelled or rejected.
        OrderClosed,
        /// The order is not known, or not the partner's.
        UnknownOrder,
        /// The order has no such line.
        UnknownLine,
        /// Other content under the same change number.
        ConflictingChange,
        /// More copies of a change under way than are answered with it.
        TooManyCopies,
        /// The buyer cancelled.
        CancelledByBuyer,
        /// An operator cancelled.
        CancelledByOperator,
        /// Not in stock, and not allowed to wait.
        OutOfStock,

        /// The warehouse is not known.
        UnknownWarehouse,
        /// The partner does not speak for the warehouse.
        ForeignWarehouse,
        /// The warehouse is closed.
        WarehouseClosed,
        /// A snapshot older than one already taken.
        StaleSnapshot,
        /// Other content under the same snapshot sequence.
        ConflictingSnapshot,
        /// Other content under the same adjustment id.
        ConflictingAdjustment,
        /// Other content under the same transfer id.
        ConflictingTransfer,
        /// A transfer to the warehouse it comes from.
        SameWarehouse,
        /// More than there is on hand.
        NotEnoughStock,

        /// The shipment is not known.
        UnknownShipment,
        /// The line or item is not on the shipment.
        NotOnShipment,
        /// The shipment is cancelled.
        ShipmentCancelled,
        /// The goods left after the shipment was cancelled.
        ShippedAfterCancel,
        /// Other content under the same confirmation id.
        ConflictingConfirmation,
        /// The shipment is already dispatched.
        AlreadyDispatched,
        /// More was shipped than the tolerance allows.
        OverShipped,

        /// No tax rate is in force for the place and category.
        NoTaxRate,
        /// The order to bill is not known yet.
        OrderNotKnown,
        /// The accounting period is closed.
        PeriodClosed,

        /// Other content under the same payment id.
        ConflictingPayment,
        /// The payment was already taken.
        DuplicatePayment,
        /// The payment is not known.
        UnknownPayment,
        /// An entry that the bank has not booked yet.
        NotBooked,
        /// An entry that is no money of a customer.
        NotACustomersPayment,
        /// Other content under the same reversal id.
        ConflictingReversal,
        /// The payment is already reversed.
        AlreadyReversed,
        /// The invoice is another customer's.
        OtherCustomersInvoice,
        /// The invoice does not bill the order that is named beside it.
        OtherOrdersInvoice,
        /// The invoice, or one of the PO number, is not known.
        UnknownInvoice,
        /// The invoice is already paid.
        InvoiceSettled,
        /// Paid less than is open.
        ShortPayment,
        /// Paid less than is open, with a reason.
        Deduction,
        /// Paid more than is open.
        Overpayment,
        /// A credit is more than its invoice has open; the customer owes for others.
        CreditLeftOver,
        /// A credit is more than its invoice has open, and the customer owes nothing else.
        RefundDue,
        /// Nothing says what the cash is for.
        NoRemittance,
        /// More than the payment has unapplied, or the invoice has open.
        AmountTooLarge,

        /// The return authorisation is not known.
        UnknownReturn,
        /// The return authorisation has expired.
        ReturnExpired,
        /// The return is completed.
        ReturnClosed,
        /// More than was dispatched and not yet returned.
        OverReturn,
        /// Dispatched too long ago.
        ReturnWindowPassed,
        /// The partner did not place the order.
        NotTheBuyer,
        /// More than was authorised.
        OverAuthorized,
        /// Other content under the same return request id.
        ConflictingReturnRequest,
        /// Other content under the same receipt id.
        ConflictingReceipt,

        /// What it builds on did not come in time.
        MissingPredecessor,
        /// An event that can not be read.
        UnreadableEvent,
        /// It failed too often.
        AttemptsExhausted,
        /// The service broke one of its own laws; nothing was changed.
        InvariantBroken,

        /// The service has no such command.
        UnknownCommand,
        /// Other content under the same command id.
        ConflictingCommand,
        /// The order is not held.
        NotHeld,
        /// A price hold needs to be told whose price counts.
        PriceChoiceNeeded,
        /// The exception case is not known.
        UnknownCase,
        /// The exception case is closed.
        CaseClosed,
        /// The dead letter is not known.
        UnknownDeadLetter,
        /// What was asked for does not exist, or is not the partner's.
        NotFound,
    }
}

/// A reason in an acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReasonLine {
    /// Why.
    pub code: Reason,
    /// The line concerned; none for the whole document.
    #[serde(default)]
    pub line: Option<u32>,
    /// Why, in words.
    pub message: String,
}

impl ReasonLine {
    /// A reason that concerns the whole document.
    #[must_use]
    pub fn new(code: Reason, message: impl Into<String>) -> Self {
        Self { code, line: None, message: message.into() }
    }

    /// A reason that concerns one line.
    #[must_use]
    pub fn at(line: u32, code: Reason, message: impl Into<String>) -> Self {
        Self { code, line: Some(line), message: message.into() }
    }
}

/// A reason in a rejection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReasonPath {
    /// Why.
    pub code: Reason,
    /// Where in the document, such as `lines[0].quantity`; empty for the whole.
    #[serde(default)]
    pub path: String,
    /// Why, in words.
    pub message: String,
}

impl ReasonPath {
    /// A reason that concerns the whole document.
    #[must_use]
    pub fn new(code: Reason, message: impl Into<String>) -> Self {
        Self { code, path: String::new(), message: message.into() }
    }

    /// A reason that concerns the field at `path`.
    #[must_use]
    pub fn at(path: impl Into<String>, code: Reason, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into() }
    }
}
