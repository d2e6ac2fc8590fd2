//! Looks at the segments of a set and remembers what is wrong with them, in the words of a 997.

use std::str::FromStr;

use jiff::civil::Date;

use super::{ElementError, Segment, SegmentError, TransactionSet};

/// The most findings that are told of one set: a set that is nothing but errors is not repeated.
const MAX_FINDINGS: usize = 100;
/// The longest copy of a bad element: AK404.
const MAX_COPY: usize = 99;

/// What is wrong with a segment: AK3, and AK4 for each element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The segment's identifier.
    pub segment: String,
    /// Its place in the set, from 1; the place where it was missed.
    pub position: u32,
    /// What is wrong with it.
    pub error: SegmentError,
    /// What is wrong with its elements.
    pub elements: Vec<ElementFinding>,
}

/// What is wrong with an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementFinding {
    /// Which element, from 1.
    pub element: usize,
    /// Its number in the standard's dictionary.
    pub reference: u16,
    /// What is wrong with it.
    pub error: ElementError,
    /// What stood there.
    pub copy: String,
}

/// Collects what is wrong with one set.
#[derive(Debug, Default)]
pub struct Checker {
    findings: Vec<Finding>,
    fatal: bool,
}

impl Checker {
    /// What was found, in the set's order, and whether the set can not be taken.
    #[must_use]
    pub fn done(mut self) -> (Vec<Finding>, bool) {
        self.findings.sort_by_key(|finding| finding.position);
        (self.findings, self.fatal)
    }

    /// Whether something was found for which the set can not be taken.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.fatal
    }

    /// A segment for which the set can not be taken.
    pub fn segment(&mut self, segment: &Segment, error: SegmentError) {
        self.fatal = true;
        self.add(&segment.id, segment.position, error, None);
    }

    /// The segments between ST and SE: each must be `known`, and the `first` of them stands once.
    pub fn inner<'a>(
        &mut self,
        set: &'a TransactionSet,
        first: &str,
        known: impl Fn(&str) -> bool,
    ) -> &'a [Segment] {
        let inner = set.inner();
        for segment in inner.iter().filter(|segment| !known(&segment.id)) {
            self.segment(segment, SegmentError::Unrecognized);
        }
        for again in inner.iter().skip(1).filter(|segment| segment.id == first) {
            self.segment(again, SegmentError::TooOften);
        }
        inner
    }

    /// A segment that must be there and is not; `position` is where it was missed.
    pub fn missing(&mut self, id: &str, position: u32) {
        self.fatal = true;
        self.add(id, position, SegmentError::Missing, None);
    }

    /// An element for which the set can not be taken.
    pub fn element(
        &mut self,
        segment: &Segment,
        element: usize,
        reference: u16,
        error: ElementError,
    ) {
        self.fatal = true;
        self.note(segment, element, reference, error);
    }

    /// An element that is told and does not keep the set from being taken.
    pub fn note(&mut self, segment: &Segment, element: usize, reference: u16, error: ElementError) {
        let copy = segment.get(element).chars().take(MAX_COPY).collect();
        let finding = ElementFinding { element, reference, error, copy };
        self.add(&segment.id, segment.position, SegmentError::Elements, Some(finding));
    }

    /// An element that must be there.
    pub fn required<'a>(
        &mut self,
        segment: &'a Segment,
        element: usize,
        reference: u16,
    ) -> Option<&'a str> {
        let text = segment.get(element);
        if text.is_empty() {
            self.element(segment, element, reference, ElementError::Missing);
            return None;
        }
        Some(text)
    }

    /// A required element as a value of a type that says what may stand there.
    pub fn parsed<T: FromStr>(
        &mut self,
        segment: &Segment,
        element: usize,
        reference: u16,
    ) -> Option<T> {
        let text = self.required(segment, element, reference)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.element(segment, element, reference, ElementError::Character);
        }
        value
    }

    /// A number with or without a point, as a decimal type reads it; none where it is left out.
    pub fn number<T: FromStr>(
        &mut self,
        segment: &Segment,
        element: usize,
        reference: u16,
    ) -> Option<T> {
        let text = segment.get(element);
        if text.is_empty() {
            return None;
        }
        let Some(plain) = plain_number(text) else {
            self.element(segment, element, reference, ElementError::Character);
            return None;
        };
        let value = plain.parse().ok();
        if value.is_none() {
            self.element(segment, element, reference, ElementError::TooLong);
        }
        value
    }

    /// A date of six or eight digits; none where it is left out.
    pub fn date(&mut self, segment: &Segment, element: usize, reference: u16) -> Option<Date> {
        let text = segment.get(element);
        if text.is_empty() {
            return None;
        }
        let date = date(text);
        if date.is_none() {
            self.element(segment, element, reference, ElementError::Date);
        }
        date
    }

    /// The set's own count of its lines, CTT01, and of their quantities, CTT02. A wrong count is
    /// fatal: a line may have been lost. The hash total is reckoned in more than one way by those
    /// who send it, so that a wrong one is told and no more.
    pub fn totals(&mut self, set: &TransactionSet, line: &str, quantity: usize) {
        let lines = set.segments.iter().filter(|segment| segment.id == line);
        let Some(ctt) = set.segments.iter().find(|segment| segment.id == "CTT") else { return };
        let count = lines.clone().count();
        if self.required(ctt, 1, 354).is_some_and(|text| text.parse() != Ok(count)) {
            self.element(ctt, 1, 354, ElementError::Code);
        }
        let mut sums = lines.map(|segment| thousandths(segment.get(quantity)));
        let sum = sums.try_fold(0_i128, |sum, next| sum.checked_add(next?));
        if !ctt.get(2).is_empty() && thousandths(ctt.get(2)) != sum {
            self.note(ctt, 2, 347, ElementError::Code);
        }
    }

    fn add(
        &mut self,
        id: &str,
        position: u32,
        error: SegmentError,
        element: Option<ElementFinding>,
    ) {
        let same = |finding: &&mut Finding| {
            finding.position == position && finding.segment == id && finding.error == error
        };
        if let Some(known) = self.findings.iter_mut().rev().find(same) {
            known.elements.extend(element);
        } else if self.findings.len() < MAX_FINDINGS {
            let segment = id.to_owned();
            let elements = element.into_iter().collect();
            self.findings.push(Finding { segment, position, error, elements });
        }
    }
}

/// `5.`, `.5` and `+5` are numbers here; elsewhere they are `5`, `0.5` and `5`.
fn plain_number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() {
        return Some(format!("{sign}{whole}"));
    }
    Some(format!("{sign}{whole}.{fraction}"))
}

/// A number in thousandths, exactly; none where it has more digits than that.
fn thousandths(text: &str) -> Option<i128> {
    let plain = plain_number(text)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 3 {
        return None;
    }
    format!("{whole}{fraction:0<3}").parse().ok()
}

/// `CCYYMMDD`, or `YYMMDD` of the years 1970 to 2069.
fn date(text: &str) -> Option<Date> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match text.len() {
        8 => (text.get(..4)?.parse::<i16>().ok()?, text.get(4..)?),
        6 => {
            let year = text.get(..2)?.parse::<i16>().ok()?;
            (if year < 70 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        _ => return None,
    };
    Date::new(year, rest.get(..2)?.parse().ok()?, rest.get(2..)?.parse().ok()?).ok()
}
