//! The functional acknowledgement 997 for groups and their transaction sets, and the TA1 for an
//! interchange's envelope.

use super::{
    Checker, Finding, Group, GroupError, Interchange, InterchangeError, OutGroup, OutSet, Segment,
    SegmentError, SetError, Status, TransactionSet,
};

/// The verdict on one transaction set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetVerdict {
    /// Errors of the set as a whole.
    pub errors: Vec<SetError>,
    /// Errors of segments.
    pub findings: Vec<Finding>,
    pub status: Status,
}

impl SetVerdict {
    /// Checks a set with `read` and returns the verdict, with what was read if the set is accepted.
    pub fn reading<T>(
        set: &TransactionSet,
        read: impl FnOnce(&mut Checker) -> Option<T>,
    ) -> (Self, Option<T>) {
        let mut check = Checker::default();
        let meant = read(&mut check);
        let verdict = Self::of(set, &[], check.done());
        let taken = meant.filter(|_| verdict.status.is_taken());
        (verdict, taken)
    }

    /// Judges a set by the errors of its envelope, by `more` errors, and by the findings in its
    /// segments with a flag that is true if they are fatal.
    #[must_use]
    pub fn of(
        set: &TransactionSet,
        more: &[SetError],
        (findings, fatal): (Vec<Finding>, bool),
    ) -> Self {
        let mut errors = set.errors.clone();
        errors.extend(more);
        if !findings.is_empty() {
            errors.push(SetError::Segments);
        }
        let envelope = errors.iter().any(|error| *error != SetError::Segments);
        let status = match (envelope || fatal, findings.is_empty()) {
            (true, _) => Status::Rejected,
            (false, true) => Status::Accepted,
            (false, false) => Status::AcceptedWithErrors,
        };
        Self { errors, findings, status }
    }
}

/// The verdict on one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupVerdict {
    /// Errors of the group as a whole. If there is one, no set is accepted or reported.
    pub errors: Vec<GroupError>,
    /// One per set, in the order of the group.
    pub sets: Vec<SetVerdict>,
    /// True if the interchange's envelope is refused, and the group with it.
    pub refused: bool,
}

impl GroupVerdict {
    /// Returns true if the sets are to be read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.errors.is_empty() && !self.refused
    }

    #[must_use]
    pub fn status(&self) -> Status {
        let taken = self.taken();
        let clean = self.sets.iter().all(|set| set.status == Status::Accepted);
        match (self.is_whole(), taken, taken == self.sets.len()) {
            (false, _, _) | (true, 0, _) => Status::Rejected,
            (true, _, false) => Status::Partly,
            (true, _, true) if clean => Status::Accepted,
            (true, _, true) => Status::AcceptedWithErrors,
        }
    }

    /// Counts the accepted sets.
    #[must_use]
    pub fn taken(&self) -> usize {
        if !self.is_whole() {
            return 0;
        }
        self.sets.iter().filter(|set| set.status.is_taken()).count()
    }
}

/// The answer to an interchange: one 997 for each group, and a TA1 if it was requested or the
/// envelope has an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The TA1.
    pub interchange: Option<Segment>,
    /// The 997s, in one group for each version and pair of applications.
    pub groups: Vec<OutGroup>,
}

/// Answers an interchange. Groups of acknowledgements are not acknowledged.
#[must_use]
pub fn acknowledge(interchange: &Interchange, verdicts: &[GroupVerdict]) -> Answer {
    let mut groups: Vec<OutGroup> = Vec::new();
    for (group, verdict) in interchange.groups.iter().zip(verdicts) {
        if group.is_acknowledgement() || !group.is_addressable() {
            continue;
        }
        let set = OutSet { id: "997", segments: functional_acknowledgement(group, verdict) };
        // All sets of a group have one version, sender and receiver.
        let last = groups.last_mut().filter(|last| {
            last.version == group.version
                && last.sender == group.receiver
                && last.receiver == group.sender
        });
        match last {
            Some(last) => last.sets.push(set),
            None => groups.push(OutGroup {
                functional_id: "FA",
                sender: group.receiver.clone(),
                receiver: group.sender.clone(),
                version: group.version.clone(),
                sets: vec![set],
            }),
        }
    }
    Answer { interchange: interchange_acknowledgement(interchange, &[]), groups }
}

/// Returns the TA1 for an interchange with its own and `more` errors, or `None` if there are no
/// errors and the sender did not request one.
#[must_use]
pub fn interchange_acknowledgement(
    interchange: &Interchange,
    more: &[InterchangeError],
) -> Option<Segment> {
    let header = &interchange.header;
    let error = more.first().or(interchange.errors.first());
    let (status, code) = match error {
        Some(error) => (Status::Rejected, error.code()),
        None if header.acknowledge => (Status::Accepted, "000"),
        None => return None,
    };
    let parts = [&header.control, &header.date, &header.time, status.code(), code];
    Some(Segment::new("TA1", parts.map(str::to_owned)))
}

fn functional_acknowledgement(group: &Group, verdict: &GroupVerdict) -> Vec<Segment> {
    let mut segments = vec![Segment::new("AK1", [&group.functional_id, &group.control])];
    if verdict.is_whole() {
        for (set, verdict) in group.sets.iter().zip(&verdict.sets) {
            of_set(set, verdict, &mut segments);
        }
    }
    let mut trailer = vec![
        verdict.status().code().to_owned(),
        group.included().to_string(),
        group.sets.len().to_string(),
        verdict.taken().to_string(),
    ];
    trailer.extend(verdict.errors.iter().take(5).map(|error| error.code().to_owned()));
    segments.push(Segment::new("AK9", trailer));
    segments
}

fn of_set(set: &TransactionSet, verdict: &SetVerdict, segments: &mut Vec<Segment>) {
    segments.push(Segment::new("AK2", [&set.id, &set.control]));
    for finding in &verdict.findings {
        let position = finding.position.to_string();
        let parts = [&finding.segment, position.as_str(), "", finding.error.code()];
        segments.push(Segment::new("AK3", parts.map(str::to_owned)));
        if finding.error != SegmentError::Elements {
            continue;
        }
        for element in &finding.elements {
            let (number, reference) = (element.element.to_string(), element.reference.to_string());
            let parts = [number.as_str(), &reference, element.error.code(), &element.copy];
            segments.push(Segment::new("AK4", parts.map(str::to_owned)));
        }
    }
    let status = verdict.status.code();
    let codes = verdict.errors.iter().take(5).map(|error| error.code());
    segments.push(Segment::new("AK5", std::iter::once(status).chain(codes)));
}
