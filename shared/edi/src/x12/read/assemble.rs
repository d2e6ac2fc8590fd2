//! Assembles an interchange segment by segment and records the errors of its envelopes.

use super::super::{
    Delimiters, Group, GroupError, Header, Interchange, InterchangeError, Segment, SetError,
    TransactionSet,
};

/// The interchange read so far.
pub(super) struct Reader {
    interchange: Interchange,
    group: Option<Group>,
    set: Option<TransactionSet>,
    closed: bool,
}

impl Reader {
    pub fn new(header: Header, delimiters: Delimiters) -> Self {
        let mut errors = Vec::new();
        if !is_number(&header.control, 9) {
            errors.push(InterchangeError::ControlNumber);
        }
        if header.version.len() != 5 || !header.version.bytes().all(|b| b.is_ascii_digit()) {
            errors.push(InterchangeError::Version);
        }
        let groups = Vec::new();
        let interchange = Interchange { header, delimiters, groups, errors, text: String::new() };
        Self { interchange, group: None, set: None, closed: false }
    }

    /// Takes the next segment and returns true if it is the last one.
    pub fn take(&mut self, mut segment: Segment) -> bool {
        match segment.id.as_str() {
            "GS" => self.open_group(&segment),
            "GE" => self.close_group(&segment),
            "ST" => self.open_set(segment),
            "SE" => self.close_set(segment),
            "IEA" => {
                self.close(&segment);
                return true;
            }
            // A partner's answer to one of our interchanges needs no action and no answer.
            "TA1" if self.group.is_none() => {}
            _ => match &mut self.set {
                Some(set) => {
                    segment.position = next_position(set);
                    set.segments.push(segment);
                }
                None => self.note(InterchangeError::Content),
            },
        }
        false
    }

    fn note(&mut self, error: InterchangeError) {
        if !self.interchange.errors.contains(&error) {
            self.interchange.errors.push(error);
        }
    }

    fn open_group(&mut self, gs: &Segment) {
        self.leave_group();
        let text = |number: usize| gs.get(number).to_owned();
        let mut errors = Vec::new();
        if !is_number(gs.get(6), 9) {
            errors.push(GroupError::ControlNumber);
        }
        let same = |group: &Group| !group.control.is_empty() && group.control == gs.get(6);
        if self.interchange.groups.iter().any(same) {
            errors.push(GroupError::Duplicate);
        }
        let group = Group {
            functional_id: text(1),
            sender: text(2),
            receiver: text(3),
            control: text(6),
            version: text(8),
            sets: Vec::new(),
            declared: None,
            errors,
        };
        // No 997 can refer to this group, so the interchange reports the error.
        if !group.is_addressable() {
            self.note(InterchangeError::Content);
        }
        self.group = Some(group);
    }

    fn close_group(&mut self, ge: &Segment) {
        self.leave_set();
        let Some(mut group) = self.group.take() else {
            return self.note(InterchangeError::ControlStructure);
        };
        group.declared = ge.get(1).parse().ok();
        if group.declared.and_then(|number| usize::try_from(number).ok()) != Some(group.sets.len())
        {
            group.errors.push(GroupError::SetCount);
        }
        if !same_number(ge.get(2), &group.control) {
            group.errors.push(GroupError::ControlNumbersDiffer);
        }
        self.interchange.groups.push(group);
    }

    fn open_set(&mut self, mut st: Segment) {
        self.leave_set();
        let Some(group) = &self.group else {
            return self.note(InterchangeError::Content);
        };
        let (id, control) = (st.get(1).to_owned(), st.get(2).to_owned());
        let mut errors = Vec::new();
        if id.len() != 3 || !id.bytes().all(|b| b.is_ascii_digit()) {
            errors.push(SetError::Identifier);
        }
        if control.is_empty() || control.len() > 9 {
            errors.push(SetError::ControlNumber);
        } else if group.sets.iter().any(|set| set.control == control) {
            errors.push(SetError::Duplicate);
        }
        st.position = 1;
        self.set = Some(TransactionSet { id, control, segments: vec![st], errors });
    }

    fn close_set(&mut self, mut se: Segment) {
        let Some(mut set) = self.set.take() else {
            return self.note(InterchangeError::Content);
        };
        se.position = next_position(&set);
        if se.get(1).parse() != Ok(se.position) {
            set.errors.push(SetError::SegmentCount);
        }
        if !same_number(se.get(2), &set.control) {
            set.errors.push(SetError::ControlNumbersDiffer);
        }
        set.segments.push(se);
        self.keep(set);
    }

    fn keep(&mut self, set: TransactionSet) {
        if let Some(group) = &mut self.group {
            group.sets.push(set);
        }
    }

    fn leave_set(&mut self) {
        if let Some(mut set) = self.set.take() {
            set.errors.push(SetError::TrailerMissing);
            self.keep(set);
        }
    }

    fn leave_group(&mut self) {
        self.leave_set();
        if let Some(mut group) = self.group.take() {
            group.errors.push(GroupError::TrailerMissing);
            self.interchange.groups.push(group);
        }
    }

    fn close(&mut self, iea: &Segment) {
        self.leave_group();
        self.closed = true;
        if iea.get(1).parse() != Ok(self.interchange.groups.len()) {
            self.note(InterchangeError::GroupCount);
        }
        if !same_number(iea.get(2), &self.interchange.header.control) {
            self.note(InterchangeError::ControlNumbersDiffer);
        }
    }

    /// Returns the interchange with its text.
    pub fn finish(mut self, text: &str) -> Interchange {
        self.leave_group();
        if !self.closed {
            self.note(InterchangeError::PrematureEnd);
        }
        self.interchange.text = text.to_owned();
        self.interchange
    }
}

fn next_position(set: &TransactionSet) -> u32 {
    u32::try_from(set.segments.len()).unwrap_or(u32::MAX - 1) + 1
}

fn is_number(text: &str, digits: usize) -> bool {
    !text.is_empty() && text.len() <= digits && text.bytes().all(|b| b.is_ascii_digit())
}

/// Compares control numbers without leading zeros.
fn same_number(one: &str, other: &str) -> bool {
    let short = |text: &str| text.trim_start_matches('0').to_owned();
    !one.is_empty() && short(one) == short(other)
}
