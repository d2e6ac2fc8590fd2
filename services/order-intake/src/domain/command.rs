//! Commands: each carried out once, and kept for the audit.

use contracts::{
    Reason, ReasonLine,
    command::{Command, UpsertPartner},
    event::PartnerUpdated,
    subject::OPERATOR,
};
use mesh::{
    Context, Decision, Outputs,
    command::{Audit, Audited, OldStop},
    set::Rows,
};

use super::{Set, exposure::TooLarge};

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
    carry_out: impl FnOnce(&mut Set) -> Result<Outputs, OldStop<TooLarge>>,
) -> Decision {
    let outputs = mesh::command::old_once(set, command, context, carry_out);
    outputs.map_or_else(Decision::from, Decision::from)
}

/// An operator makes or changes a partner.
pub fn upsert_partner(set: &mut Set, command: &UpsertPartner, context: &Context<'_>) -> Decision {
    once(set, command, context, |_| {
        let mut outputs = Outputs::none();
        let record = command.partner.clone();
        if record.partner.as_str() == OPERATOR {
            let text = format!("`{OPERATOR}` is reserved; give the partner another name");
            return Err(ReasonLine::new(Reason::InvalidValue, text).into());
        }
        if context.partners.get(&record.partner) != Some(&record) {
            outputs.event(&PartnerUpdated { partner: record.partner.clone(), record });
        }
        Ok(outputs)
    })
}
