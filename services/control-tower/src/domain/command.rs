//! What operators say of exceptions: who looks at one, and that it is settled.

use contracts::{
    CaseId, Reason, ReasonLine,
    command::{AssignException, ResolveException},
};
use mesh::{Context, Outputs, Rows, command::once_or_refused};

use super::{
    Set,
    case::{self, Case, State},
};

/// Says who looks at a case. Nobody acts on it, so that no event says it.
pub fn assign(set: &mut Set, command: &AssignException, context: &Context<'_>) -> Outputs {
    once_or_refused(set, command, context, |set| {
        open_case(&set.cases, command.case_id)?;
        if let Some(case) = set.cases.get_mut(&command.case_id) {
            case.assignee = Some(command.assignee.clone());
        }
        Ok(Outputs::none())
    })
}

/// Settles a case in the operator's name. What is the matter may be said again: then it is raised
/// again.
pub fn resolve(set: &mut Set, command: &ResolveException, context: &Context<'_>) -> Outputs {
    once_or_refused(set, command, context, |set| {
        open_case(&set.cases, command.case_id)?;
        let mut outputs = Outputs::none();
        let ResolveException { case_id, operator, note, .. } = command;
        case::settle(&mut set.cases, *case_id, operator, note, context.now, &mut outputs);
        Ok(outputs)
    })
}

/// A case of which nobody was told yet is like none.
fn open_case(cases: &Rows<Case>, case_id: CaseId) -> Result<(), ReasonLine> {
    match cases.get(&case_id).map(|case| case.state) {
        Some(State::Open) => Ok(()),
        Some(State::Resolved) => {
            let text = format!("exception {case_id} is settled already");
            Err(ReasonLine::new(Reason::CaseClosed, text))
        }
        Some(State::Pending) | None => {
            let text = format!("there is no exception {case_id}");
            Err(ReasonLine::new(Reason::UnknownCase, text))
        }
    }
}
