//! Usage by party: every process that descends from this one belongs to exactly one party.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use ordermesh::manifests;
use procfs::{
    CurrentSI as _, KernelStats,
    process::{Process, Stat, all_processes},
};
use serde::Serialize;

/// The part of a program's name that the kernel keeps.
const NAME_KEPT: usize = 15;

/// The owner of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(super) enum Party {
    /// The mesh's own programs.
    Services,
    Database,
    NatsServer,
    /// Simulated buyers, warehouses and a bank, and the one who reconciles.
    Partners,
}

/// A program of a party; its processes are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub party: Party,
    pub program: &'static str,
}

impl Member {
    pub const PARTNERS: Self = Self { party: Party::Partners, program: "demo" };
    const UP: Self = Self { party: Party::Services, program: "ordermesh" };
    const NATS: Self = Self { party: Party::NatsServer, program: "nats-server" };
    const POSTGRES: Self = Self { party: Party::Database, program: "postgres" };
}

/// The usage of a member since it began.
#[derive(Debug, Clone, Default)]
pub(super) struct Usage {
    pub cpu_ms: u64,
    /// Bytes it had written to disk.
    pub written: u64,
    pub pids: BTreeSet<i32>,
}

/// The roots by which the parties are told apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roots {
    /// This process.
    pub own: i32,
    /// `ordermesh up`.
    pub up: i32,
    /// The `nats-server` of `ordermesh up`.
    pub nats: i32,
}

impl Roots {
    /// Returns the usage of all parties until now. The usage of a process that ended is included in
    /// its parent's.
    pub fn usage(&self) -> Result<BTreeMap<Member, Usage>> {
        let mut all: BTreeMap<Member, Usage> = BTreeMap::new();
        for (member, stat) in self.members()? {
            let usage = all.entry(member).or_default();
            usage.cpu_ms += in_millis(ticks(&stat) + ticks_of_children(&stat));
            // The kernel adds to this, too, what children wrote that were waited for.
            let io = Process::new(stat.pid).and_then(|process| process.io());
            usage.written += io.map(|io| io.write_bytes).unwrap_or_default();
            usage.pids.insert(stat.pid);
        }
        Ok(all)
    }

    /// The processes below this one, each with whose it is.
    pub fn members(&self) -> Result<Vec<(Member, Stat)>> {
        let mut strangers: Vec<Stat> =
            all_processes()?.flatten().filter_map(|process| process.stat().ok()).collect();
        let mut found: BTreeMap<i32, (Option<Member>, Option<Stat>)> =
            BTreeMap::from([(self.own, (None, None))]);
        // Parents before children, whatever their numbers: those begin anew when they run out.
        loop {
            let (children, rest): (Vec<Stat>, Vec<Stat>) =
                strangers.into_iter().partition(|stat| found.contains_key(&stat.ppid));
            strangers = rest;
            if children.is_empty() {
                break;
            }
            for stat in children.into_iter().filter(|stat| stat.pid != self.own) {
                let parent = found.get(&stat.ppid).and_then(|(member, _)| *member);
                let member = self.member(parent, &stat)?;
                found.insert(stat.pid, (Some(member), Some(stat)));
            }
        }
        Ok(found.into_values().filter_map(|(member, stat)| member.zip(stat)).collect())
    }

    fn member(&self, parent: Option<Member>, stat: &Stat) -> Result<Member> {
        let name = stat.comm.as_str();
        match parent {
            // This process starts three.
            None if stat.pid == self.up => Ok(Member::UP),
            None if name == "postgres" => Ok(Member::POSTGRES),
            None if name == Member::UP.program => Ok(Member::PARTNERS),
            Some(Member::UP) if stat.pid == self.nats => Ok(Member::NATS),
            Some(Member::UP) => {
                let kept = |service: &str| service.get(..NAME_KEPT).unwrap_or(service) == name;
                let manifest = manifests().into_iter().find(|manifest| kept(manifest.service));
                let program = manifest.map(|manifest| manifest.service);
                program.map(|program| Member { program, ..Member::UP }).with_context(|| {
                    format!("`ordermesh up` runs `{name}`, whose use nobody here accounts for")
                })
            }
            None => bail!("`{name}` was started from here, and nobody accounts for its use"),
            Some(parent) => Ok(parent),
        }
    }
}

/// Processor time of children that this process has waited for, and of theirs.
pub(super) fn waited_for_ms() -> Result<u64> {
    Ok(in_millis(ticks_of_children(&Process::myself()?.stat()?)))
}

/// Processor time of everybody on this machine.
pub(super) fn machine_ms() -> Result<u64> {
    let total = KernelStats::current()?.total;
    let interrupts = total.irq.unwrap_or_default() + total.softirq.unwrap_or_default();
    Ok(in_millis(total.user + total.nice + total.system + interrupts))
}

fn ticks(stat: &Stat) -> u64 {
    stat.utime + stat.stime
}

fn ticks_of_children(stat: &Stat) -> u64 {
    u64::try_from(stat.cutime + stat.cstime).unwrap_or_default()
}

fn in_millis(ticks: u64) -> u64 {
    ticks * 1_000 / procfs::ticks_per_second()
}
