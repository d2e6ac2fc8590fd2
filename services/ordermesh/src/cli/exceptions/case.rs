//! A case, named by its id or by the first characters of it.

use std::str::FromStr;

use anyhow::{Result, bail};
use contracts::{CaseId, event::ExceptionKind};
use control_tower::Exceptions;
use serde_json::json;

use crate::operator::Operator;

/// The fewest characters of an id that the list shows.
const SHOWN: usize = 8;
/// The largest number of cases to ask for at once.
const MOST: u64 = 1_000;

/// The first characters of a case's id, or all of it.
#[derive(Debug, Clone)]
pub(super) struct CaseRef(String);

/// The case that was named, or the message where there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Case(CaseId),
    None(String),
}

impl FromStr for CaseRef {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let is_id = |c: char| c.is_ascii_hexdigit() || c == '-';
        if text.is_empty() || !text.chars().all(is_id) {
            return Err("`ordermesh exceptions` lists the cases".to_owned());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl CaseRef {
    /// Finds the case. A complete id is accepted as it is, even if the case is no longer open.
    pub async fn find(&self, operator: &Operator) -> Result<Found> {
        if let Ok(case_id) = self.0.parse() {
            return Ok(Found::Case(case_id));
        }
        let cases = open(operator, None).await?.exceptions;
        self.among(cases.into_iter().map(|case| case.case_id))
    }

    fn among(&self, cases: impl Iterator<Item = CaseId>) -> Result<Found> {
        let Self(start) = self;
        let mut meant: Vec<CaseId> = cases.filter(|id| id.to_string().starts_with(start)).collect();
        match (meant.pop(), meant.is_empty()) {
            (None, _) => Ok(Found::None(format!(
                "no open case begins with `{start}`; see `ordermesh exceptions`"
            ))),
            (Some(only), true) => Ok(Found::Case(only)),
            (Some(last), false) => {
                let ids: Vec<String> =
                    meant.iter().chain([&last]).map(ToString::to_string).collect();
                bail!("`{start}` may mean {}; name more of the case's id", ids.join(", "))
            }
        }
    }
}

/// Asks for the open cases, of one kind or of all kinds.
pub(super) async fn open(operator: &Operator, kind: Option<ExceptionKind>) -> Result<Exceptions> {
    operator.ask_named("exceptions", &json!({"kind": kind, "limit": MOST})).await
}

/// Returns the number of characters that tell these ids apart.
pub(super) fn short(ids: &[String]) -> usize {
    let longest = ids.iter().map(String::len).max().unwrap_or_default();
    let tells_apart = |length: &usize| {
        let mut starts: Vec<&str> = ids.iter().filter_map(|id| id.get(..*length)).collect();
        starts.sort_unstable();
        starts.dedup();
        starts.len() == ids.len()
    };
    (SHOWN..longest).find(tells_apart).unwrap_or(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 3] = [
        "3f2a9c1d-6a3b-5c05-9f0d-6d2f3f8f7a11",
        "3f2a9c1d-7a3b-5c05-9f0d-6d2f3f8f7a11",
        "a0000000-0000-5000-8000-000000000000",
    ];

    fn found(text: &str) -> Result<Found> {
        let named: CaseRef = text.parse().unwrap();
        named.among(IDS.iter().map(|id| id.parse().unwrap()))
    }

    #[test]
    fn a_case_is_taken_by_the_first_characters_that_no_other_has() {
        assert_eq!(found("a").unwrap(), Found::Case(IDS[2].parse().unwrap()));
        assert_eq!(found("3F2A9C1D-7").unwrap(), Found::Case(IDS[1].parse().unwrap()));
        let Found::None(said) = found("b").unwrap() else { panic!("there is none") };
        assert!(said.contains("see `ordermesh exceptions`"), "{said}");
        let both = found("3f2a").unwrap_err().to_string();
        assert!(both.contains(IDS[0]) && both.contains(IDS[1]) && !both.contains(IDS[2]), "{both}");
        assert!("PO-1".parse::<CaseRef>().is_err());
    }

    #[test]
    fn ids_are_shown_as_long_as_tells_them_apart() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(short(&ids(&IDS)), 10);
        assert_eq!(short(&ids(&IDS[1..])), 8);
    }
}
