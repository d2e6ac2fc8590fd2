//! The rows that cash is decided on.

use mesh::{
    Rows,
    books::{EntryRow, LineRow},
    command::{Audit, Audited},
};

use crate::domain::{cash, item, master, period, statement_line};

mesh::unit_of_work! {
    /// The rows of one batch, in an order in which they can be written.
    pub struct UnitOfWork {
        company: master::Seller,
        periods: period::Period,
        customers: master::Customer,
        items: item::Item,
        payments: cash::Cash,
        applications: cash::Application,
        waiting: cash::Waiting,
        reversals: cash::Reversal,
        entries: EntryRow,
        entry_lines: LineRow,
        statement: statement_line::StatementLine,
        commands: Audit,
    }
}

impl Audited for UnitOfWork {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}
