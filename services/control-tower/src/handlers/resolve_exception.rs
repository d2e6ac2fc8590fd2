//! `resolve-exception`: an operator settles a case. An event may raise it again.

use contracts::command::{Command, ResolveException};
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{
    ControlTower,
    domain::{case::expect_open, lifecycle::settle},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<ControlTower> = &OnCommand { keys, decide };

fn keys(command: &ResolveException, keys: &mut Keys) {
    keys.commands.insert(command.command_id().clone());
    keys.cases.insert(command.case_id);
}

fn decide(
    _: &ControlTower,
    command: &ResolveException,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| {
        let ResolveException { case_id, operator, note, .. } = command;
        expect_open(&work.cases, *case_id)?;
        let mut outputs = Outputs::none();
        settle(&mut work.cases, *case_id, operator, note, context.now, &mut outputs);
        Ok(outputs)
    })
}
