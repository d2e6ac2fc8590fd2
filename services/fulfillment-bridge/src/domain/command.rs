//! Commands: each carried out once, and kept for the audit.

use std::convert::Infallible;

use contracts::command::Command;
use mesh::{
    Context, Decision, Outputs,
    command::{Audit, Audited, Stop},
    set::Rows,
};

use super::Set;

impl Audited for Set {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}

/// Carries a command out, unless it was carried out before.
pub fn once<C: Command>(
    set: &mut Set,
    command: &C,
    context: &Context<'_>,
    carry_out: impl FnOnce(&mut Set) -> Result<Outputs, Stop<Infallible>>,
) -> Decision {
    match mesh::command::once(set, command, context, carry_out) {
        Ok(outputs) => outputs.into(),
        Err(never) => match never {},
    }
}
