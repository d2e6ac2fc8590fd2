//! Commands: each carried out once, and kept for the audit.

use contracts::{ReasonLine, command::Command};
use mesh::{
    Outputs,
    command::{self, Audit, Audited},
    set::Rows,
};

use super::{Desk, Set, figures::Stop};

impl Audited for Set {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}

/// Carries a command out, unless it was carried out before. `check` looks and changes nothing;
/// `carry_out` does what was checked.
///
/// # Errors
/// As `carry_out`.
pub fn once<C: Command, P>(
    set: &mut Set,
    command: &C,
    desk: &Desk<'_>,
    check: impl FnOnce(&Set) -> Result<P, ReasonLine>,
    carry_out: impl FnOnce(&mut Set, P, &mut Outputs) -> Result<(), Stop>,
) -> Result<Outputs, Stop> {
    command::old_once(set, command, desk.context, |set| {
        let plan = check(set)?;
        let mut outputs = Outputs::none();
        carry_out(set, plan, &mut outputs).map_err(command::OldStop::Fault)?;
        Ok(outputs)
    })
}
