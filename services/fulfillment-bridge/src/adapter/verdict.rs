//! The verdict on an interchange of a warehouse.

use std::fmt::Write as _;

use contracts::document::ShipConfirm;
use edi::{
    warehouse::{SHIPPING_ADVICE, ship_confirm},
    x12::{
        Group, GroupError, GroupVerdict, Interchange, InterchangeError, SetError, SetVerdict,
        TransactionSet,
    },
};

use crate::config::Drop;

pub struct Verdict {
    /// Errors besides those of its syntax.
    pub errors: Vec<InterchangeError>,
    pub groups: Vec<GroupVerdict>,
    /// The confirmations that can be taken.
    pub confirms: Vec<ShipConfirm>,
}

pub fn judge(interchange: &Interchange, drop: &Drop, number_taken: bool) -> Verdict {
    let mut errors = Vec::new();
    if interchange.header.sender.id != drop.theirs.id {
        errors.push(InterchangeError::Sender);
    } else if interchange.header.sender.qualifier != drop.theirs.qualifier {
        errors.push(InterchangeError::SenderQualifier);
    }
    if number_taken {
        errors.push(InterchangeError::Duplicate);
    }
    let refused = !errors.is_empty() || !interchange.errors.is_empty();
    let mut verdict = Verdict { errors, groups: Vec::new(), confirms: Vec::new() };
    for group in &interchange.groups {
        let (of_group, confirms) = judge_group(group, refused);
        verdict.groups.push(of_group);
        verdict.confirms.extend(confirms);
    }
    verdict
}

fn judge_group(group: &Group, refused: bool) -> (GroupVerdict, Vec<ShipConfirm>) {
    let mut errors = group.errors.clone();
    if group.functional_id != SHIPPING_ADVICE && !group.is_acknowledgement() {
        errors.push(GroupError::NotSupported);
    }
    let mut verdict = GroupVerdict { errors, sets: Vec::new(), refused };
    let mut confirms = Vec::new();
    if verdict.is_whole() && !group.is_acknowledgement() {
        for set in &group.sets {
            let (of_set, confirm) = judge_set(set);
            verdict.sets.push(of_set);
            confirms.extend(confirm);
        }
    }
    (verdict, confirms)
}

fn judge_set(set: &TransactionSet) -> (SetVerdict, Option<ShipConfirm>) {
    if set.id == "945" {
        return ship_confirm(set);
    }
    (SetVerdict::of(set, &[SetError::NotSupported], (Vec::new(), false)), None)
}

/// Says in words what the 997 says: people look at the file and not at the 997.
pub fn what_is_wrong(interchange: &Interchange, verdict: &Verdict) -> String {
    let mut text = String::new();
    let header = &interchange.header.control;
    for error in interchange.errors.iter().chain(&verdict.errors) {
        let _ = writeln!(text, "interchange {header}: {error:?} (TA1 {})", error.code());
    }
    if interchange.groups.is_empty() {
        let _ = writeln!(text, "interchange {header} has no group");
    }
    for (group, verdict) in interchange.groups.iter().zip(&verdict.groups) {
        for error in &verdict.errors {
            let _ = writeln!(text, "group {}: {error:?} (AK9 {})", group.control, error.code());
        }
        for (set, verdict) in group.sets.iter().zip(&verdict.sets) {
            if !verdict.status.is_taken() {
                write_set(set, verdict, &mut text);
            }
        }
    }
    text
}

fn write_set(set: &TransactionSet, verdict: &SetVerdict, text: &mut String) {
    for error in &verdict.errors {
        let _ = writeln!(text, "set {} {}: {error:?} (AK5 {})", set.id, set.control, error.code());
    }
    for finding in &verdict.findings {
        let (segment, position) = (&finding.segment, finding.position);
        let code = finding.error.code();
        let _ = writeln!(text, "  {segment} at {position}: {:?} (AK3 {code})", finding.error);
        for it in &finding.elements {
            let (code, element) = (it.error.code(), it.element);
            let _ =
                writeln!(text, "    element {element} `{}`: {:?} (AK4 {code})", it.copy, it.error);
        }
    }
}
