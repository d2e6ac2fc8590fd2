//! The separators of an interchange, which the interchange declares in its ISA segment.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiters {
    /// Between elements: the fourth character of ISA.
    pub element: char,
    /// Between the components of an element: ISA16.
    pub component: char,
    /// Between repetitions of an element: ISA11, from version 00402 on.
    pub repetition: Option<char>,
    /// Behind each segment: the character after ISA16.
    pub segment: char,
}

impl Default for Delimiters {
    /// The separators of most partners.
    fn default() -> Self {
        Self { element: '*', component: '>', repetition: None, segment: '~' }
    }
}

/// The first envelope version whose ISA11 is a separator. In earlier versions ISA11 is the code of
/// a standard, `U`.
pub(super) const REPEATS_FROM: &str = "00402";
/// Default repetition separators: the first that is not in use otherwise.
const REPETITION: [char; 4] = ['^', '!', '|', ':'];

impl Delimiters {
    /// Returns the separators for an envelope version (ISA12): with a repetition separator from
    /// 00402 on, without one before.
    #[must_use]
    pub fn in_version(self, version: &str) -> Self {
        if version < REPEATS_FROM {
            return Self { repetition: None, ..self };
        }
        let sound = |mark: &char| Self { repetition: Some(*mark), ..self }.are_sound();
        let repetition = self.repetition.filter(sound);
        Self { repetition: repetition.or_else(|| REPETITION.into_iter().find(sound)), ..self }
    }

    /// Returns true if the separators are distinct and none can occur in a name or a number.
    #[must_use]
    pub fn are_sound(&self) -> bool {
        let all = [Some(self.element), Some(self.component), Some(self.segment), self.repetition];
        let mut used: Vec<char> = all.into_iter().flatten().collect();
        let usable = |mark: &char| !mark.is_alphanumeric() && !matches!(mark, ' ' | '.' | '-');
        let count = used.len();
        used.sort_unstable();
        used.dedup();
        used.len() == count && used.iter().all(usable)
    }

    /// Replaces separators and control characters in `text` by spaces: X12 has no escape.
    #[must_use]
    pub fn plain(&self, text: &str) -> String {
        let taken = |mark: char| {
            mark == self.element
                || mark == self.component
                || mark == self.segment
                || Some(mark) == self.repetition
                || mark.is_control()
        };
        let plain: String = text.chars().map(|c| if taken(c) { ' ' } else { c }).collect();
        plain.trim_end().to_owned()
    }
}
