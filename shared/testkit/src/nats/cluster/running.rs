//! The running servers, and the reloader of their configuration.

use std::{
    fs,
    path::PathBuf,
    process::Child,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// The polling interval of the reloader.
const LOOK: Duration = Duration::from_millis(50);

/// The process of each node, `None` while it is not running. Shared with the reloader.
#[derive(Debug, Clone)]
pub(super) struct Running(Arc<Mutex<Vec<Option<Child>>>>);

impl Running {
    pub fn of(nodes: usize) -> Self {
        Self(Arc::new(Mutex::new((0..nodes).map(|_| None).collect())))
    }

    /// Ignores poisoning: a thread that panicked has failed its test already.
    pub fn lock(&self) -> MutexGuard<'_, Vec<Option<Child>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes all running servers reload their configuration.
    pub fn reload(&self) {
        for child in self.lock().iter().flatten() {
            if let Ok(pid) = i32::try_from(child.id()) {
                let _ = kill(Pid::from_raw(pid), Signal::SIGHUP);
            }
        }
    }
}

/// A thread that watches a file until the reloader is dropped.
#[derive(Debug)]
pub(super) struct Reloader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Reloader {
    pub fn of(file: PathBuf, running: Running) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let mut seen = fs::read(&file).ok();
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::Relaxed) {
                std::thread::sleep(LOOK);
                let now = fs::read(&file).ok();
                if now != seen {
                    seen = now;
                    running.reload();
                }
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Reloader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
