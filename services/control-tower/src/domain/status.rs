//! The state of an order: order-intake's word for it, and the stage that follows from its figures.

use contracts::Quantity;
use mesh::text_column;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString};

use super::line::Line;

/// The status that order-intake published last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum OrderStatus {
    /// None yet: events of other services came first.
    Unknown,
    Held,
    Rejected,
    Accepted,
    /// No part of it is left to serve.
    Cancelled,
    /// No part of it is open.
    Completed,
}

/// The stage of an order.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Display,
    EnumString,
    EnumIter,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stage {
    Held,
    Rejected,
    Accepted,
    /// Part of it waits for stock; nothing has left.
    Backordered,
    /// All of it is reserved.
    Allocated,
    PartiallyShipped,
    /// All that is wanted has left.
    Shipped,
    /// All that has left is billed.
    Invoiced,
    /// No part of it is open.
    Completed,
    /// No part of it was served or will be.
    Cancelled,
}

text_column!(OrderStatus, Stage);

/// The stage of an order, by its status and the figures of its lines.
#[must_use]
pub fn stage(status: OrderStatus, lines: &[&Line]) -> Stage {
    let any = |of: fn(&Line) -> Quantity| lines.iter().any(|line| !of(line).is_zero());
    let shipped = any(|line| line.shipped);
    match status {
        OrderStatus::Held => return Stage::Held,
        OrderStatus::Rejected => return Stage::Rejected,
        OrderStatus::Completed => return Stage::Completed,
        // Dispatches before the cancellation are still to be billed.
        OrderStatus::Cancelled if !shipped => return Stage::Cancelled,
        OrderStatus::Cancelled | OrderStatus::Accepted | OrderStatus::Unknown => {}
    }
    if lines.is_empty() || (!shipped && !any(Line::wanted)) {
        return if any(|line| line.cancelled) { Stage::Cancelled } else { Stage::Accepted };
    }
    if lines.iter().all(|line| line.shipped >= line.wanted()) {
        let billed = lines.iter().all(|line| line.invoiced >= line.shipped.min(line.wanted()));
        return if billed { Stage::Invoiced } else { Stage::Shipped };
    }
    if shipped {
        return Stage::PartiallyShipped;
    }
    if any(|line| line.backordered) {
        return Stage::Backordered;
    }
    if lines.iter().all(|line| line.reserved >= line.wanted()) {
        return Stage::Allocated;
    }
    Stage::Accepted
}
