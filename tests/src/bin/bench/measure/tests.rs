//! The measure itself is measured: it runs, and leaves nobody's work out.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use clap::CommandFactory as _;
use serde_json::Value;

use super::{
    Options,
    report::Report,
    round::{self, Round},
    signals::Signals,
    tree::{Member, Party, Roots},
    variant::Variant,
};

/// Processes that a test starts belong to this process: a test in parallel would find strangers.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One short run of each; that nobody is counted twice or left out, `play` itself makes sure of.
#[test]
fn every_party_is_measured_on_both_databases_and_the_books_balance() {
    let _alone = alone();
    let program = programs();
    let mut signals = Signals::new().unwrap();
    let runs = [Variant::Sqlite, Variant::Postgres];
    let rounds: Vec<Round> =
        runs.map(|variant| round::play(&program, variant, 10, 7, &mut signals).unwrap()).into();
    for round in &rounds {
        let cpu = &round.cpu_ms;
        let database = round.variant.on_postgres().then_some(Party::Database);
        let parties = [Party::Services, Party::NatsServer, Party::Partners];
        for party in parties.into_iter().chain(database) {
            assert!(cpu.parties[&party] > 0, "{party}: {round:#?}");
        }
        let playing: u64 = cpu.parties.values().sum();
        assert_eq!(cpu.starting + playing + cpu.ending, cpu.whole);
        assert!(cpu.ending < cpu.whole / 4, "used by somebody unknown: {round:#?}");
    }
    let report = Report::of(10, 7, rounds);
    let json: Value = serde_json::to_value(&report).unwrap();
    let of = |name: &str| json["medians"]["postgres"][name].as_f64().unwrap();
    assert!(
        of("orders_per_second") > 0.0 && of("cpu_ms_per_order_of_allocation") > 0.0,
        "{json:#}"
    );
    assert!(of("memory_mib_database") > 0.0 && of("memory_mib_partners") > 0.0, "{json:#}");
    assert!(of("cpu_ms_per_order_database") < of("cpu_ms_per_order"), "{json:#}");
    assert!(json["postgres_to_sqlite"]["cpu_ms_per_order"].is_number(), "{json:#}");
    assert_eq!(json["postgres_to_sqlite"]["cpu_ms_per_order_database"], Value::Null);
    let text = report.to_string();
    for said in ["cpu ms per order database", "PostgreSQL / SQLite", "Every run balanced"] {
        assert!(text.contains(said), "{text}");
    }
}

/// A backend of PostgreSQL ends with its connection; what it used is then its parent's to tell.
#[test]
fn what_a_process_used_that_ended_is_counted_with_its_parent() {
    let _alone = alone();
    let work = "(i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done); echo done; read rest";
    let mut shell = shell(work);
    let usage = roots(&shell).usage().unwrap();
    let [(member, usage)] = <[_; 1]>::try_from(Vec::from_iter(usage)).unwrap();
    end(&mut shell);
    assert_eq!(member, Member { party: Party::Services, program: "ordermesh" });
    assert!(usage.cpu_ms >= 50, "{usage:?}");
}

#[test]
fn a_process_of_no_party_is_refused() {
    let _alone = alone();
    // The child is called as its parent is until it has become another program.
    let is_it = "until grep -q sleep /proc/$!/comm; do :; done";
    let mut shell = shell(&format!("sleep 600 & {is_it}; echo done; read rest; kill $!"));
    let refused = roots(&shell).usage().unwrap_err().to_string();
    end(&mut shell);
    assert!(refused.contains("runs `sleep`, whose use nobody here accounts for"), "{refused}");
}

#[test]
fn options_are_well_formed() {
    Options::command().debug_assert();
}

/// Stands for `ordermesh up`; it has done its work when this returns.
fn shell(script: &str) -> Child {
    let mut shell = Command::new("bash");
    shell.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut shell = shell.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "done\n");
    shell
}

fn end(shell: &mut Child) {
    drop(shell.stdin.take());
    shell.wait().unwrap();
}

fn roots(up: &Child) -> Roots {
    let pid = |id: u32| i32::try_from(id).unwrap();
    Roots { own: pid(std::process::id()), up: pid(up.id()), nats: 0 }
}

/// `ordermesh`, with the services' programs beside it, built as this was.
fn programs() -> PathBuf {
    if let Some(named) = std::env::var_os("ORDERMESH_TEST_PROGRAM") {
        return named.into();
    }
    let mut build = Command::new(env!("CARGO"));
    let built = build.args(["build", "-q", "--workspace", "--bins"]).status().unwrap();
    assert!(built.success(), "the programs do not build");
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().parent().unwrap().join("ordermesh")
}
