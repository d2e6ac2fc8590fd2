//! Writes interchanges: envelopes, control numbers and counts around the segments of any set.

use jiff::civil::DateTime;

use super::{Address, Delimiters, Segment};

/// The envelope of an outgoing interchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// ISA05 and ISA06.
    pub from: Address,
    /// ISA07 and ISA08.
    pub to: Address,
    /// ISA12: the version of the envelope.
    pub version: String,
    /// ISA15: `P` or `T`.
    pub usage: String,
    pub delimiters: Delimiters,
    /// The date and time of ISA and GS.
    pub at: DateTime,
    /// ISA13; the groups are numbered from here on.
    pub control: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutGroup {
    /// GS01.
    pub functional_id: &'static str,
    /// GS02.
    pub sender: String,
    /// GS03.
    pub receiver: String,
    /// GS08.
    pub version: String,
    pub sets: Vec<OutSet>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutSet {
    /// ST01.
    pub id: &'static str,
    /// The segments between ST and SE.
    pub segments: Vec<Segment>,
}

/// One more than the largest control number of nine digits.
const NUMBERS: u32 = 1_000_000_000;

/// Writes an interchange: the TA1, if there is one, then the groups.
#[must_use]
pub fn write(sender: &Sender, acknowledgement: Option<&Segment>, groups: &[OutGroup]) -> String {
    let version: String = sender.version.chars().take(5).collect();
    let version = format!("{version:0>5}");
    let delimiters = sender.delimiters.in_version(&version);
    let mut out = Out { delimiters, text: String::new() };
    let control = format!("{:09}", sender.control % NUMBERS);
    out.header(sender, version, &control);
    acknowledgement.into_iter().for_each(|segment| out.segment(segment));
    for (index, group) in (0_u32..).zip(groups) {
        let number = (sender.control.wrapping_add(index) % NUMBERS).to_string();
        out.group(sender, group, &number);
    }
    out.parts("IEA", &[&groups.len().to_string(), &control]);
    out.text
}

struct Out {
    delimiters: Delimiters,
    text: String,
}

impl Out {
    /// Writes ISA in fixed columns, by which receivers find the separators.
    fn header(&mut self, sender: &Sender, version: String, control: &str) {
        let Delimiters { element, component, repetition, segment } = self.delimiters;
        let repetition = repetition.unwrap_or('U');
        let (from, to) = (self.party(&sender.from), self.party(&sender.to));
        let date = sender.at.strftime("%y%m%d*%H%M").to_string().replace('*', &element.to_string());
        let usage = if sender.usage == "T" { "T" } else { "P" };
        let parts = [
            "00".to_owned(),
            " ".repeat(10),
            "00".to_owned(),
            " ".repeat(10),
            from,
            to,
            date,
            repetition.to_string(),
            version,
            control.to_owned(),
            "0".to_owned(),
            usage.to_owned(),
            component.to_string(),
        ];
        self.text.push_str("ISA");
        for part in parts {
            self.text.push(element);
            self.text.push_str(&part);
        }
        self.text.push(segment);
        self.line_end();
    }

    fn party(&self, address: &Address) -> String {
        let plain = |text: &str, width: usize| -> String {
            self.delimiters.plain(text).chars().take(width).collect()
        };
        let (qualifier, id) = (plain(&address.qualifier, 2), plain(&address.id, 15));
        format!("{qualifier:<2}{}{id:<15}", self.delimiters.element)
    }

    fn group(&mut self, sender: &Sender, group: &OutGroup, number: &str) {
        let date = sender.at.strftime("%Y%m%d").to_string();
        let time = sender.at.strftime("%H%M").to_string();
        let OutGroup { functional_id, sender: from, receiver: to, version, sets } = group;
        self.parts("GS", &[functional_id, from, to, &date, &time, number, "X", version]);
        for (place, set) in (1_u32..).zip(sets) {
            let control = format!("{place:04}");
            self.parts("ST", &[set.id, &control]);
            set.segments.iter().for_each(|segment| self.segment(segment));
            self.parts("SE", &[&(set.segments.len() + 2).to_string(), &control]);
        }
        self.parts("GE", &[&sets.len().to_string(), number]);
    }

    fn parts(&mut self, id: &str, elements: &[&str]) {
        self.segment(&Segment::new(id, elements.iter().copied()));
    }

    fn segment(&mut self, segment: &Segment) {
        let elements = segment.elements();
        let used = elements.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
        self.text.push_str(&self.delimiters.plain(&segment.id));
        for text in elements.iter().take(used) {
            self.text.push(self.delimiters.element);
            let text = self.delimiters.plain(text);
            self.text.push_str(&text);
        }
        self.text.push(self.delimiters.segment);
        self.line_end();
    }

    /// Puts each segment on its own line, for human readers.
    fn line_end(&mut self) {
        if self.delimiters.segment != '\n' {
            self.text.push('\n');
        }
    }
}
