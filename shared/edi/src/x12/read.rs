//! Reads interchanges. What is wrong is noted where it is, and the rest is read on: a partner is
//! told everything at once, at its place.

use super::{
    Address, Delimiters, Group, GroupError, Header, Interchange, InterchangeError, Segment, Set,
    SetError,
};
use crate::MAX_BYTES;

/// Why a payload is no interchange at all: nobody could be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotX12 {
    /// Above [`MAX_BYTES`].
    #[error("{0} bytes, at most {MAX_BYTES} are read")]
    TooLarge(usize),
    /// It does not begin with ISA.
    #[error("an interchange begins with ISA")]
    NoHeader,
    /// ISA has fewer than sixteen elements.
    #[error("ISA has sixteen elements and a segment terminator; it ends after {0}")]
    ShortHeader(usize),
    /// The separators can not be told apart.
    #[error("the separators of ISA are not distinct characters")]
    Delimiters,
}

/// Reads a payload of one interchange or several. Blanks and line ends between segments, a byte
/// order mark, an ISA that was not filled up with blanks, and Latin-1 are tolerated.
///
/// # Errors
/// When it does not begin with a header that says how to read the rest.
pub fn read(payload: &[u8]) -> Result<Vec<Interchange>, NotX12> {
    if payload.len() > MAX_BYTES {
        return Err(NotX12::TooLarge(payload.len()));
    }
    let text = match std::str::from_utf8(payload) {
        Ok(text) => text.to_owned(),
        Err(_) => payload.iter().copied().map(char::from).collect(),
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_matches(is_blank);
    let mut interchanges = Vec::new();
    while !rest.is_empty() {
        let (interchange, behind) = one(rest)?;
        interchanges.push(interchange);
        rest = behind.trim_matches(is_blank);
        if !rest.is_empty() && !rest.starts_with("ISA") {
            // What follows the trailer and is no interchange: nobody knows whose it is.
            note_last(&mut interchanges, InterchangeError::ControlStructure);
            break;
        }
    }
    if interchanges.is_empty() { Err(NotX12::NoHeader) } else { Ok(interchanges) }
}

fn note_last(interchanges: &mut [Interchange], error: InterchangeError) {
    if let Some(last) = interchanges.last_mut() {
        last.errors.push(error);
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// One interchange, and what follows it.
fn one(text: &str) -> Result<(Interchange, &str), NotX12> {
    let (header, delimiters, mut rest) = header(text)?;
    let mut reader = Reader::new(header, delimiters);
    loop {
        rest = rest.trim_start_matches(|c: char| is_blank(c) && c != delimiters.segment);
        if rest.is_empty() {
            break;
        }
        let (segment, behind) = rest.split_once(delimiters.segment).unwrap_or((rest, ""));
        let segment = segment.trim_matches(is_blank);
        if segment.starts_with("ISA") {
            break;
        }
        rest = behind;
        if segment.is_empty() {
            continue;
        }
        let segment = Segment::read(segment, delimiters.element, delimiters.component);
        if reader.take(segment) {
            break;
        }
    }
    let text = &text[..text.len() - rest.len()];
    Ok((reader.finish(text.trim_end()), rest))
}

/// Reads ISA by its separators, not by its columns: senders that trim blanks are understood too.
fn header(text: &str) -> Result<(Header, Delimiters, &str), NotX12> {
    let behind = text.strip_prefix("ISA").ok_or(NotX12::NoHeader)?;
    let element = behind.chars().next().ok_or(NotX12::ShortHeader(0))?;
    let mut elements: Vec<&str> = behind[element.len_utf8()..].splitn(16, element).collect();
    let last = elements.pop().filter(|_| elements.len() == 15);
    let last = last.ok_or(NotX12::ShortHeader(elements.len()))?;
    let mut marks = last.chars();
    let (Some(component), Some(segment)) = (marks.next(), marks.next()) else {
        return Err(NotX12::ShortHeader(15));
    };
    let get = |number: usize| elements[number - 1].trim().to_owned();
    let (eleventh, version) = (get(11), get(12));
    let mark = eleventh.chars().next().filter(|mark| !mark.is_alphanumeric());
    let repetition = mark.filter(|_| version.as_str() >= "00402");
    let delimiters = Delimiters { element, component, repetition, segment };
    let plain = Delimiters { repetition: None, ..delimiters };
    if !plain.are_sound() {
        return Err(NotX12::Delimiters);
    }
    let header = Header {
        sender: Address { qualifier: get(5), id: get(6) },
        receiver: Address { qualifier: get(7), id: get(8) },
        date: get(9),
        time: get(10),
        version,
        control: get(13),
        acknowledge: get(14) == "1",
        usage: get(15),
    };
    Ok((header, delimiters, marks.as_str()))
}

/// What has been read of an interchange so far.
struct Reader {
    interchange: Interchange,
    group: Option<Group>,
    set: Option<Set>,
    closed: bool,
}

impl Reader {
    fn new(header: Header, delimiters: Delimiters) -> Self {
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

    /// Takes the next segment; true when it was the last one.
    fn take(&mut self, mut segment: Segment) -> bool {
        match segment.id.as_str() {
            "GS" => self.open_group(&segment),
            "GE" => self.close_group(&segment),
            "ST" => self.open_set(segment),
            "SE" => self.close_set(segment),
            "IEA" => {
                self.close(&segment);
                return true;
            }
            // An answer to an interchange of ours: nothing to do, and nothing to answer.
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
        // No 997 can name it: that is told of the interchange.
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
        self.set = Some(Set { id, control, segments: vec![st], errors });
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

    fn keep(&mut self, set: Set) {
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

    fn finish(mut self, text: &str) -> Interchange {
        self.leave_group();
        if !self.closed {
            self.note(InterchangeError::PrematureEnd);
        }
        self.interchange.text = text.to_owned();
        self.interchange
    }
}

fn next_position(set: &Set) -> u32 {
    u32::try_from(set.segments.len()).unwrap_or(u32::MAX - 1) + 1
}

fn is_number(text: &str, digits: usize) -> bool {
    !text.is_empty() && text.len() <= digits && text.bytes().all(|b| b.is_ascii_digit())
}

/// Control numbers are numbers: zeros before them may be left out.
fn same_number(one: &str, other: &str) -> bool {
    let short = |text: &str| text.trim_start_matches('0').to_owned();
    !one.is_empty() && short(one) == short(other)
}
