//! Prometheus's own linter of metrics.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

/// Returns the complaints of `promtool check metrics` about the metrics of a process, empty if
/// there are none.
///
/// # Panics
/// Panics if `promtool` is not installed, so that the check is never skipped silently.
pub fn promtool(figures: &str) -> String {
    let mut tool = Command::new("promtool");
    tool.args(["check", "metrics"]).stdin(Stdio::piped());
    tool.stdout(Stdio::piped()).stderr(Stdio::piped());
    let tool = tool.spawn();
    assert!(tool.is_ok(), "tests/run.sh installs promtool, of Debian's prometheus: {tool:?}");
    let mut tool = tool.unwrap();
    tool.stdin.take().unwrap().write_all(figures.as_bytes()).unwrap();
    let output = tool.wait_with_output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    let said = out + &err;
    assert!(output.status.success() || !said.is_empty(), "promtool ended with {}", output.status);
    said
}
