//! Checks the segments of a transaction set and collects errors in the codes of a 997.

use std::str::FromStr;

use jiff::civil::Date;

use super::{
    ElementError, Segment, SegmentError, TransactionSet,
    value::{date, plain_number, thousandths},
};

/// The most findings reported for one set, so that a bad set is not echoed whole.
const MAX_FINDINGS: usize = 100;
/// The longest copy of a bad element in AK404.
const MAX_COPY: usize = 99;

/// An error in a segment: AK3, with an AK4 for each element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub segment: String,
    /// The segment's position in the set, from 1; for a missing segment, the expected position.
    pub position: u32,
    pub error: SegmentError,
    pub elements: Vec<ElementFinding>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementFinding {
    /// The element's number in the segment, from 1.
    pub element: usize,
    /// The element's number in the data element dictionary.
    pub reference: u16,
    pub error: ElementError,
    /// The bad value.
    pub copy: String,
}

/// Collects the errors of one set.
#[derive(Debug, Default)]
pub struct Checker {
    findings: Vec<Finding>,
    fatal: bool,
}

impl Checker {
    /// Returns the findings in the order of the set, and true if one is fatal.
    #[must_use]
    pub fn done(mut self) -> (Vec<Finding>, bool) {
        self.findings.sort_by_key(|finding| finding.position);
        (self.findings, self.fatal)
    }

    /// Returns true if the set cannot be accepted.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.fatal
    }

    /// Records a fatal error in a segment.
    pub fn segment(&mut self, segment: &Segment, error: SegmentError) {
        self.fatal = true;
        self.add(&segment.id, segment.position, error, None);
    }

    /// Returns the segments between ST and SE. Each must be `known`, and `first` may occur only
    /// once.
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

    /// Records a mandatory segment missing at `position`. Fatal.
    pub fn missing(&mut self, id: &str, position: u32) {
        self.fatal = true;
        self.add(id, position, SegmentError::Missing, None);
    }

    /// Records a fatal error in an element.
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

    /// Records an error in an element that does not reject the set.
    pub fn note(&mut self, segment: &Segment, element: usize, reference: u16, error: ElementError) {
        let copy = segment.get(element).chars().take(MAX_COPY).collect();
        let finding = ElementFinding { element, reference, error, copy };
        self.add(&segment.id, segment.position, SegmentError::Elements, Some(finding));
    }

    /// Returns a mandatory element.
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

    /// Parses a mandatory element.
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

    /// Parses an optional number, with or without a decimal point, as a decimal type.
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

    /// Parses an optional date of six or eight digits.
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

    /// Compares the count of lines, CTT01, and the hash total of quantities, CTT02, with the set.
    /// A wrong count is fatal: a line may have been lost. A wrong hash total is only noted, because
    /// senders compute it in more than one way.
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
