//! `document.translated`: one that cannot be read is a dead letter. Any other has become its owner's
//! document before it comes here.

use contracts::event::DocumentTranslated;
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{OrderIntake, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<OrderIntake> = &OnEvent { keys, decide };

fn keys(_: &DocumentTranslated, _: &mut Keys) {}

fn decide(
    _: &OrderIntake,
    _: &DocumentTranslated,
    _: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    Ok(Outputs::none())
}
