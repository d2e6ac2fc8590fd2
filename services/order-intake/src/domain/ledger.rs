//! An order that is taken up to change lines of it: each is found by its number, and what all lines
//! come to follows from what changes. A document about three lines looks at three (D3).

use std::collections::BTreeMap;

use contracts::{
    Money, OrderId, Quantity,
    event::{OrderBody, OrderedLine},
};
use mesh::{Json, Rows};

use super::{
    Set,
    evaluate::{Amounts, amounts, line_net},
    exposure::{TooLarge, charges_of, part_of},
    order::{Line, Order},
    tally::Sums,
};

/// An order that is being changed. [`Ledger::close`] puts it back.
#[derive(Debug)]
pub struct Ledger {
    /// The order, without its body.
    pub order: Order,
    body: OrderBody,
    places: BTreeMap<u32, usize>,
    net: Money,
    charges: Money,
    is_changed: bool,
    is_longer: bool,
}

/// What an order comes to with another line.
#[derive(Debug, Clone, Copy)]
pub struct With {
    net: Money,
    sums: Sums,
}

impl Ledger {
    /// Takes up an order; none where there is none that stands.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn open(set: &Set, order_id: OrderId) -> Result<Option<Self>, TooLarge> {
        let Some(mut order) = set.orders.get(&order_id).cloned() else { return Ok(None) };
        let Some(Json(body)) = order.body.take() else { return Ok(None) };
        let places = body.lines.iter().enumerate().map(|(place, line)| (line.line, place));
        let net = Money::of(body.net_total, body.currency).map_err(|_| TooLarge)?;
        let (places, charges) = (places.collect(), charges_of(&body)?);
        Ok(Some(Self { order, places, net, charges, body, is_changed: false, is_longer: false }))
    }

    /// The order as others know it.
    #[must_use]
    pub fn body(&self) -> &OrderBody {
        &self.body
    }

    /// A line of it.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&OrderedLine> {
        self.places.get(&number).and_then(|place| self.body.lines.get(*place))
    }

    /// Changes how far a line is; none where there is no such line.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn note<T>(
        &mut self,
        rows: &mut Rows<Line>,
        number: u32,
        change: impl FnOnce(&mut Line) -> T,
    ) -> Result<Option<T>, TooLarge> {
        let price = self.places.get(&number).and_then(|place| self.body.lines.get(*place));
        let Some(row) = rows.get_mut(&(self.order.order_id, number)) else { return Ok(None) };
        let before = Sums::of(row, price, self.body.currency)?;
        let done = change(row);
        let after = Sums::of(row, price, self.body.currency)?;
        let tally = &mut self.order.tally;
        tally.sums = tally.sums.without(before)?.with(after)?;
        tally.note(row);
        Ok(Some(done))
    }

    /// What the order comes to with a line as it would be, in place of the one of its number.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn with(
        &self,
        rows: &Rows<Line>,
        line: &OrderedLine,
        row: &Line,
    ) -> Result<With, TooLarge> {
        let currency = self.body.currency;
        let net = |line: &OrderedLine| line_net(line, currency).ok_or(TooLarge);
        let standing = self.line(line.line);
        let before = standing.map_or(Ok(Money::zero(currency)), net)?;
        let less = self.net.checked_sub(before).map_err(|_| TooLarge)?;
        let mut sums = self.order.tally.sums;
        if let Some(row) = rows.get(&(self.order.order_id, line.line)) {
            sums = sums.without(Sums::of(row, standing, currency)?)?;
        }
        Ok(With {
            net: less.checked_add(net(line)?).map_err(|_| TooLarge)?,
            sums: sums.with(Sums::of(row, Some(line), currency)?)?,
        })
    }

    /// Whether the order's value can still be told.
    #[must_use]
    pub fn is_tellable(&self, with: &With) -> bool {
        amounts(with.net, self.charges).is_ok()
    }

    /// How much more of the customer's credit it would use than what is kept (O5), in minor units.
    ///
    /// # Errors
    /// When that is too large.
    pub fn more_credit(&self, with: &With) -> Result<i64, TooLarge> {
        let part = part_of(&self.order, with.sums, self.charges)?;
        part.checked_sub(self.order.exposure).ok_or(TooLarge)
    }

    /// Puts a line as it was reckoned with.
    pub fn put(&mut self, rows: &mut Rows<Line>, with: With, line: OrderedLine, row: Line) {
        self.is_changed = true;
        self.net = with.net;
        self.order.tally.sums = with.sums;
        self.order.tally.note(&row);
        rows.put(row);
        let place = self.places.get(&line.line).copied();
        match place.and_then(|place| self.body.lines.get_mut(place)) {
            Some(standing) => *standing = line,
            None => {
                self.places.insert(line.line, self.body.lines.len());
                self.body.lines.push(line);
                self.is_longer = true;
            }
        }
    }

    /// Sets how many are ordered, and are cancelled, of a line.
    ///
    /// # Errors
    /// When a sum of money is too large.
    pub fn set_total(
        &mut self,
        rows: &mut Rows<Line>,
        row: Line,
        ordered_quantity: Quantity,
    ) -> Result<(), TooLarge> {
        let Some(standing) = self.line(row.line) else { return Ok(()) };
        let line = OrderedLine { ordered_quantity, quantity: row.ordered, ..standing.clone() };
        let with = self.with(rows, &line, &row)?;
        self.put(rows, with, line, row);
        Ok(())
    }

    /// Puts the order back. Lines that were added stand among the others by their number.
    ///
    /// # Errors
    /// When the order's value is too large.
    pub fn close(mut self, set: &mut Set) -> Result<(), TooLarge> {
        if self.is_changed {
            if self.is_longer {
                self.body.lines.sort_by_key(|line| line.line);
            }
            let Amounts { net, total } = amounts(self.net, self.charges).map_err(|_| TooLarge)?;
            (self.body.net_total, self.body.total) = (net, total);
        }
        self.order.body = Some(Json(self.body));
        set.orders.put(self.order);
        Ok(())
    }
}
