//! The first page of `--help`: the commands, grouped by purpose.

use std::fmt::Write as _;

use clap::{Command, Subcommand, builder::Styles};

/// All commands, by group.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Run it", &["up", "demo", "topology", "doctor"]),
    ("Feed it", &["partner", "import"]),
    ("Look at it", &["status", "trace", "exceptions", "dlq"]),
    (
        "Decide",
        &[
            "release-order",
            "cancel-order",
            "close-warehouse",
            "open-warehouse",
            "confirm-shipment",
            "cancel-shipment",
            "apply-cash",
            "write-off",
            "refund",
        ],
    ),
    ("Close the books", &["reconcile", "close-period", "export"]),
];

/// Returns the help template of a program whose commands are `C`.
pub(super) fn template<C: Subcommand>() -> String {
    let all = C::augment_subcommands(Command::new("ordermesh"));
    let (header, literal) = (*Styles::styled().get_header(), *Styles::styled().get_literal());
    let mut text = "{about-with-newline}\n{usage-heading} {usage}\n\n".to_owned();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "{header}{title}:{header:#}");
        for name in names {
            let about = all.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{name}{literal:#}{:1$}{about}", "", 18 - name.len());
        }
        text.push('\n');
    }
    let _ = write!(text, "{header}Options:{header:#}\n{{options}}{{after-help}}");
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_stands_in_one_group() {
        let mut grouped: Vec<_> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let program = Cli::command();
        let mut all: Vec<_> = program.get_subcommands().map(Command::get_name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }
}
