//! Comparison with the figures of other systems, if reference data is available.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use serde_json::Value;

/// Returns the cases by id from all files in `ORDERMESH_PEER_CASES`, or in the default folder
/// beside the checkout. Prints a notice and returns `None` if there is no such folder.
///
/// # Panics
/// Panics if a file has no cases.
#[must_use]
pub fn peer_cases() -> Option<BTreeMap<String, Value>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let beside = || root.join("shared/data/peer-cases");
    let folder = env::var_os("ORDERMESH_PEER_CASES").map_or_else(beside, PathBuf::from);
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: there are no peer cases at {}", folder.display());
        return None;
    };
    let mut cases = BTreeMap::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let all: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let lists = all.as_object().unwrap().values().filter_map(Value::as_array).flatten();
            cases.extend(lists.map(|it| (it["id"].as_str().unwrap().to_owned(), it.clone())));
        }
    }
    Some(cases)
}

/// Checks every case: `compared` computes the cases that it knows by id, and `elsewhere` lists
/// cases with the place where they are tested. For every other case `is_about` must be false.
///
/// # Panics
/// Panics if a case is not covered or has another result.
pub async fn every_case(
    elsewhere: &[(&str, &str)],
    compared: impl AsyncFn(&str, &Value) -> Option<Compared>,
    is_about: impl Fn(&Value) -> bool,
) {
    let Some(cases) = peer_cases() else { return };
    for (id, where_it_is) in elsewhere {
        assert!(cases.contains_key(*id), "{id} is no case");
        println!("{id}: {where_it_is}");
    }
    for (id, case) in &cases {
        // Boxed, because the future of a function with dozens of cases is as large as all of them.
        match Box::pin(compared(id, case)).await {
            Some(compared) => compared.check(id),
            None if elsewhere.iter().any(|(named, _)| named == id) => {}
            None => assert!(!is_about(case), "{id} is not treated: {}", case["title"]),
        }
    }
}

/// The figures of a case in this system and in the other.
#[derive(Debug)]
pub struct Compared {
    /// The reason that our rule differs, or `None` if it is the same.
    why: Option<&'static str>,
    figures: Vec<Figure>,
}

#[derive(Debug)]
struct Figure {
    what: String,
    ours: String,
    by_hand: String,
    theirs: String,
}

impl Compared {
    /// Creates a case whose rule is the same: every figure must equal theirs.
    #[must_use]
    pub fn same() -> Self {
        Self { why: None, figures: Vec::new() }
    }

    /// Creates a case whose rule differs, with the reason.
    #[must_use]
    pub fn differs(why: &'static str) -> Self {
        Self { why: Some(why), figures: Vec::new() }
    }

    /// Adds a figure that must equal theirs.
    #[must_use]
    pub fn figure(self, what: &str, ours: impl ToString, theirs: &Value) -> Self {
        let by_hand = text(theirs);
        self.but(what, ours, &by_hand, theirs)
    }

    /// Adds a figure that differs from theirs and must equal one computed by hand.
    #[must_use]
    pub fn but(mut self, what: &str, ours: impl ToString, by_hand: &str, theirs: &Value) -> Self {
        let (ours, by_hand, theirs) = (ours.to_string(), by_hand.to_owned(), text(theirs));
        self.figures.push(Figure { what: what.to_owned(), ours, by_hand, theirs });
        self
    }

    /// Prints both figures and checks ours.
    ///
    /// # Panics
    /// Panics if a figure is wrong, or if a case marked as different is not.
    pub fn check(&self, id: &str) {
        println!("{id}: {}", self.why.unwrap_or("the same"));
        for Figure { what, ours, by_hand, theirs } in &self.figures {
            println!("    {what}: ours {ours}, theirs {theirs}");
            assert!(alike(ours, by_hand), "{id}, {what}: {ours} and not {by_hand}");
        }
        assert!(!self.figures.is_empty(), "{id} computes nothing");
        let other = self.figures.iter().any(|it| !alike(&it.by_hand, &it.theirs));
        assert_eq!(other, self.why.is_some(), "{id}: {self:?}");
    }
}

/// Returns the text of a figure, which may be a string or a number.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Compares figures without trailing zeros: `5`, `5.0` and `5.00` are equal.
fn alike(ours: &str, theirs: &str) -> bool {
    let short = |text: &str| match text.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|byte| byte.is_ascii_digit()) => {
            let rest = rest.trim_end_matches('0');
            if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
        }
        _ => text.to_owned(),
    };
    short(ours) == short(theirs)
}
