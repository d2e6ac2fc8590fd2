//! Reads interchanges. The reader records every error at its position and reads on, so that the
//! partner learns all errors at once.

mod assemble;

use super::{
    Address, Delimiters, Header, Interchange, InterchangeError, Segment, delimiters::REPEATS_FROM,
};
use crate::limits::MAX_BYTES;
use assemble::Reader;

/// The reason a payload is not read as X12. Without a header there is nobody to answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotX12 {
    /// The payload is larger than [`MAX_BYTES`].
    #[error("{0} bytes, at most {MAX_BYTES} are read")]
    TooLarge(usize),
    /// The payload does not begin with ISA.
    #[error("an interchange begins with ISA")]
    NoHeader,
    /// ISA has fewer than sixteen elements.
    #[error("ISA has sixteen elements and a segment terminator; it ends after {0}")]
    ShortHeader(usize),
    /// The separators are not distinct.
    #[error("the separators of ISA are not distinct characters")]
    Delimiters,
}

/// Reads a payload of one or more interchanges. Tolerates blanks and line ends between segments, a
/// byte order mark, an ISA without padding, and Latin-1.
///
/// # Errors
/// Returns [`NotX12`] if the payload is too large or does not begin with a complete ISA.
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
            // Text after the trailer that is no interchange belongs to nobody.
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

/// Reads one interchange and returns it with the rest of the text.
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

/// Reads ISA by its separators, not by its columns, because some senders trim the padding.
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
    let plain = Delimiters { element, component, repetition: None, segment };
    if !plain.are_sound() {
        return Err(NotX12::Delimiters);
    }
    // Some senders write the `U` of older versions: then there is no repetition separator.
    let said = Delimiters { repetition: eleventh.chars().next(), ..plain };
    let repeats = version.as_str() >= REPEATS_FROM && said.are_sound();
    let delimiters = if repeats { said } else { plain };
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
