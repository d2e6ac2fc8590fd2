//! Reads a document as the mesh would, and finds all that is wrong with it, not the first alone.

use contracts::{Reason, document::Unreadable};
use serde_json::Value;

use super::{document::Document, samples::sample, sort::Sort};

/// Errors of one document that are looked for.
const MOST: usize = 100;

/// Reads a document, or says everything that is wrong.
pub(super) fn examine(sort: Sort, text: &[u8]) -> Result<Document, Vec<Unreadable>> {
    let found = match Document::read(sort, text) {
        Ok(document) => misspelt_country(&document),
        // Of what the types do not say there is one thing to check.
        Err(first) if Document::parse(sort, text).is_ok() => vec![first],
        Err(first) => all_errors(sort, text, first),
    };
    if !found.is_empty() {
        return Err(found);
    }
    let document = Document::read(sort, text).map_err(|error| vec![error])?.named();
    match document.too_large() {
        Some(error) => Err(vec![error]),
        None => Ok(document),
    }
}

/// Reading stops at the first error. Each is mended after the pattern of a right document, and the
/// rest read again; what was mended so is never sent.
fn all_errors(sort: Sort, text: &[u8], first: Unreadable) -> Vec<Unreadable> {
    let mut found = vec![first];
    let Ok(mut value) = serde_json::from_slice::<Value>(text) else { return found };
    while found.len() < MOST {
        let Some(pattern) = sample(sort, &value) else { break };
        let mended = found.last().is_some_and(|error| mend(&mut value, &pattern, error));
        if !mended {
            break;
        }
        match Document::parse(sort, value.to_string().as_bytes()) {
            Ok(mended) => {
                found.extend(misspelt_country(&mended));
                break;
            }
            Err(error) if found.contains(&error) => break,
            Err(error) => found.push(error),
        }
    }
    found
}

/// Takes out what is unknown, and puts in what is missing or wrong. Whether it could.
fn mend(value: &mut Value, pattern: &Value, error: &Unreadable) -> bool {
    let steps = steps(&error.path);
    let Some((last, before)) = steps.split_last() else { return false };
    let Some(parent) = before.iter().try_fold(&mut *value, |value, step| step.of_mut(value)) else {
        return false;
    };
    if error.code == Reason::UnknownField {
        let Step::Field(name) = last else { return false };
        return parent.as_object_mut().is_some_and(|object| object.remove(*name).is_some());
    }
    let right = steps.iter().try_fold(pattern, |pattern, step| step.of(pattern));
    let Some(right) = right.cloned() else { return false };
    match last {
        Step::Field(name) => parent
            .as_object_mut()
            .map(|object| drop(object.insert((*name).to_owned(), right)))
            .is_some(),
        Step::Element(at) => {
            parent.get_mut(*at).map(|element| drop(std::mem::replace(element, right))).is_some()
        }
    }
}

/// A step of a path such as `prices[3].sku`.
#[derive(Debug, PartialEq)]
pub(super) enum Step<'a> {
    Field(&'a str),
    Element(usize),
}

impl Step<'_> {
    fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match self {
            Self::Field(name) => value.get_mut(*name),
            Self::Element(at) => value.get_mut(*at),
        }
    }

    /// In a pattern every element is like the first.
    fn of<'v>(&self, pattern: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Field(name) => pattern.get(*name),
            Self::Element(_) => pattern.get(0),
        }
    }
}

/// The steps of a path.
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

/// The types take any text for a country; a rate of `USA` would never be found for `US`.
fn misspelt_country(document: &Document) -> Vec<Unreadable> {
    let wrong = |country: &str| {
        country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase())
    };
    let countries = document.countries();
    let misspelt = countries.into_iter().filter(|(_, country)| wrong(country));
    let error = |(path, country): (&str, &str)| {
        let text = format!("`{country}` is not an ISO 3166-1 country code of two letters");
        Unreadable::invalid(path, text)
    };
    misspelt.map(error).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(sort: Sort, value: &Value) -> Vec<String> {
        let found = examine(sort, value.to_string().as_bytes()).unwrap_err();
        found.into_iter().map(|error| error.path).collect()
    }

    #[test]
    fn all_errors_of_a_document_are_found_at_once() {
        let mut customer = sample(Sort::Customers, &Value::Null).unwrap();
        customer["colour"] = json!("red");
        customer["status"] = json!("sleepy");
        customer["terms"] = json!({"net_days": "soon", "discount_days": -1});
        customer["credit_limit"] = json!("1,5");
        customer.as_object_mut().unwrap().remove("price_list");
        customer["bill_to"].as_object_mut().unwrap().remove("city");
        let mut paths = paths(Sort::Customers, &customer);
        paths.sort();
        assert_eq!(
            paths,
            [
                "bill_to.city",
                "colour",
                "credit_limit",
                "price_list",
                "status",
                "terms.discount_days",
                "terms.net_days"
            ]
        );
    }

    #[test]
    fn errors_of_every_element_are_found() {
        let mut prices = sample(Sort::Prices, &Value::Null).unwrap();
        let right = prices["prices"][0].clone();
        let wrong = json!({"sku": "S", "uom": "EA", "unit_price": "-1", "min_quantity": "x"});
        prices["prices"] = json!([right, wrong, wrong]);
        let found = paths(Sort::Prices, &prices);
        let expected = [1, 2]
            .map(|at| [format!("prices[{at}].unit_price"), format!("prices[{at}].min_quantity")]);
        assert_eq!(found, expected.concat());
    }

    /// What the types do not say: digits of the currency, and codes of countries.
    #[test]
    fn values_that_do_not_fit_together_are_found() {
        let mut customer = sample(Sort::Customers, &Value::Null).unwrap();
        customer["credit_limit"] = json!("1.005");
        assert_eq!(paths(Sort::Customers, &customer), ["credit_limit"]);
        customer["credit_limit"] = json!("1.00");
        customer["default_ship_to"]["country"] = json!("USA");
        assert_eq!(paths(Sort::Customers, &customer), ["default_ship_to.country"]);
    }

    #[test]
    fn what_is_no_json_has_one_error() {
        let found = examine(Sort::Items, b"{\"sku\": ").unwrap_err();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, Reason::NotJson);
    }

    /// A decimal is read from its digits: through a float the last ones would change.
    #[test]
    fn numbers_keep_all_their_digits() {
        let mut item = sample(Sort::Items, &Value::Null).unwrap().to_string();
        item = item.replace(r#""unit_cost":"1""#, r#""unit_cost":123456789012.123456"#);
        let Ok(Document::Item(read)) = examine(Sort::Items, item.as_bytes()) else { panic!() };
        assert_eq!(read.unit_cost.to_string(), "123456789012.123456");
    }
}
