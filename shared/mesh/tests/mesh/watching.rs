//! Helpers to watch a running service: waiting for a condition, and capturing the log.

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tracing_subscriber::fmt::MakeWriter;

/// The limit for a hang, not a requirement on the speed.
const HANGS: Duration = Duration::from_secs(120);

pub async fn until(what: &str, mut check: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !check().await {
        assert!(begun.elapsed() < HANGS, "still not: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A captured log.
#[derive(Clone, Default)]
pub struct Log(pub Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
