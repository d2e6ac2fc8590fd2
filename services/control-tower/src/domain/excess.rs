//! Goods that left above what is wanted and accepted (rule F5). No event says so: the sums do.

use contracts::{OrderId, event::ExceptionKind};
use rust_decimal::Decimal;

use super::{facts::Raise, line::Line};

/// The excesses that an event makes or ends.
#[derive(Debug, Default)]
pub struct Excess {
    /// A case for each line of an order with a larger excess than before.
    pub grown: Vec<(OrderId, Raise)>,
    /// The reference of the case of each line without an excess any more.
    pub gone: Vec<(OrderId, String)>,
}

impl Excess {
    /// Compares the excess of a line before and after a change.
    pub fn compare(&mut self, line: &Line, before: Decimal, after: Decimal) {
        let reference = format!("{}/{}", line.order_id, line.line);
        if after > before {
            let (above, sku) = (after.normalize(), &line.sku);
            let message = format!("{above} × {sku} left above what was ordered");
            let raise = Raise::at_once(ExceptionKind::OverShipped, reference, message);
            self.grown.push((line.order_id, raise));
        } else if after.is_zero() && !before.is_zero() {
            self.gone.push((line.order_id, reference));
        }
    }
}
