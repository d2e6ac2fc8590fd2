//! What the control tower makes of events: pure functions over the working set. It decides nothing
//! about orders.

pub mod case;
pub mod causal;
mod command;
pub mod decision;
pub mod facts;
pub mod heard;
pub mod late;
pub mod order;
mod progress;
pub mod record;

use contracts::{
    CaseId, OrderId,
    command::{AssignException, ResolveException},
};
use mesh::{
    Context, Decision, Outputs, Rows,
    command::{Audit, Audited},
};

use case::Case;
use facts::Facts;
use heard::Heard;
use late::Asked;
use order::{Line, Order};
use record::{EventOrder, OrderName, Record};

use crate::config::Config;

/// What a delivery means to the control tower.
#[derive(Debug)]
pub enum Message {
    /// Something happened.
    Told(Box<Told>),
    /// A case did not settle itself in time; with its order.
    Overdue(CaseId, Option<OrderId>),
    /// A document was refused or answered, or a message could not be worked on.
    Heard(Box<Heard>),
    /// An operator says who looks at a case.
    Assign(Box<AssignException>),
    /// An operator settles a case.
    Resolve(Box<ResolveException>),
}

/// An event and what it says.
#[derive(Debug)]
pub struct Told {
    /// The event.
    pub record: Record,
    /// What it says.
    pub facts: Facts,
}

mesh::unit_of_work! {
    /// The rows that a batch of events touches.
    pub struct Set {
        /// What happened: new events, and those that may have settled what others raise.
        events: Record,
        /// The orders of events that are about several.
        event_orders: EventOrder,
        /// The numbers by which people look for orders.
        order_names: OrderName,
        /// Orders by id.
        orders: Order,
        /// Their lines.
        lines: Line,
        /// What warehouses have to account for.
        asked: Asked,
        /// Their cases, and those that events name.
        cases: Case,
        /// What was read and is not decided yet.
        heard: Heard,
        /// What operators said before under the same ids.
        commands: Audit,
    }
}

impl Audited for Set {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}

/// Decides one message.
pub fn decide(
    set: &mut Set,
    message: &Message,
    config: &Config,
    context: &Context<'_>,
) -> Decision {
    let mut outputs = Outputs::none();
    match message {
        Message::Told(told) => progress::told(set, told, config, context.now, &mut outputs),
        Message::Overdue(case_id, _) => {
            late::overdue(set, *case_id, config, context.now, &mut outputs);
        }
        Message::Heard(heard) => heard::decide(set, heard, context.now, &mut outputs),
        Message::Assign(assign) => outputs = command::assign(set, assign, context),
        Message::Resolve(resolve) => outputs = command::resolve(set, resolve, context),
    }
    outputs.into()
}
