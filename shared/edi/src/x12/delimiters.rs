//! The characters that an interchange is written with: said by its own ISA segment.

/// The four separators of an interchange.
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
    /// What most partners use.
    fn default() -> Self {
        Self { element: '*', component: '>', repetition: None, segment: '~' }
    }
}

/// The first version of an envelope whose ISA11 is a separator; before it stands the code of a
/// standard there, `U`.
pub(super) const REPEATS_FROM: &str = "00402";
/// Marks that separate repetitions where nobody has said which: the first that is free.
const REPETITION: [char; 4] = ['^', '!', '|', ':'];

impl Delimiters {
    /// The same for an envelope of a version (ISA12): with a repetition separator of its own from
    /// 00402 on, with none before.
    #[must_use]
    pub fn in_version(self, version: &str) -> Self {
        if version < REPEATS_FROM {
            return Self { repetition: None, ..self };
        }
        let sound = |mark: &char| Self { repetition: Some(*mark), ..self }.are_sound();
        let repetition = self.repetition.filter(sound);
        Self { repetition: repetition.or_else(|| REPETITION.into_iter().find(sound)), ..self }
    }

    /// Whether no two are the same and none can be part of a name or a number.
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

    /// `text` as an element can hold it: X12 has no escape, so that a separator becomes a space,
    /// and so does what is no printable character.
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
