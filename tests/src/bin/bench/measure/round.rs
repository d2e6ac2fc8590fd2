//! One run: a new mesh, partners that play on it, and what everybody used meanwhile.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{
    figures::{Figures, figures},
    memory::{Peaks, Watch},
    postgres,
    signals::Signals,
    tree::{Member, Party, Roots, Usage, machine_ms, waited_for_ms},
    up::Up,
    variant::Variant,
};

/// The result of a run.
#[derive(Debug, Serialize)]
pub(super) struct Round {
    pub variant: Variant,
    pub figures: Figures,
    pub cpu_ms: Cpu,
}

impl Round {
    /// Orders shipped, billed and settled per second.
    pub fn orders_per_second(&self) -> String {
        self.figures.get("orders_per_second").map(ToString::to_string).unwrap_or_default()
    }
}

/// All processor time of a run, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Cpu {
    /// By party, while the partners played.
    pub parties: BTreeMap<Party, u64>,
    /// All parties before that: PostgreSQL is created, programs start, tables are created.
    pub starting: u64,
    /// All parties after that.
    pub ending: u64,
    /// The total from start to end that the kernel reports once all of them have ended.
    pub whole: u64,
    /// The usage of other programs on this machine while the partners played.
    pub others: u64,
}

/// The part of the partners' report that is read.
#[derive(Debug, Deserialize)]
pub(super) struct Played {
    pub well: bool,
    pub orders_per_second: Number,
    pub order_to_invoice: Times,
    pub order_to_settled: Times,
}

/// The cycle times of orders.
#[derive(Debug, Deserialize)]
pub(super) struct Times {
    pub p50_ms: u64,
    pub p99_ms: u64,
}

/// The usage of members between two samples.
#[derive(Debug)]
pub(super) struct Used {
    pub cpu_ms: BTreeMap<Member, u64>,
    pub written: BTreeMap<Party, u64>,
    pub peaks: Peaks,
}

/// Plays one run.
///
/// # Errors
/// When a program is missing or fails, or the books do not balance.
pub(super) fn play(
    program: &Path,
    variant: Variant,
    orders: u32,
    seed: u64,
    signals: &mut Signals,
) -> Result<Round> {
    let begun = waited_for_ms()?;
    let postgres = variant.on_postgres().then(postgres::start).transpose()?;
    let up = Up::start(program, variant, postgres.as_ref().map(|postgres| postgres.url()))?;
    let own = std::process::id().try_into()?;
    let roots = Roots { own, up: up.pid()?, nats: up.nats_pid()? };
    let prepared = waited_for_ms()?;
    let (before, machine) = (roots.usage()?, machine_ms()?);
    let watch = Watch::start(roots);
    let played = up.play(program, orders, seed, signals);
    let peaks = watch.stop()?;
    let played: Played = serde_json::from_slice(&played?).context("the partners' report")?;
    ensure!(played.well, "the run did not go as it should");
    let (after, machine) = (roots.usage()?, machine_ms()? - machine);
    let partners = waited_for_ms()? - prepared;
    up.stop()?;
    drop(postgres);
    let whole = waited_for_ms()? - begun;
    same_processes(&before, &after)?;
    let used = Used::between(&before, &after, partners, peaks);
    let starting = prepared - begun + before.values().map(|usage| usage.cpu_ms).sum::<u64>();
    let cpu_ms = Cpu::of(&used, starting, whole, machine)?;
    Ok(Round { variant, figures: figures(&played, &used, orders), cpu_ms })
}

/// A program that was started again was measured while it started.
fn same_processes(before: &BTreeMap<Member, Usage>, after: &BTreeMap<Member, Usage>) -> Result<()> {
    for (member, usage) in before.iter().filter(|(member, _)| member.party == Party::Services) {
        let same = after.get(member).is_some_and(|later| later.pids == usage.pids);
        ensure!(same, "{} ended by itself while it was measured", member.program);
    }
    Ok(())
}

impl Used {
    fn between(
        before: &BTreeMap<Member, Usage>,
        after: &BTreeMap<Member, Usage>,
        partners: u64,
        peaks: Peaks,
    ) -> Self {
        let mut cpu_ms = BTreeMap::from([(Member::PARTNERS, partners)]);
        let mut written = BTreeMap::new();
        for (member, usage) in after {
            let earlier = before.get(member).cloned().unwrap_or_default();
            cpu_ms.insert(*member, usage.cpu_ms.saturating_sub(earlier.cpu_ms));
            *written.entry(member.party).or_default() +=
                usage.written.saturating_sub(earlier.written);
        }
        Self { cpu_ms, written, peaks }
    }
}

impl Cpu {
    /// Nobody may be counted twice, and what nobody accounts for would show as an ending that costs
    /// more than all the rest.
    fn of(used: &Used, starting: u64, whole: u64, machine: u64) -> Result<Self> {
        let mut parties = BTreeMap::new();
        for (member, cpu_ms) in &used.cpu_ms {
            *parties.entry(member.party).or_default() += cpu_ms;
        }
        let playing: u64 = parties.values().sum();
        let ending = whole.checked_sub(starting + playing).with_context(|| {
            format!("more was counted than used: {starting} ms + {playing} ms of {whole} ms")
        })?;
        ensure!(
            ending < (starting + playing).max(1_000),
            "{ending} ms of {whole} ms were used by processes that nobody accounts for"
        );
        Ok(Self { parties, starting, ending, whole, others: machine.saturating_sub(playing) })
    }
}
