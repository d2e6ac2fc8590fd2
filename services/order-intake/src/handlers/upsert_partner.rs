//! `upsert-partner`: an operator makes or changes a partner.

use contracts::{
    Reason, ReasonLine, command::UpsertPartner, event::PartnerUpdated, subject::OPERATOR,
};
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{OrderIntake, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<OrderIntake> = &OnCommand { keys, decide };

fn keys(command: &UpsertPartner, keys: &mut Keys) {
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    _: &OrderIntake,
    command: &UpsertPartner,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |_| {
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
