//! An order that is taken up to change lines of it: each is found by its number, and the figures of
//! the order follow from what changes. A document about three lines looks at three (D3).

use std::collections::BTreeMap;

use contracts::{
    Money, OrderId, Quantity,
    event::{OrderBody, OrderedLine},
};
use mesh::{Halt, Rows};

use super::{
    amounts::{Amounts, amounts, charges_of, line_net, money, too_large},
    line::Line,
    order::{Order, State, Taken},
    tally::Sums,
};
use crate::unit_of_work::UnitOfWork;

/// An order that is being changed. [`Ledger::close`] puts it back.
#[derive(Debug)]
pub struct Ledger {
    pub order_id: OrderId,
    pub order: Taken,
    places: BTreeMap<u32, usize>,
    net: Money,
    charges: Money,
    is_changed: bool,
    is_longer: bool,
}

/// The figures of an order with another line.
#[derive(Debug, Clone, Copy)]
pub struct With {
    net: Money,
    sums: Sums,
}

impl Ledger {
    /// Takes up an order; `None` where there is none that was taken.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn open(work: &UnitOfWork, order_id: OrderId) -> Result<Option<Self>, Halt> {
        let Some(order) = work.orders.get(&order_id).and_then(Order::taken).cloned() else {
            return Ok(None);
        };
        let body = &order.body;
        let places = body.lines.iter().enumerate().map(|(place, line)| (line.line, place));
        let (places, charges) = (places.collect(), charges_of(body)?);
        let net = money(body.net_total, body.currency)?;
        let (is_changed, is_longer) = (false, false);
        Ok(Some(Self { order_id, order, places, net, charges, is_changed, is_longer }))
    }

    /// The order as others know it.
    #[must_use]
    pub fn body(&self) -> &OrderBody {
        &self.order.body
    }

    #[must_use]
    pub fn line(&self, number: u32) -> Option<&OrderedLine> {
        self.places.get(&number).and_then(|place| self.order.body.lines.get(*place))
    }

    /// Changes the quantities of a line; `None` where there is no such line.
    ///
    /// # Errors
    /// Those of the change; or a figure is out of range.
    pub fn note<T>(
        &mut self,
        rows: &mut Rows<Line>,
        number: u32,
        change: impl FnOnce(&mut Line) -> Result<T, Halt>,
    ) -> Result<Option<T>, Halt> {
        let Some(row) = rows.get_mut(&(self.order_id, number)) else { return Ok(None) };
        let (price, currency) = (self.line(number), self.order.body.currency);
        let before = Sums::of(row, price, currency)?;
        let done = change(row)?;
        let after = Sums::of(row, price, currency)?;
        let tally = &mut self.order.tally;
        tally.sums = tally.sums.without(before)?.with(after)?;
        tally.note(row)?;
        Ok(Some(done))
    }

    /// The figures of the order with a line as it would be, in place of the one of its number.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn with(&self, rows: &Rows<Line>, line: &OrderedLine, row: &Line) -> Result<With, Halt> {
        let currency = self.order.body.currency;
        let net = |line: &OrderedLine| line_net(line, currency).ok_or_else(too_large);
        let standing = self.line(line.line);
        let before = standing.map_or(Ok(Money::zero(currency)), net)?;
        let less = self.net.checked_sub(before).map_err(|_| too_large())?;
        let mut sums = self.order.tally.sums;
        if let Some(row) = rows.get(&(self.order_id, line.line)) {
            sums = sums.without(Sums::of(row, standing, currency)?)?;
        }
        Ok(With {
            net: less.checked_add(net(line)?).map_err(|_| too_large())?,
            sums: sums.with(Sums::of(row, Some(line), currency)?)?,
        })
    }

    /// Returns whether the order's value can still be told.
    #[must_use]
    pub fn is_tellable(&self, with: &With) -> bool {
        amounts(with.net, self.charges).is_ok()
    }

    /// The credit that it would use beyond the kept figure (O5), in minor units.
    ///
    /// # Errors
    /// When that is too large.
    pub fn more_credit(&self, with: &With) -> Result<i64, Halt> {
        let part = self.order.part_of(with.sums, self.charges)?;
        part.checked_sub(self.order.exposure).ok_or_else(too_large)
    }

    /// Puts a line as it was reckoned with.
    ///
    /// # Errors
    /// When more of the line is cancelled than ordered.
    pub fn put(
        &mut self,
        rows: &mut Rows<Line>,
        with: With,
        line: OrderedLine,
        row: Line,
    ) -> Result<(), Halt> {
        self.is_changed = true;
        self.net = with.net;
        self.order.tally.sums = with.sums;
        self.order.tally.note(&row)?;
        rows.put(row);
        let place = self.places.get(&line.line).copied();
        match place.and_then(|place| self.order.body.lines.get_mut(place)) {
            Some(standing) => *standing = line,
            None => {
                self.places.insert(line.line, self.order.body.lines.len());
                self.order.body.lines.push(line);
                self.is_longer = true;
            }
        }
        Ok(())
    }

    /// Sets the ordered and cancelled units of a line.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn set_total(
        &mut self,
        rows: &mut Rows<Line>,
        row: Line,
        ordered_quantity: Quantity,
    ) -> Result<(), Halt> {
        let Some(standing) = self.line(row.line) else { return Ok(()) };
        let line = OrderedLine { ordered_quantity, quantity: row.ordered, ..standing.clone() };
        let with = self.with(rows, &line, &row)?;
        self.put(rows, with, line, row)
    }

    /// Puts the order back. Lines that were added stand among the others by their number.
    ///
    /// # Errors
    /// When the order's value is too large.
    pub fn close(mut self, work: &mut UnitOfWork) -> Result<(), Halt> {
        let body = &mut self.order.body;
        if self.is_changed {
            if self.is_longer {
                body.lines.sort_by_key(|line| line.line);
            }
            let Amounts { net, total } =
                amounts(self.net, self.charges).map_err(|_| too_large())?;
            (body.net_total, body.total) = (net, total);
        }
        if let Some(order) = work.orders.get_mut(&self.order_id) {
            order.state = State::Taken(Box::new(self.order));
        }
        Ok(())
    }
}
