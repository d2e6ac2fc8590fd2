//! A partner that already exists with a different record: the differences, and the command that
//! applies them.

use std::{collections::BTreeMap, fmt::Display};

use contracts::{Partner as Record, partner::X12Address};

use super::text::parts;

/// Describes the differences and the command, for people.
pub(super) fn describe(known: &Record, given: &Record) -> String {
    let (there, wanted) = (parts(known), parts(given));
    let of = |parts: &[(&str, String)], name: &str| {
        let part = parts.iter().find(|(part, _)| *part == name);
        part.map_or_else(|| "-".to_owned(), |(_, text)| text.clone())
    };
    let mut names: Vec<&str> = there.iter().chain(&wanted).map(|(name, _)| *name).collect();
    names.dedup();
    let mut lines = vec![format!("{} is there already, with another record:", known.partner)];
    for name in names {
        let (has, says) = (of(&there, name), of(&wanted, name));
        let line = format!("  {name}: it has {has}; this says {says}");
        if has != says && !lines.contains(&line) {
            lines.push(line);
        }
    }
    let words =
        [vec!["ordermesh partner set".to_owned(), known.partner.to_string()], flags(known, given)];
    lines.push(format!("This makes it so:\n  {}", words.concat().join(" ")));
    lines.join("\n")
}

/// Returns the flags of `partner set` that turn one record into the other.
fn flags(known: &Record, given: &Record) -> Vec<String> {
    let mut flags = Flags(Vec::new());
    flags.list("role", &known.roles, &given.roles);
    flags.list("warehouse", &known.warehouses, &given.warehouses);
    flags.list("customer", &known.customers, &given.customers);
    let customer = |record: &Record| record.default_customer.as_ref().map(ToString::to_string);
    flags.option("default-customer", customer(known), customer(given));
    flags.value("display-name", &known.name, &given.name);
    flags.value("status", known.status, given.status);
    let limit = |record: &Record| record.rate_limit_per_second.map(|limit| limit.to_string());
    flags.option("rate-limit", limit(known), limit(given));
    flags.value("ack-wait", known.ack_wait_seconds, given.ack_wait_seconds);
    let formats = |record: &Record| -> BTreeMap<String, String> {
        let of =
            |formats: &[_]| formats.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        record.formats.iter().map(|(name, formats)| (name.clone(), of(formats))).collect()
    };
    flags.map("format", &formats(known), &formats(given));
    match (&known.x12, &given.x12) {
        (_, Some(given)) => flags.x12(known.x12.as_ref(), given),
        (Some(_), None) => flags.0.push("--remove-x12".to_owned()),
        (None, None) => {}
    }
    flags.0
}

/// Flags with their values, as a shell reads them.
struct Flags(Vec<String>);

impl Flags {
    fn push(&mut self, name: &str, value: impl Display) {
        self.0.extend([format!("--{name}"), quoted(&value.to_string())]);
    }

    fn value<T: Display + PartialEq>(&mut self, name: &str, known: T, given: T) {
        if known != given {
            self.push(name, given);
        }
    }

    fn option(&mut self, name: &str, known: Option<String>, given: Option<String>) {
        match given {
            Some(given) => self.value(name, known.unwrap_or_default(), given),
            None if known.is_some() => self.0.push(format!("--no-{name}")),
            None => {}
        }
    }

    fn list<T: Display + PartialEq>(&mut self, name: &str, known: &[T], given: &[T]) {
        given.iter().filter(|it| !known.contains(it)).for_each(|it| self.push(name, it));
        let gone = known.iter().filter(|it| !given.contains(it));
        gone.for_each(|it| self.push(&format!("remove-{name}"), it));
    }

    fn map<T: Display + PartialEq>(
        &mut self,
        name: &str,
        known: &BTreeMap<String, T>,
        given: &BTreeMap<String, T>,
    ) {
        for (key, value) in given.iter().filter(|(key, value)| known.get(*key) != Some(value)) {
            self.push(name, format!("{key}={value}"));
        }
        let gone = known.keys().filter(|key| !given.contains_key(*key));
        gone.for_each(|key| self.push(&format!("remove-{name}"), key));
    }

    fn x12(&mut self, known: Option<&X12Address>, given: &X12Address) {
        type Part = fn(&X12Address) -> &str;
        const PARTS: [(&str, Part); 4] = [
            ("x12-isa-qualifier", |x12| &x12.isa_qualifier),
            ("x12-isa-id", |x12| &x12.isa_id),
            ("x12-gs-id", |x12| &x12.gs_id),
            ("x12-version", |x12| &x12.version),
        ];
        for (name, of) in PARTS {
            self.value(name, known.map_or("", of), of(given));
        }
        let none = BTreeMap::new();
        let codes = known.map_or(&none, |known| &known.customer_codes);
        self.map("x12-customer", codes, &given.customer_codes);
    }
}

/// Quotes a word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:=/+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use contracts::{PartnerName, Role};

    use super::*;
    use crate::cli::partner::Set;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        set: Set,
    }

    fn record(customers: &[&str]) -> Record {
        let mut record = Record::new(PartnerName::new("acme").unwrap(), vec![Role::Buyer]);
        record.customers = customers.iter().map(|id| id.parse().unwrap()).collect();
        record.default_customer = record.customers.first().cloned();
        record
    }

    #[test]
    fn what_differs_is_told_in_words_with_the_command_that_makes_it_so() {
        let (known, given) = (record(&["C-100", "C-101"]), record(&["C-102"]));
        let expected = "acme is there already, with another record:\n  \
            customers: it has C-100, C-101; this says C-102\n  \
            default customer: it has C-100; this says C-102\n\
            This makes it so:\n  ordermesh partner set acme --customer C-102 \
            --remove-customer C-100 --remove-customer C-101 --default-customer C-102";
        assert_eq!(describe(&known, &given), expected);
    }

    /// The command is run here, for every field of a record, in both directions.
    #[test]
    fn the_command_makes_one_record_the_other() {
        let mut full = record(&["C-1"]);
        full.roles.push(Role::Bank);
        full.warehouses.push("EAST".parse().unwrap());
        full.name = "Acme's shop".to_owned();
        full.status = contracts::partner::PartnerStatus::Blocked;
        full.rate_limit_per_second = Some(5);
        full.ack_wait_seconds = 60;
        let x12 = serde_json::json!({"isa_qualifier": "01", "isa_id": "BIG BOX", "gs_id": "BOX",
            "version": "005010", "customer_codes": {"7": "C-1"}});
        full.x12 = Some(serde_json::from_value(x12).unwrap());
        full.formats.insert("invoice".to_owned(), vec![contracts::partner::Format::X12]);
        let bare = record(&["C-2"]);
        for (from, to) in [(&full, &bare), (&bare, &full)] {
            let words = flags(from, to).into_iter().map(|word| {
                let inner = word.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
                inner.map_or(word.clone(), |it| it.replace("'\\''", "'"))
            });
            let line = ["set".to_owned(), "acme".to_owned()].into_iter().chain(words);
            let Line { set } = Line::try_parse_from(line).unwrap();
            let mut made = from.clone();
            set.change(&mut made).unwrap();
            assert_eq!(&made, to);
        }
    }
}
