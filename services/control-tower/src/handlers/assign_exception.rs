//! `assign-exception`: somebody looks at a case. Nobody acts on that, so no event tells it.

use contracts::command::{AssignException, Command};
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{ControlTower, domain::case::expect_open, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<ControlTower> = &OnCommand { keys, decide };

fn keys(command: &AssignException, keys: &mut Keys) {
    keys.commands.insert(command.command_id().clone());
    keys.cases.insert(command.case_id);
}

fn decide(
    _: &ControlTower,
    command: &AssignException,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| {
        expect_open(&work.cases, command.case_id)?;
        if let Some(case) = work.cases.get_mut(&command.case_id) {
            case.assignee = Some(command.assignee.clone());
        }
        Ok(Outputs::none())
    })
}
