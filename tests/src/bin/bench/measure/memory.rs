//! The peak memory of a party, sampled once a second.

use std::{
    collections::BTreeMap,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Result, anyhow};
use procfs::process::Process;

use super::tree::{Member, Party, Roots};

/// Seldom enough to disturb nobody: one look takes a few milliseconds.
const EVERY: Duration = Duration::from_secs(1);

/// Most that each party held, in KiB.
pub(super) type Peaks = BTreeMap<Party, u64>;

/// Samples until it is asked to end.
#[derive(Debug)]
pub(super) struct Watch {
    end: Sender<()>,
    thread: JoinHandle<Result<Peaks>>,
}

impl Watch {
    pub fn start(roots: Roots) -> Self {
        let (end, ended) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut peaks = Peaks::new();
            loop {
                for (party, held) in held(&roots)? {
                    let peak = peaks.entry(party).or_default();
                    *peak = held.max(*peak);
                }
                match ended.recv_timeout(EVERY) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(peaks),
                }
            }
        });
        Self { end, thread }
    }

    /// Ends it; what it saw.
    pub fn stop(self) -> Result<Peaks> {
        drop(self.end);
        self.thread.join().map_err(|_| anyhow!("the watch over memory panicked"))?
    }
}

/// Memory that the processes of a program share (its code, PostgreSQL's buffers) counts once.
fn held(roots: &Roots) -> Result<Peaks> {
    let mut programs: BTreeMap<Member, (u64, u64)> = BTreeMap::new();
    for (member, stat) in roots.members()? {
        let Ok(status) = Process::new(stat.pid).and_then(|process| process.status()) else {
            continue;
        };
        let kib = Option::unwrap_or_default;
        let (own, shared) = programs.entry(member).or_default();
        *own += kib(status.rssanon);
        *shared = (kib(status.rssfile) + kib(status.rssshmem)).max(*shared);
    }
    let mut parties = Peaks::new();
    for (member, (own, shared)) in programs {
        *parties.entry(member.party).or_default() += own + shared;
    }
    Ok(parties)
}
