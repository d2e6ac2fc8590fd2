//! Paths of faults, such as `prices[3].sku`.

/// A step of a path such as `prices[3].sku`.
#[derive(Debug, PartialEq)]
pub(super) enum Step<'a> {
    Field(&'a str),
    Element(usize),
}

/// Parses a path.
pub(super) fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (name, elements) = part.split_once('[').unwrap_or((part, ""));
        if !name.is_empty() {
            steps.push(Step::Field(name));
        }
        let numbers = elements.split(['[', ']']).filter_map(|number| number.parse().ok());
        steps.extend(numbers.map(Step::Element));
    }
    steps
}
