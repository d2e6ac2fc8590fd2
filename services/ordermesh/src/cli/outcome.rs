//! The end of a command: its exit code, its words on stderr, and with `--json` exactly one value on
//! stdout, even when there is no answer.

use std::{
    ffi::{OsStr, OsString},
    io::{ErrorKind, Write as _},
    process::ExitCode,
};

use anyhow::{Error, Result};
use mesh::config::Invalid;
use serde::Serialize;

/// The outcome of a command that did not fail with an error.
#[derive(Debug)]
pub(crate) enum Outcome {
    Success,
    /// The command works, and its printed answer is no: books that do not balance, a failed check.
    Failure,
    /// The named thing does not exist. The text says so, and where to look.
    NotFound(String),
}

/// The reason why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Code {
    Failed,
    WrongUsage,
    NotFound,
}

impl Code {
    fn exit(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::WrongUsage => 2,
            Self::NotFound => 3,
        }
    }
}

/// The value printed in place of an answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct ErrorAnswer {
    code: Code,
    /// The cause and the next step.
    message: String,
}

/// Reports the outcome. Exit codes: 0 success, 1 failure or error, 2 wrong usage, 3 not found.
pub(crate) fn end(outcome: Result<Outcome>, json: bool) -> ExitCode {
    let (exit, failure) = answered(outcome);
    if let Some(failure) = failure {
        if json {
            print_failure(&failure);
        }
        match failure.code {
            Code::NotFound => eprintln!("{}", failure.message),
            Code::Failed | Code::WrongUsage => eprintln!("error: {}", failure.message),
        }
    }
    ExitCode::from(exit)
}

/// Returns the exit code, and the value to print where there is no answer.
fn answered(outcome: Result<Outcome>) -> (u8, Option<ErrorAnswer>) {
    let failure = match outcome {
        Ok(Outcome::Success) => return (0, None),
        Ok(Outcome::Failure) => return (1, None),
        Ok(Outcome::NotFound(message)) => ErrorAnswer { code: Code::NotFound, message },
        Err(error) => failure(&error),
    };
    (failure.code.exit(), Some(failure))
}

/// Prints the help, the version, or what is wrong with the arguments.
pub(crate) fn not_run(error: &clap::Error, json: bool) -> ExitCode {
    if error.use_stderr() && json {
        print_failure(&usage(error));
    }
    // There is nobody to report a failed print to.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Code::WrongUsage.exit()))
}

/// Returns the whole chain of causes, each one once: many errors already include their cause.
pub(crate) fn chain(error: &Error) -> String {
    let mut chain = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if chain.is_empty() {
            chain = cause;
        } else if !chain.contains(&cause) {
            chain = format!("{chain}: {cause}");
        }
    }
    chain
}

fn failure(error: &Error) -> ErrorAnswer {
    if let Some(Invalid(wrong)) = error.downcast_ref() {
        let message = match wrong.as_slice() {
            [one] => format!("the configuration is wrong: {one}"),
            several => format!("the configuration is wrong:\n  {}", several.join("\n  ")),
        };
        return ErrorAnswer { code: Code::WrongUsage, message };
    }
    match error.downcast_ref::<clap::Error>() {
        Some(wrong) => usage(wrong),
        None => ErrorAnswer { code: Code::Failed, message: chain(error) },
    }
}

fn usage(error: &clap::Error) -> ErrorAnswer {
    let text = error.to_string();
    let message = text.trim().trim_start_matches("error: ").to_owned();
    ErrorAnswer { code: Code::WrongUsage, message }
}

fn print_failure(failure: &ErrorAnswer) {
    let value = serde_json::json!({ "error": failure });
    if let Err(error) = print_line(&value.to_string()) {
        eprintln!("error: stdout cannot be written to: {error}");
    }
}

/// Writes a line to stdout.
///
/// # Errors
/// Returns an error when stdout cannot be written to, unless the reader has closed it.
pub(crate) fn print_line(line: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout().lock(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Returns true if the answer must be JSON, even if the arguments are wrong.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    let is = |argument: &OsString, text: &str| argument == OsStr::new(text);
    let flags = arguments.iter().skip(1).take_while(|argument| !is(argument, "--"));
    flags.into_iter().any(|argument| is(argument, "--json"))
}

#[cfg(test)]
mod tests {
    use anyhow::{Context as _, anyhow};
    use clap::error::ErrorKind as Wrong;

    use super::*;
    use crate::reconcile::{Compare, Reconciliation, Unit};

    #[test]
    fn an_error_is_told_with_its_whole_chain_and_wrong_usage_as_such() {
        let error = Err::<(), _>(anyhow!("no route")).context("nobody answers").unwrap_err();
        let (code, message) = (Code::Failed, "nobody answers: no route".to_owned());
        assert_eq!(failure(&error), ErrorAnswer { code, message });
        let wrong = clap::Error::raw(Wrong::ValueValidation, "--from is after --to\n");
        let (code, message) = (Code::WrongUsage, "--from is after --to".to_owned());
        assert_eq!(failure(&wrong.into()), ErrorAnswer { code, message });
    }

    #[test]
    fn a_cause_that_the_error_before_it_tells_is_not_told_again() {
        let cause = anyhow!("connection refused").context("no route: connection refused");
        assert_eq!(chain(&cause.context("no NATS")), "no NATS: no route: connection refused");
    }

    #[test]
    fn what_is_wrong_with_a_configuration_is_a_line_each_and_wrong_usage() {
        let told = |wrong: &[&str]| {
            failure(&Invalid(wrong.iter().map(|it| (*it).to_owned()).collect()).into())
        };
        let both = told(&["mehs is unknown", "x is unknown"]);
        assert_eq!(both.code, Code::WrongUsage);
        assert_eq!(both.message, "the configuration is wrong:\n  mehs is unknown\n  x is unknown");
        let one = told(&["mehs is unknown"]);
        assert_eq!(one.message, "the configuration is wrong: mehs is unknown");
    }

    #[test]
    fn json_is_wanted_by_the_flag_and_not_by_what_follows_two_dashes() {
        let of = |words: &[&str]| -> Vec<OsString> { words.iter().map(Into::into).collect() };
        assert!(wants_json(&of(&["ordermesh", "trace", "--json", "PO-1"])));
        assert!(!wants_json(&of(&["ordermesh", "trace", "--", "--json"])));
        assert!(!wants_json(&of(&["ordermesh", "trace", "PO-1"])));
    }

    #[test]
    fn every_end_has_its_exit_code_and_an_answer_is_not_said_again() {
        let (code, message) = (Code::NotFound, "no order `PO-1`".to_owned());
        let missing = Outcome::NotFound(message.clone());
        assert_eq!(answered(Ok(missing)), (3, Some(ErrorAnswer { code, message })));
        assert_eq!(answered(Ok(Outcome::Success)), (0, None));
        assert_eq!(answered(Ok(Outcome::Failure)), (1, None));
        let exit = |error: Error| answered(Err(error)).0;
        assert_eq!(exit(anyhow!("no route")), 1);
        assert_eq!(exit(clap::Error::raw(Wrong::ValueValidation, "no").into()), 2);
    }

    /// A script at month end relies on this exit code.
    #[test]
    fn books_that_differ_end_with_one() {
        let check = |right: i128| {
            let mut compare = Compare::new("billed = posted", Unit::Count);
            compare.pair(|| "INV-1".to_owned(), 1, right);
            Reconciliation::from(vec![compare.finish()])
        };
        assert_eq!(answered(Ok((&check(1)).into())), (0, None));
        assert_eq!(answered(Ok((&check(0)).into())), (1, None));
    }
}
