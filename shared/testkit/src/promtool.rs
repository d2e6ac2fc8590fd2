//! Prometheus's own tool, as a judge of figures.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

/// Everything that `promtool check metrics` says against the figures of a process; nothing where
/// they are clean.
///
/// # Panics
/// Where it is not installed: a check that is left out in silence is none.
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
