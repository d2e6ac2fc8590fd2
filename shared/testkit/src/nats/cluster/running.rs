//! The servers that run, and what makes them read their configuration again.

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

/// Between two looks of the reloader at the file.
const LOOK: Duration = Duration::from_millis(50);

/// A place for each node, empty while it does not run; shared with the reloader.
#[derive(Debug, Clone)]
pub(super) struct Running(Arc<Mutex<Vec<Option<Child>>>>);

impl Running {
    pub fn of(nodes: usize) -> Self {
        Self(Arc::new(Mutex::new((0..nodes).map(|_| None).collect())))
    }

    /// A thread that failed has failed its test already.
    pub fn lock(&self) -> MutexGuard<'_, Vec<Option<Child>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes all that run read their configuration again.
    pub fn reload(&self) {
        for child in self.lock().iter().flatten() {
            if let Ok(pid) = i32::try_from(child.id()) {
                let _ = kill(Pid::from_raw(pid), Signal::SIGHUP);
            }
        }
    }
}

/// Watches a file until it is dropped.
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
