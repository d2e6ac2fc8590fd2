//! `ordermesh up` and `ordermesh demo` as processes of their own.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use super::{signals::Signals, variant::Variant};

/// The part of a log that an error quotes.
const LAST_LINES: usize = 15;

/// A running mesh; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Up {
    folder: TempDir,
    child: Child,
}

impl Up {
    /// Starts one in a temporary folder, and waits until it is ready.
    pub fn start(program: &Path, variant: Variant, database_url: Option<&str>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = command(program, "up", &folder);
        command.args(variant.arguments());
        if let Some(url) = database_url {
            command.args(["--database-url", url]);
        }
        command.stdout(Stdio::piped()).stderr(File::create(folder.path().join("up.log"))?);
        let child = command.spawn().context("`ordermesh up` does not run")?;
        let mut up = Self { folder, child };
        let stdout = up.child.stdout.take().context("its output is not there")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        ensure!(line.starts_with("ready "), "`ordermesh up` did not start; {}", up.said("up.log"));
        Ok(up)
    }

    pub fn pid(&self) -> Result<i32> {
        Ok(self.child.id().try_into()?)
    }

    /// The process of its `nats-server`.
    pub fn nats_pid(&self) -> Result<i32> {
        let text = std::fs::read_to_string(self.folder.path().join("nats/nats.pid"))?;
        Ok(text.trim().parse()?)
    }

    /// Lets the partners play; what they say of it.
    pub fn play(
        &self,
        program: &Path,
        orders: u32,
        seed: u64,
        signals: &mut Signals,
    ) -> Result<Vec<u8>> {
        let mut demo = command(program, "demo", &self.folder);
        demo.args(["--attach", "--json", "--orders", &orders.to_string()]);
        demo.args(["--seed", &seed.to_string()]);
        let output = signals.output(demo).context("`ordermesh demo`")?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let report = String::from_utf8_lossy(&output.stdout);
        let demo = String::from_utf8_lossy(&output.stderr);
        let up = self.said("up.log");
        bail!("the run did not end with books that balance\n{report}\n{demo}\n{up}")
    }

    /// Ends it, and all that it started.
    pub fn stop(mut self) -> Result<()> {
        self.terminate()?;
        let status = self.child.wait()?;
        ensure!(status.success(), "`ordermesh up` ended with {status}; {}", self.said("up.log"));
        Ok(())
    }

    fn terminate(&self) -> Result<()> {
        Ok(kill(Pid::from_raw(self.pid()?), Signal::SIGTERM)?)
    }

    fn said(&self, log: &str) -> String {
        let path: PathBuf = self.folder.path().join(log);
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default();
        format!("the last of its {log}:\n{}", last.join("\n"))
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) && self.terminate().is_ok() {
            let _ = self.child.wait();
        }
    }
}

fn command(program: &Path, verb: &str, folder: &TempDir) -> Command {
    let mut command = Command::new(program);
    command.arg(verb).arg("--data-dir").arg(folder.path()).stdin(Stdio::null());
    // A mesh of its own, whatever the surroundings say.
    for variable in ["ORDERMESH_NATS_URL", "ORDERMESH_DATABASE_URL", "ORDERMESH_DATA_DIR"] {
        command.env_remove(variable);
    }
    command
}
