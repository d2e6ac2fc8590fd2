//! Told to end, the benchmark ends what it started: a PostgreSQL and a `nats-server` that run in
//! groups of their own would stay behind.

use std::process::{Command, Output};

use anyhow::{Result, bail};
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
};

/// From when this is made, a signal no longer ends the process by itself.
#[derive(Debug)]
pub(super) struct Signals {
    runtime: Runtime,
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let entered = runtime.enter();
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        drop(entered);
        Ok(Self { runtime, interrupt, terminate })
    }

    /// Returns the output of a command, which is killed when a signal comes.
    pub fn output(&mut self, command: Command) -> Result<Output> {
        let Self { runtime, interrupt, terminate } = self;
        let mut command = tokio::process::Command::from(command);
        command.kill_on_drop(true);
        runtime.block_on(async {
            tokio::select! {
                output = command.output() => Ok(output?),
                _ = interrupt.recv() => bail!("interrupted"),
                _ = terminate.recv() => bail!("terminated"),
            }
        })
    }
}
