//! How a command ends: its exit code, its words on stderr, and with `--json` always one value on
//! stdout, also where there is no answer.

use std::{
    ffi::{OsStr, OsString},
    io::{ErrorKind, Write as _},
    process::ExitCode,
};

use anyhow::{Error, Result};
use serde::Serialize;

/// How a command ended, besides errors.
#[derive(Debug)]
pub(crate) enum Ended {
    /// As hoped.
    Well,
    /// It works, and the answer, which is printed, is no: books that do not balance, a failed check.
    Badly,
    /// There is no such thing: what, and where to look.
    NotFound(String),
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Code {
    /// It could not be done.
    Failed,
    /// The arguments are wrong.
    WrongUsage,
    /// There is no such thing.
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

/// What is said in the place of an answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Failure {
    code: Code,
    /// The cause, and the next step.
    message: String,
}

/// Says how a command ended. Exit codes: 0 well, 1 badly or an error, 2 wrong usage, 3 not found.
pub(crate) fn end(ended: Result<Ended>, json: bool) -> ExitCode {
    let failure = match ended {
        Ok(Ended::Well) => return ExitCode::SUCCESS,
        Ok(Ended::Badly) => return ExitCode::FAILURE,
        Ok(Ended::NotFound(message)) => Failure { code: Code::NotFound, message },
        Err(error) => failure(&error),
    };
    if json {
        print_failure(&failure);
    }
    match failure.code {
        Code::NotFound => eprintln!("{}", failure.message),
        Code::Failed | Code::WrongUsage => eprintln!("error: {}", failure.message),
    }
    ExitCode::from(failure.code.exit())
}

/// Help, a version, or what is wrong about the arguments.
pub(crate) fn not_run(error: &clap::Error, json: bool) -> ExitCode {
    if error.use_stderr() && json {
        print_failure(&usage(error));
    }
    // Nobody is there to be told that it can not be told.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Code::WrongUsage.exit()))
}

/// The whole chain, once.
fn failure(error: &Error) -> Failure {
    match error.downcast_ref::<clap::Error>() {
        Some(wrong) => usage(wrong),
        None => Failure { code: Code::Failed, message: format!("{error:#}") },
    }
}

fn usage(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let message = text.trim().trim_start_matches("error: ").to_owned();
    Failure { code: Code::WrongUsage, message }
}

fn print_failure(failure: &Failure) {
    let value = serde_json::json!({ "error": failure });
    if let Err(error) = print_line(&value.to_string()) {
        eprintln!("error: stdout can not be written to: {error}");
    }
}

/// Writes a line to stdout.
///
/// # Errors
/// When it can not be written to; not when whoever read us has seen enough.
pub(crate) fn print_line(line: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout().lock(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Whether the answer is to be JSON, which also holds where the arguments are wrong.
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

    #[test]
    fn an_error_is_told_with_its_whole_chain_and_wrong_usage_as_such() {
        let error = Err::<(), _>(anyhow!("no route")).context("nobody answers").unwrap_err();
        let (code, message) = (Code::Failed, "nobody answers: no route".to_owned());
        assert_eq!(failure(&error), Failure { code, message });
        let wrong = clap::Error::raw(Wrong::ValueValidation, "--from is after --to\n");
        let (code, message) = (Code::WrongUsage, "--from is after --to".to_owned());
        assert_eq!(failure(&wrong.into()), Failure { code, message });
    }

    #[test]
    fn json_is_wanted_by_the_flag_and_not_by_what_follows_two_dashes() {
        let of = |words: &[&str]| -> Vec<OsString> { words.iter().map(Into::into).collect() };
        assert!(wants_json(&of(&["ordermesh", "trace", "--json", "PO-1"])));
        assert!(!wants_json(&of(&["ordermesh", "trace", "--", "--json"])));
        assert!(!wants_json(&of(&["ordermesh", "trace", "PO-1"])));
    }

    #[test]
    fn every_code_has_its_exit_code() {
        assert_eq!([Code::Failed, Code::WrongUsage, Code::NotFound].map(Code::exit), [1, 2, 3]);
    }
}
