//! An order as it is kept.

mod columns;

use std::collections::BTreeMap;

use contracts::{
    Money, OrderId, PartnerName, PoNumber, Quantity, Reason, ReasonLine,
    document::{self, OrderAck},
    event::{OrderBody, OrderedLine},
};
use jiff::Timestamp;
use mesh::{Halt, checked::minus, text_column};
use strum::{Display, EnumString};

use super::{
    amounts::{charges_of, money, too_large},
    credit::Account,
    line::Line,
    tally::{Sums, Tally},
};

/// One order of a partner under a PO number (rule O1).
#[derive(Debug, Clone)]
pub struct Order {
    /// Derived from partner and PO number.
    pub order_id: OrderId,
    pub partner: PartnerName,
    pub po_number: PoNumber,
    /// The time at which it came, for who is first.
    pub received_at: Timestamp,
    /// The document without its `document_id`, which a resend is compared with.
    pub document: document::Order,
    /// The latest answer, which a resend is given.
    pub acknowledgement: OrderAck,
    pub state: State,
}

/// The state of an order.
#[derive(Debug, Clone)]
pub enum State {
    /// Refused; evaluated afresh when it is sent again.
    Rejected,
    /// Accepted or held, whatever became of it since.
    Taken(Box<Taken>),
}

/// An order that was accepted or held.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The order as others know it.
    pub body: OrderBody,
    pub standing: Standing,
    /// Net and charges, without tax, in minor units: the part of the limit that a held order needs.
    pub total: i64,
    /// The part of the customer's credit that it uses now (O5); kept by `exposure::follow`.
    pub exposure: i64,
    /// Held for credit and for nothing else: it goes on by itself when there is room (O6).
    pub waits_for_credit: bool,
    /// Charges that invoices have billed, in minor units.
    pub billed_charges: i64,
    /// The figures of its lines; kept by [`Ledger`](super::ledger::Ledger).
    pub tally: Tally,
}

/// The standing of an order that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Waits for a release, for these reasons.
    Held(Vec<ReasonLine>),
    Accepted,
    /// Nothing of it was dispatched, and nothing will be.
    Cancelled,
    /// Every unit is dispatched and billed, or cancelled (rule O10).
    Completed,
}

/// The name of an order's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    Rejected,
    Held,
    Accepted,
    Cancelled,
    Completed,
}

text_column!(Status);

impl Order {
    /// The order, where it was accepted or held.
    #[must_use]
    pub fn taken(&self) -> Option<&Taken> {
        match &self.state {
            State::Rejected => None,
            State::Taken(taken) => Some(taken),
        }
    }

    /// The order, where it was accepted or held, to be changed.
    pub fn taken_mut(&mut self) -> Option<&mut Taken> {
        match &mut self.state {
            State::Rejected => None,
            State::Taken(taken) => Some(taken),
        }
    }

    #[must_use]
    pub fn status(&self) -> Status {
        match self.taken().map(|taken| &taken.standing) {
            None => Status::Rejected,
            Some(Standing::Held(_)) => Status::Held,
            Some(Standing::Accepted) => Status::Accepted,
            Some(Standing::Cancelled) => Status::Cancelled,
            Some(Standing::Completed) => Status::Completed,
        }
    }
}

impl Taken {
    /// An order as it is taken, before the customer's credit follows it.
    #[must_use]
    pub fn new(body: OrderBody, standing: Standing, tally: Tally) -> Self {
        let (total, exposure, waits_for_credit, billed_charges) = (0, 0, false, 0);
        Self { body, standing, total, exposure, waits_for_credit, billed_charges, tally }
    }

    /// A line, as it stands.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&OrderedLine> {
        self.body.lines.iter().find(|line| line.line == number)
    }

    /// The lines as they stand, by number.
    #[must_use]
    pub fn lines(&self) -> BTreeMap<u32, &OrderedLine> {
        self.body.lines.iter().map(|line| (line.line, line)).collect()
    }

    /// Units of one of its lines that are ordered and not cancelled.
    ///
    /// # Errors
    /// When more is cancelled than ordered.
    pub fn wanted(&self, line: &OrderedLine) -> Result<Quantity, Halt> {
        let cancelled = self.tally.cancelled.get(&line.line).copied().unwrap_or_default();
        minus(line.quantity, cancelled)
    }

    /// The account whose credit it uses.
    #[must_use]
    pub fn account(&self) -> Account {
        (self.body.customer_id.clone(), self.body.currency)
    }

    /// The reasons for which it is held; empty when it is not.
    #[must_use]
    pub fn holds(&self) -> &[ReasonLine] {
        match &self.standing {
            Standing::Held(reasons) => reasons,
            Standing::Accepted | Standing::Cancelled | Standing::Completed => &[],
        }
    }

    /// Returns whether it goes on without anybody's word, once it is held for nothing more.
    #[must_use]
    pub fn settles_itself(&self) -> bool {
        let settles =
            |hold: &ReasonLine| matches!(hold.code, Reason::CreditLimit | Reason::BlockedCustomer);
        !self.holds().is_empty() && self.holds().iter().all(settles)
    }

    /// Net and charges, without tax.
    ///
    /// # Errors
    /// When that is beyond 18 digits, which the order was checked for.
    pub fn value(&self) -> Result<Money, Halt> {
        money(self.body.total, self.body.currency)
    }

    /// The part of the customer's exposure that is this order's, in minor units, by the kept figures
    /// of its lines: what was accepted and is neither cancelled nor billed, without tax (O5).
    ///
    /// A line's part is the net of the units to be billed less the nets of those that were: an
    /// invoice takes off exactly what it adds, so the exposure changes by its tax alone. Nets of
    /// parts do not always add up to the net of the whole; once nothing of a line is open its part
    /// is nothing. Billed units count at the line's present price, for a line that grows may get
    /// another one, and what is not billed yet is all at that. The figure follows from sums alone:
    /// it does not depend on the order in which units were billed and cancelled.
    ///
    /// # Errors
    /// When it is beyond 18 digits, which the order was checked for.
    pub fn part(&self) -> Result<i64, Halt> {
        self.part_of(self.tally.sums, charges_of(&self.body)?)
    }

    /// The same, by the lines themselves.
    ///
    /// # Errors
    /// When it is beyond 18 digits.
    pub fn part_anew<'a>(&self, lines: impl Iterator<Item = &'a Line>) -> Result<i64, Halt> {
        self.part_of(Tally::of(&self.body, lines)?.sums, charges_of(&self.body)?)
    }

    /// The part of an order whose lines come to `sums`: their value, and charges as long as anything
    /// is to be billed. Held orders do not count until they are released.
    ///
    /// # Errors
    /// When it is beyond 18 digits.
    pub fn part_of(&self, sums: Sums, charges: Money) -> Result<i64, Halt> {
        if self.standing != Standing::Accepted || sums.unbilled == 0 {
            return Ok(0);
        }
        let charges = charges.minor.checked_sub(self.billed_charges).ok_or_else(too_large)?;
        // Invoices may bill more charges than the order has.
        sums.left.checked_add(charges.max(0)).ok_or_else(too_large)
    }
}
