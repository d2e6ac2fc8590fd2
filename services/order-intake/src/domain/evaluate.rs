//! An order checked whole: rejected (O3), held (O4, O6), or accepted. All reasons at once (O2).
//!
//! What concerns the order as a whole is judged in `head`, a line by itself in `line`, what it
//! costs in `price`. A line that is added or grows later is judged by the same code.

mod head;
mod line;
mod price;
mod total;

use contracts::{
    document::{self, Company},
    event::{OrderBody, OrderedLine},
    partner::Partner,
    reason::{Reason, ReasonLine},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Set, master::Seller};

use self::head::Missing;
pub use self::{
    line::{Checked, MAX_LINES, Patience},
    price::{OneLine, list_for, listed},
    total::{Amounts, add_up, amounts, line_net, total_mismatch},
};

/// What an order comes to.
#[derive(Debug)]
pub enum Evaluation {
    /// Something it names is not known yet; wait for it while there is time.
    Unknown(mesh::Key),
    /// Refused, with every reason.
    Rejected(Vec<ReasonLine>),
    /// As it will be handled; with reasons, it is held.
    Taken {
        /// The order with everything that was left out filled in.
        body: Box<OrderBody>,
        /// Why it has to wait for a release; empty when it is accepted.
        holds: Vec<ReasonLine>,
    },
}

/// Everything an order is judged by.
pub struct Judge<'a> {
    /// What is known.
    pub set: &'a Set,
    /// Who sends it.
    pub partner: &'a Partner,
    /// When it came.
    pub now: Timestamp,
    /// Decide without what is still unknown.
    pub last_chance: bool,
}

impl Judge<'_> {
    /// Judges an order whole.
    #[must_use]
    pub fn evaluate(&self, order: &document::Order) -> Evaluation {
        let mut reasons = Vec::new();
        let customer = match self.customer(order) {
            Ok(customer) => Some(customer),
            Err(Missing::Yet(key)) if !self.last_chance => return Evaluation::Unknown(key),
            Err(Missing::Yet(_)) => {
                reasons.push(whole(Reason::UnknownCustomer, "the customer is not known"));
                None
            }
            Err(Missing::Never(reason)) => {
                reasons.push(reason);
                None
            }
        };
        self.check_head(order, customer, &mut reasons);
        let currency = customer.map(|customer| customer.currency);
        let charges = currency.and_then(|currency| total::charges(order, currency, &mut reasons));
        let patience = if self.last_chance { Patience::None } else { Patience::of(order) };
        let mut lines = Vec::new();
        for line in &order.lines {
            match self.line(line, patience, &mut reasons) {
                Ok(checked) => lines.extend(checked),
                Err(key) => return Evaluation::Unknown(key),
            }
        }
        match (customer, charges) {
            (Some(customer), Some(charges)) if reasons.is_empty() => {
                self.priced(order, customer, &lines, charges)
            }
            _ => Evaluation::Rejected(reasons),
        }
    }

    /// The day in the seller's time zone; UTC while the seller is not known.
    #[must_use]
    pub fn today(&self) -> Date {
        today(self.set, self.now)
    }

    fn body(
        &self,
        order: &document::Order,
        customer: &document::Customer,
        order_date: Date,
        lines: Vec<OrderedLine>,
        amounts: Amounts,
    ) -> Option<OrderBody> {
        let ship_to = head::ship_to(order, customer)?;
        Some(OrderBody {
            partner: self.partner.partner.clone(),
            po_number: order.po_number.clone(),
            customer_id: customer.customer_id.clone(),
            channel: order.channel,
            currency: customer.currency,
            order_date,
            requested_ship_date: order.requested_ship_date,
            cancel_after: order.cancel_after,
            ship_complete: order.ship_complete,
            allow_backorder: order.allow_backorder,
            allow_substitutes: order.allow_substitutes,
            priority: order.priority,
            ship_to: ship_to.clone(),
            terms: customer.terms,
            tax_exempt: customer.tax_exempt,
            over_ship_tolerance_percent: customer.over_ship_tolerance_percent,
            lines,
            charges: order.charges.clone(),
            net_total: amounts.net,
            total: amounts.total,
        })
    }
}

/// The day in the seller's time zone; UTC while the seller is not known.
#[must_use]
pub fn today(set: &Set, now: Timestamp) -> Date {
    day_of(set.company.iter().next(), now)
}

/// The day where the seller is.
#[must_use]
pub fn day_of(seller: Option<&Seller>, now: Timestamp) -> Date {
    now.to_zoned(seller.map_or(TimeZone::UTC, |seller| time_zone(&seller.record))).date()
}

/// The seller's time zone, UTC when its name is none.
fn time_zone(company: &Company) -> TimeZone {
    TimeZone::get(&company.time_zone).unwrap_or(TimeZone::UTC)
}

fn whole(code: Reason, message: impl Into<String>) -> ReasonLine {
    ReasonLine { code, line: None, message: message.into() }
}

fn on_line(code: Reason, line: u32, message: String) -> ReasonLine {
    ReasonLine { code, line: Some(line), message }
}
