//! Every service in a process of its own, as in a cluster.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::mesh::{Mesh, ordermesh, programs};

const WITHIN: Duration = Duration::from_secs(60);

#[test]
fn a_process_that_is_killed_is_started_again_and_all_of_them_end_with_their_parent() {
    programs();
    let mut mesh = Mesh::start(&["--separate"]);
    // Once the mesh is ready, every question is answered.
    mesh.add_partner("acme", &["--role", "buyer", "--customer", "C-100"]);
    mesh.exposes_clean_metrics();
    let first = mesh.pids("allocation");
    assert_eq!(first.len(), 1, "{}", mesh.log());
    kill(first[0], Signal::SIGKILL).unwrap();
    eventually(|| mesh.pids("allocation").len() == 2, &mesh);
    assert!(mesh.log().contains("starting it again"), "{}", mesh.log());
    let all: Vec<Pid> = SERVICES.iter().flat_map(|service| mesh.pids(service)).collect();
    assert_eq!(all.len(), SERVICES.len() + 1);
    assert!(mesh.terminate(), "{}", mesh.log());
    eventually(|| all.iter().all(|pid| kill(*pid, None).is_err()), &mesh);
}

const SERVICES: [&str; 7] = [
    "order-intake",
    "allocation",
    "fulfillment-bridge",
    "invoicing",
    "payment-apply",
    "returns",
    "control-tower",
];

/// A program that is killed takes its processes along.
#[test]
fn a_killed_parent_leaves_none_of_them() {
    programs();
    let mut mesh = Mesh::start(&["--separate"]);
    let all: Vec<Pid> = SERVICES.iter().flat_map(|service| mesh.pids(service)).collect();
    assert_eq!(all.len(), SERVICES.len());
    mesh.kill(true);
    eventually(|| all.iter().all(|pid| kill(*pid, None).is_err()), &mesh);
}

#[test]
fn replicas_on_sqlite_are_refused() {
    programs();
    let folder = tempfile::tempdir().unwrap();
    let mut up = Command::new(ordermesh());
    up.args(["up", "--separate", "--replicas", "2", "--data-dir"]).arg(folder.path());
    let output = up.output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--database-url"), "{said}");
}

fn eventually(is_so: impl Fn() -> bool, mesh: &Mesh) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < WITHIN, "{}", mesh.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}
