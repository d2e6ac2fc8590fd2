//! Reason codes, one closed set for the whole mesh: the reasons to refuse, to hold or to set aside.

use serde::{Deserialize, Serialize};

use crate::closed::closed_set;

closed_set! {
    /// The reason for a refusal, a hold or an exception; lower-case snake on the wire.
    Reason {
        /// The payload is not a JSON object.
        NotJson,
        /// The payload is not an X12 interchange.
        NotX12,
        /// The payload is not a UBL document.
        NotUbl,
        /// The payload is not an ISO 20022 bank notification.
        NotCamt,
        /// The document does not have this field.
        UnknownField,
        /// A required field is missing.
        MissingField,
        /// A field's value is of another type or outside its range.
        InvalidValue,
        /// The payload is larger than the limit.
        TooLarge,
        /// The partner's roles do not allow it.
        NotAllowed,
        /// The contract has no document of that name.
        UnknownDocument,
        /// The version of the document is not supported.
        UnsupportedVersion,
        /// This part of the standard is not supported.
        NotSupported,
        /// The partner is not known, or blocked.
        UnknownPartner,

        /// The customer is not known.
        UnknownCustomer,
        /// The ERP's record blocks the customer.
        BlockedCustomer,
        /// The customer is not one of the partner's.
        ForeignCustomer,
        /// The item is not known.
        UnknownItem,
        /// The item is no longer sold.
        InactiveItem,
        /// A quantity is zero or negative where it must be positive.
        QuantityNotPositive,
        /// The item has no such unit of measure.
        UnitNotConvertible,
        /// The quantity is a fraction of an item that comes in whole units.
        FractionOfWholeUnit,
        /// The currency differs from that of the customer or the invoice.
        WrongCurrency,
        /// A line number is used twice.
        DuplicateLine,
        /// The document has no lines.
        NoLines,
        /// The document has more lines than allowed.
        TooManyLines,
        /// A charge is below zero.
        NegativeCharge,
        /// Neither the document nor the customer has a ship-to.
        NoShipTo,
        /// The order's `cancel_after` day is over.
        CancelAfterPassed,
        /// The partner used the PO number for another order.
        DuplicatePoNumber,
        /// Another partner ordered the same PO number for the same customer.
        PossibleDuplicate,
        /// The price differs from the list's by more than the tolerance.
        PriceMismatch,
        /// The price list has no price for the item and unit.
        NoPrice,
        /// The customer's credit limit would be exceeded.
        CreditLimit,
        /// The buyer's total differs from the seller's.
        TotalMismatch,
        /// The quantity is already dispatched.
        AlreadyShipped,
        /// The order is completed, cancelled or rejected.
        OrderClosed,
        /// The order is not known, or not the partner's.
        UnknownOrder,
        /// The order has no such line.
        UnknownLine,
        /// The change number was used with other content.
        ConflictingChange,
        /// Too many copies of a change came while it was under way.
        TooManyCopies,
        /// The buyer cancelled the order or line.
        CancelledByBuyer,
        /// An operator cancelled the order or line.
        CancelledByOperator,
        /// The item is not in stock and may not be backordered.
        OutOfStock,

        /// The warehouse is not known.
        UnknownWarehouse,
        /// The partner does not speak for the warehouse.
        ForeignWarehouse,
        /// The warehouse is closed and takes no orders.
        WarehouseClosed,
        /// The snapshot is older than one already recorded.
        StaleSnapshot,
        /// The snapshot's sequence was used with other content.
        ConflictingSnapshot,
        /// The adjustment id was used with other content.
        ConflictingAdjustment,
        /// The transfer id was used with other content.
        ConflictingTransfer,
        /// The transfer goes to the warehouse from which it comes.
        SameWarehouse,
        /// The quantity is more than is on hand.
        NotEnoughStock,

        /// The shipment is not known.
        UnknownShipment,
        /// The line or item is not on the shipment.
        NotOnShipment,
        /// The shipment was already cancelled.
        ShipmentCancelled,
        /// The goods left after the shipment was cancelled.
        ShippedAfterCancel,
        /// The confirmation id was used with other content.
        ConflictingConfirmation,
        /// The shipment is already dispatched.
        AlreadyDispatched,
        /// The quantity shipped exceeds the tolerance.
        OverShipped,

        /// No tax rate is in force for the place and category.
        NoTaxRate,
        /// The order to bill is not known yet.
        OrderNotKnown,
        /// The accounting period is closed.
        PeriodClosed,

        /// The payment id was used with other content.
        ConflictingPayment,
        /// The payment was already taken.
        DuplicatePayment,
        /// The payment is not known.
        UnknownPayment,
        /// The bank has not yet booked the entry.
        NotBooked,
        /// The entry is not a payment of a customer.
        NotACustomersPayment,
        /// The reversal id was used with other content.
        ConflictingReversal,
        /// The payment is already reversed.
        AlreadyReversed,
        /// The invoice is another customer's.
        OtherCustomersInvoice,
        /// The invoice does not bill the order named with it.
        OtherOrdersInvoice,
        /// The invoice is not known, or no invoice of the PO number is.
        UnknownInvoice,
        /// The invoice is already paid.
        InvoiceSettled,
        /// The payment is less than the open amount, without a reason.
        ShortPayment,
        /// The payment is less than the open amount, with a reason.
        Deduction,
        /// The payment is more than the open amount.
        Overpayment,
        /// The credit exceeds its invoice's open amount, and the customer owes other invoices.
        CreditLeftOver,
        /// The credit exceeds its invoice's open amount, and the customer owes nothing else.
        RefundDue,
        /// The payment does not say which invoices it pays.
        NoRemittance,
        /// The amount exceeds the payment's unapplied cash or the invoice's open amount.
        AmountTooLarge,

        /// The return authorisation is not known.
        UnknownReturn,
        /// The return authorisation has expired.
        ReturnExpired,
        /// The return is completed and takes no further receipts.
        ReturnClosed,
        /// The quantity exceeds that dispatched and not yet returned.
        OverReturn,
        /// The goods were dispatched too long ago to be returned.
        ReturnWindowPassed,
        /// The partner did not place the order.
        NotTheBuyer,
        /// The quantity exceeds that authorised.
        OverAuthorized,
        /// The return request id was used with other content.
        ConflictingReturnRequest,
        /// The receipt id was used with other content.
        ConflictingReceipt,

        /// A message on which this one depends did not come in time.
        MissingPredecessor,
        /// The event cannot be read.
        UnreadableEvent,
        /// The message failed too often.
        AttemptsExhausted,
        /// The service broke one of its own invariants; nothing was changed.
        InvariantBroken,

        /// The service has no such command.
        UnknownCommand,
        /// The command id was used with other content.
        ConflictingCommand,
        /// The order is not held.
        NotHeld,
        /// The release of a price hold must name the price that counts.
        PriceChoiceNeeded,
        /// The exception case is not known.
        UnknownCase,
        /// The exception case is closed.
        CaseClosed,
        /// The dead letter is not known.
        UnknownDeadLetter,
        /// The requested object does not exist, or is not the partner's.
        NotFound,
    }
}

/// A reason in an acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReasonLine {
    /// The reason as a code for programs.
    pub code: Reason,
    /// The line concerned; none for the whole document.
    #[serde(default)]
    pub line: Option<u32>,
    /// The reason as a sentence for people.
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
    /// The reason as a code for programs.
    pub code: Reason,
    /// The path in the document, such as `lines[0].quantity`; empty for the whole.
    #[serde(default)]
    pub path: String,
    /// The reason as a sentence for people.
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
