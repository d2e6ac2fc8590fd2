//! Segments: an identifier and elements.

/// A segment that was read or is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The identifier, such as `PO1`.
    pub id: String,
    /// The position in the transaction set, from 1 for ST; 0 outside a set.
    pub position: u32,
    elements: Vec<String>,
    component: char,
}

impl Segment {
    /// Creates a segment to be written. Empty elements at the end are not written.
    #[must_use]
    pub fn new<T: Into<String>>(id: &str, elements: impl IntoIterator<Item = T>) -> Self {
        let elements = elements.into_iter().map(Into::into).collect();
        Self { id: id.to_owned(), position: 0, elements, component: '>' }
    }

    /// Splits a segment's text.
    pub(crate) fn read(text: &str, element: char, component: char) -> Self {
        let mut parts = text.split(element);
        let id = parts.next().unwrap_or_default().trim().to_owned();
        // An element may end in separators without components.
        let elements = parts.map(|part| part.trim_end_matches(component).to_owned()).collect();
        Self { id, position: 0, elements, component }
    }

    /// Returns the element `number`, counted from 1 as in `PO104`, without surrounding blanks;
    /// empty if absent.
    #[must_use]
    pub fn get(&self, number: usize) -> &str {
        let index = number.checked_sub(1);
        index.and_then(|index| self.elements.get(index)).map_or("", |text| text.trim())
    }

    /// Returns a component of an element, both counted from 1; empty if absent.
    #[must_use]
    pub fn component(&self, number: usize, component: usize) -> &str {
        let mut parts = self.get(number).split(self.component);
        component.checked_sub(1).and_then(|index| parts.nth(index)).unwrap_or("").trim()
    }

    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    pub(crate) fn elements(&self) -> &[String] {
        &self.elements
    }

    /// Returns pairs of a qualifier and its value, from element `first` on (`PO106` and `PO107`,
    /// `PO108` and `PO109`, and so on), each with the number of the qualifier's element.
    pub fn pairs(&self, first: usize) -> impl Iterator<Item = (usize, &str, &str)> {
        let numbers = (first..=self.len()).step_by(2);
        numbers.map(|number| (number, self.get(number), self.get(number + 1)))
    }
}
