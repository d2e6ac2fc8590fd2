//! Runs a command with a temporary PostgreSQL server that all its tests share:
//! `with-postgres cargo nextest run`. Exits with the command's status.

use std::{env::args_os, os::unix::process::ExitStatusExt as _, process::ExitCode};

use anyhow::{Context as _, Result};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use testkit::{PostgresServer, SHARED};
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let mut arguments = args_os().skip(1);
    let program = arguments.next().context("name a command: with-postgres COMMAND [ARGUMENT…]")?;
    // Installed before the server starts, so that no signal ends this process and leaves the
    // server.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let server = PostgresServer::start()?;
    let mut command = Command::new(&program);
    command.args(arguments).env(SHARED, server.url());
    let mut child =
        command.spawn().with_context(|| format!("{} does not run", program.display()))?;
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    loop {
        let passed_on = tokio::select! {
            status = child.wait() => return Ok(code(status?)),
            // Both come from the terminal, which also signals the command.
            _ = interrupt.recv() => None,
            _ = hangup.recv() => None,
            _ = terminate.recv() => Some(Signal::SIGTERM),
        };
        if let (Some(pid), Some(signal)) = (pid, passed_on) {
            // If the command has ended, `wait` reports it.
            let _ = kill(pid, signal);
        }
    }
}

/// Returns the exit code as a shell does: the command's own, or 128 plus the signal that ended it.
fn code(status: std::process::ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}
