//! A segment: an identifier and its elements.

/// One segment as it was sent, or as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its identifier, such as `PO1`.
    pub id: String,
    /// Its place in its transaction set: ST is 1. 0 for one that is not of a set.
    pub position: u32,
    elements: Vec<String>,
    component: char,
}

impl Segment {
    /// A segment to be written; elements left empty at its end are not.
    #[must_use]
    pub fn new<T: Into<String>>(id: &str, elements: impl IntoIterator<Item = T>) -> Self {
        let elements = elements.into_iter().map(Into::into).collect();
        Self { id: id.to_owned(), position: 0, elements, component: '>' }
    }

    /// Takes a segment's text apart.
    pub(crate) fn read(text: &str, element: char, component: char) -> Self {
        let mut parts = text.split(element);
        let id = parts.next().unwrap_or_default().trim().to_owned();
        // An element may end in separators of components that are not there.
        let elements = parts.map(|part| part.trim_end_matches(component).to_owned()).collect();
        Self { id, position: 0, elements, component }
    }

    /// The element `number`, counted from 1 as in `PO104`, without blanks around it; empty where
    /// there is none.
    #[must_use]
    pub fn get(&self, number: usize) -> &str {
        let index = number.checked_sub(1);
        index.and_then(|index| self.elements.get(index)).map_or("", |text| text.trim())
    }

    /// A component of an element, both counted from 1; empty where there is none.
    #[must_use]
    pub fn component(&self, number: usize, component: usize) -> &str {
        let mut parts = self.get(number).split(self.component);
        component.checked_sub(1).and_then(|index| parts.nth(index)).unwrap_or("").trim()
    }

    /// How many elements it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether it has no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Its elements as they stand.
    pub(crate) fn elements(&self) -> &[String] {
        &self.elements
    }

    /// Pairs of a qualifier and what it qualifies, from element `first` on: `PO106` and `PO107`,
    /// `PO108` and `PO109` and so on; with the number of the qualifier's element.
    pub fn pairs(&self, first: usize) -> impl Iterator<Item = (usize, &str, &str)> {
        let numbers = (first..=self.len()).step_by(2);
        numbers.map(|number| (number, self.get(number), self.get(number + 1)))
    }
}
