//! An external NATS: its servers include the accounts from a file of the mesh's folder, and reload
//! it when it has changed.

use std::{
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Cluster, Nats};

use crate::mesh::{Mesh, ordermesh, programs};

/// Creates a folder whose accounts this many servers include; nobody reloads them.
pub fn elsewhere(nodes: usize) -> (TempDir, Cluster) {
    let home = tempfile::tempdir().unwrap();
    let accounts = topology("accounts", home.path(), &[]);
    assert!(accounts.status.success(), "{}", said(&accounts));
    let cluster = Cluster::start(nodes, &home.path().join("accounts.conf")).unwrap();
    (home, cluster)
}

/// Creates the streams and durables on the server.
pub fn applied(home: &Path, cluster: &Cluster, more: &[&str]) {
    let url = ["--nats-url", &cluster.url()];
    let applied = topology("apply", home, &[&url[..], more].concat());
    assert!(applied.status.success(), "{}", said(&applied));
}

/// Runs a command of `ordermesh topology`.
pub fn topology(what: &str, home: &Path, more: &[&str]) -> Output {
    command(&["topology", what], home, more)
}

/// Returns everything that a command printed.
pub fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text + &String::from_utf8_lossy(&output.stderr)
}

fn command(what: &[&str], home: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(ordermesh());
    command.args(what).arg("--data-dir").arg(home).args(more);
    command.output().unwrap()
}

#[test]
fn a_whole_mesh_runs_on_a_server_that_somebody_else_runs() {
    programs();
    let (home, mut server) = elsewhere(1);
    server.reload_when_changed();
    applied(home.path(), &server, &[]);
    let mut mesh = Mesh::start_in(home, &["--separate", "--nats-url", &server.url()]);
    assert_eq!(mesh.nats, server.url());
    mesh.add_partner("acme", &["--role", "buyer", "--customer", "C-1"]);
    let demo = mesh.run(&["demo", "--attach", "--orders", "60"]);
    assert!(demo.status.success(), "{}\n{}", said(&demo), mesh.log());
    let report: Value = serde_json::from_slice(&demo.stdout).unwrap();
    assert_eq!(report["reconciliation"]["balanced"], true, "{report:#}");

    // After a restart the mesh finds the server although no argument names it.
    assert!(mesh.terminate(), "{}", mesh.log());
    mesh.start_again(&["--separate"]);
    assert_eq!(mesh.nats, server.url());
    let partners = mesh.json(&["partner", "list"]);
    let names = partners.as_array().unwrap().iter().map(|it| it["partner"].clone());
    assert!(names.collect::<Vec<_>>().contains(&json!("acme")), "{partners:#}");
    assert_eq!(mesh.json(&["dlq", "list"]), json!([]));
    assert!(mesh.json(&["status"]).is_object());
    mesh.balanced(Duration::from_secs(20));
    let checks = mesh.json(&["doctor"]);
    let well = |check: &Value| check["ok"] == true;
    assert!(checks.as_array().unwrap().iter().all(well), "{checks:#}");
    let names: Vec<&Value> = checks.as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["folder", "nats", "streams", "services", "dead letters", "books"]);
}

/// A partner whose account the server does not load keeps its key, and is added again.
#[test]
fn without_a_reloader_adding_a_partner_says_what_to_do_and_is_repeated() {
    let (home, mut server) = elsewhere(1);
    let mesh = Mesh::start_in(home, &["--nats-url", &server.url()]);
    let add = ["partner", "add", "acme", "--role", "buyer"];
    let output = mesh.run(&add);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let file = mesh.folder().join("accounts.conf").display().to_string();
    for part in ["does not know `acme` yet", &file, "run this again", "keeps its key"] {
        assert!(text.contains(part), "no `{part}` in: {text}");
    }
    let seed = std::fs::read(mesh.folder().join("creds/acme.nk")).unwrap();
    // After the first reload the account is known but has no exports: the file is written once more
    // for them.
    server.reload();
    server.reload_when_changed();
    let output = mesh.run(&add);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("yet to serve it"), "{}", said(&output));
    assert_eq!(std::fs::read(mesh.folder().join("creds/acme.nk")).unwrap(), seed);
    // A known and served partner is added again without a wait.
    let before = std::fs::read(mesh.folder().join("accounts.conf")).unwrap();
    let output = mesh.run(&add);
    assert!(output.status.success() && !said(&output).contains("waiting"), "{}", said(&output));
    assert_eq!(std::fs::read(mesh.folder().join("accounts.conf")).unwrap(), before);
}

#[test]
fn what_is_wrong_with_a_server_is_said_with_the_next_step() {
    let nobody = "nats://127.0.0.1:1";
    let (home, stranger) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let accounts = topology("accounts", home.path(), &[]);
    assert!(accounts.status.success(), "{}", said(&accounts));
    let strangers = stranger.path().join("accounts.conf");
    std::fs::write(&strangers, "accounts: { OTHERS { users: [{ user: a, password: b }] } }")
        .unwrap();
    let (without, plain) = (Cluster::start(1, &strangers).unwrap(), Nats::start().unwrap());
    let file = home.path().join("accounts.conf");
    std::fs::remove_file(&file).unwrap();
    let cases = [
        (nobody, "no NATS answers at nats://127.0.0.1:1: is it running?"),
        (&without.url(), "include the accounts.conf of the mesh's folder in its configuration"),
        (&plain.url(), "set `max_payload: 8MB` in its configuration"),
    ];
    for (url, why) in cases {
        for what in [&["topology", "apply"][..], &["up"]] {
            let output = command(what, home.path(), &["--nats-url", url]);
            assert_eq!(output.status.code(), Some(1), "{what:?} {url}");
            assert!(said(&output).contains(why), "{what:?}: {}", said(&output));
            assert!(std::fs::read_to_string(&file).unwrap().contains("P_ERP"));
        }
    }
    // None of these servers was taken for the mesh's.
    let status = command(&["status"], home.path(), &[]);
    assert!(said(&status).contains("no mesh runs in"), "{}", said(&status));
    let refused = topology("apply", home.path(), &["--nats-url", nobody, "--replicas", "2"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
}
