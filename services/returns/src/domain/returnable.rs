//! The units that are at the customer's and may come back (rule R1).
//!
//! Units are not told apart, days are: what was returned or authorised is taken from the oldest
//! units that were within the window of its own request. So a return of old units never costs the
//! customer the right to return newer ones, and no unit comes back twice.

use std::collections::BTreeMap;

use contracts::{OrderId, Quantity, Sku};
use jiff::{Span, civil::Date};
use mesh::{
    Halt,
    checked::{minus, plus, total},
};

use super::{close::lines_of, master::Calendar, rma};
use crate::unit_of_work::UnitOfWork;

/// Returns the day that many days later, or the last representable day.
#[must_use]
pub fn days_after(day: Date, days: u32) -> Date {
    let span = Span::new().try_days(i64::from(days));
    span.and_then(|span| day.checked_add(span)).unwrap_or(Date::MAX)
}

/// Returns the day that many days earlier, or the first representable day.
#[must_use]
pub fn days_before(day: Date, days: u32) -> Date {
    let span = Span::new().try_days(i64::from(days));
    span.and_then(|span| day.checked_sub(span)).unwrap_or(Date::MIN)
}

/// The units of an item of an order line by the day they left, less those that are used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units(BTreeMap<Date, Quantity>);

impl Units {
    /// Adds units that left on a day.
    pub fn add(&mut self, day: Date, quantity: Quantity) -> Result<(), Halt> {
        let units = self.0.entry(day).or_default();
        *units = plus(*units, quantity)?;
        Ok(())
    }

    /// Returns the quantity that left on this day or later.
    pub fn since(&self, earliest: Date) -> Result<Quantity, Halt> {
        total(self.0.range(earliest..).map(|(_, units)| *units))
    }

    /// Takes the oldest units that left on this day or later. Returns the quantity that was
    /// missing.
    pub fn take(&mut self, mut quantity: Quantity, earliest: Date) -> Result<Quantity, Halt> {
        for (_, units) in self.0.range_mut(earliest..) {
            let taken = quantity.min(*units);
            *units = minus(*units, taken)?;
            quantity = minus(quantity, taken)?;
        }
        Ok(quantity)
    }
}

/// The returnable units of each line and item of an order.
#[derive(Debug, Default)]
pub struct ReturnableUnits(pub BTreeMap<(u32, Sku), Units>);

impl ReturnableUnits {
    /// Returns what was shipped for the order, less what came back or is authorised.
    pub fn of(
        work: &UnitOfWork,
        order_id: OrderId,
        calendar: &Calendar,
        window_days: u32,
    ) -> Result<Self, Halt> {
        let mut away = Self::default();
        for dispatch in work.dispatches.having("order_id", &order_id) {
            let units = away.0.entry((dispatch.line, dispatch.sku.clone())).or_default();
            units.add(calendar.day(dispatch.shipped_at), dispatch.quantity)?;
        }
        let mut used: Vec<(Date, &rma::Line)> = Vec::new();
        for one in work.authorizations.having("order_id", &order_id) {
            used.extend(lines_of(work, &one.rma_number).map(|line| (one.requested_on, line)));
        }
        used.sort_by_key(|(day, _)| *day);
        for (requested_on, line) in used {
            let units = away.0.entry((line.line, line.sku.clone())).or_default();
            let rest = units.take(line.used()?, days_before(requested_on, window_days))?;
            // The window was longer at that time: the units are used all the same.
            units.take(rest, Date::MIN)?;
        }
        Ok(away)
    }

    /// Returns the items that left on a line.
    pub fn of_line(&self, line: u32) -> impl Iterator<Item = (&Sku, &Units)> {
        let on_line = self.0.iter().filter(move |((number, _), _)| *number == line);
        on_line.map(|((_, sku), units)| (sku, units))
    }
}
