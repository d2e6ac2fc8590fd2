//! `--json`: exactly one value on stdout in every case, and words on stderr.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use serde_json::json;

use crate::mesh::{Mesh, program, told};

/// Asserts that the program prints this code on stdout, with a message, and exits so.
fn says(command: &mut std::process::Command, exit: i32, code: &str, message: &str) {
    let told = told(command);
    assert_eq!(told.exit, Some(exit), "{told:?}");
    let error = &told.answer["error"];
    assert_eq!(error["code"], code, "{told:?}");
    let said = error["message"].as_str().unwrap();
    assert!(said.contains(message) && told.words.contains(message), "{told:?}");
    assert_eq!(told.answer.as_object().unwrap().len(), 1, "{told:?}");
}

#[test]
fn without_a_mesh_there_is_one_value_all_the_same() {
    let nowhere = tempfile::tempdir().unwrap();
    let folder = nowhere.path().to_str().unwrap();
    let commands: [&[&str]; 9] = [
        &["trace", "PO-1"],
        &["status"],
        &["reconcile"],
        &["exceptions"],
        &["dlq", "list"],
        &["partner", "list"],
        &["export", "journal"],
        &["close-warehouse", "EAST"],
        &["close-period", "--through", "2026-03-31"],
    ];
    for command in commands {
        let mut run = program(command);
        run.args(["--json", "--data-dir", folder]);
        says(&mut run, 1, "failed", "start one with `ordermesh up --data-dir");
    }
    let missing = nowhere.path().join("none");
    let missing = missing.to_str().unwrap();
    says(&mut program(&["import", missing, "--json"]), 3, "not_found", "there is no folder");
    says(&mut program(&["demo", "--dataset", missing, "--json"]), 1, "failed", missing);
}

#[test]
fn wrong_usage_is_one_value_too() {
    says(&mut program(&["trace", "--json"]), 2, "wrong_usage", "<ORDER>");
    says(&mut program(&["--json", "trace"]), 2, "wrong_usage", "--json");
    let days = ["export", "journal", "--json", "--from", "2026-02-01", "--to", "2026-01-01"];
    says(&mut program(&days), 2, "wrong_usage", "--from 2026-02-01 is after --to 2026-01-01");
    let plain = program(&["trace"]).output().unwrap();
    assert_eq!((plain.status.code(), plain.stdout.as_slice()), (Some(2), &b""[..]));
    let help = program(&["trace", "--json", "--help"]).output().unwrap();
    assert!(help.status.success() && help.stdout.starts_with(b"Show what happened"));
}

#[test]
fn what_is_not_there_is_one_value_with_its_own_exit_code() {
    let mesh = Mesh::start();
    let case = "00000000-0000-5000-8000-000000000000";
    let commands: [(&[&str], &str); 8] = [
        (&["trace", "PO-1"], "no order `PO-1`"),
        (&["release-order", "PO-1"], "no order `PO-1`"),
        (&["cancel-order", case], "ordermesh trace PO"),
        (&["cancel-shipment", case], "ordermesh trace PO"),
        (&["dlq", "show", "returns", "7"], "ordermesh dlq list"),
        (&["partner", "show", "acme"], "ordermesh partner list"),
        (&["partner", "set", "acme", "--status", "blocked"], "ordermesh partner list"),
        (&["exceptions", "assign", case, "--to", "maria"], "see `ordermesh exceptions`"),
    ];
    for (command, said) in commands {
        says(&mut mesh.command(command), 3, "not_found", said);
    }
    says(
        &mut mesh.command(&["dlq", "list", "--service", "x"]),
        1,
        "failed",
        "there are order-intake",
    );
}

/// Adding a partner again succeeds with the same record and fails with another.
#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_added_once_and_its_folder_is_its_owners_alone() {
    let mesh = Mesh::start();
    let add = |customer: &'static str| {
        ["partner", "add", "acme", "--role", "buyer", "--customer", customer]
    };
    assert_eq!(mesh.done(&add("C-100"))["changed"], true);
    assert_eq!(mesh.ack_wait("acme").await, Duration::from_secs(10));
    mesh.done(&["partner", "set", "acme", "--customer", "C-101", "--ack-wait", "60"]);
    assert_eq!(mesh.ack_wait("acme").await, Duration::from_secs(60));
    for customer in ["C-100", "C-102"] {
        says(&mut mesh.command(&add(customer)), 1, "failed", "`ordermesh partner set acme`");
    }
    let record = mesh.done(&["partner", "show", "acme"]);
    assert_eq!(
        (&record["customers"], &record["ack_wait_seconds"]),
        (&json!(["C-100", "C-101"]), &json!(60))
    );
    let same = [&add("C-100")[..], &["--customer", "C-101", "--ack-wait", "60"]].concat();
    assert_eq!(mesh.done(&same)["changed"], false);
    let (mut open, mut seen) = (Vec::new(), 0);
    look(mesh.folder(), &mut |path, mode| {
        // The test's own file keeps its mode.
        let is_ours = !path.ends_with("up.log");
        seen += 1;
        open.extend(
            (is_ours && mode & 0o077 != 0).then(|| format!("{}: {mode:o}", path.display())),
        );
    });
    assert!(seen > 20 && open.is_empty(), "{open:#?}");
}

/// Visits every file and folder below a path, with its mode.
fn look(path: &Path, see: &mut impl FnMut(&Path, u32)) {
    // A file may have been removed meanwhile.
    let Ok(found) = fs::symlink_metadata(path) else { return };
    see(path, found.permissions().mode() & 0o777);
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        look(&entry.path(), see);
    }
}

#[test]
fn a_misspelt_configuration_is_wrong_usage_and_starts_nothing() {
    let nowhere = tempfile::tempdir().unwrap();
    let (folder, file) = (nowhere.path().join("data"), nowhere.path().join("mesh.toml"));
    fs::write(&file, "[invoicng]\nx = 1\n").unwrap();
    let mut up = program(&["up", "--json", "--data-dir", folder.to_str().unwrap(), "--config"]);
    says(up.arg(&file), 2, "wrong_usage", "did you mean invoicing?");
    let told = told(&mut up);
    assert_eq!(told.words.lines().count(), 1, "{told:?}");
    assert!(!folder.exists());
}

/// The server named at the start of the mesh is not on PATH, and nothing is wrong.
#[test]
fn doctor_knows_a_server_that_was_named() {
    let mesh = Mesh::start();
    let empty = tempfile::tempdir().unwrap();
    let doctor = |server: Option<&str>| {
        let mut doctor = mesh.command(&["doctor"]);
        doctor.env_remove("ORDERMESH_NATS_SERVER").env_remove("XDG_CACHE_HOME");
        doctor.env("PATH", empty.path()).env("HOME", empty.path());
        if let Some(server) = server {
            doctor.env("ORDERMESH_NATS_SERVER", server);
        }
        let told = told(&mut doctor);
        assert_eq!(told.answer[0]["name"], "nats-server", "{told:?}");
        (told.exit, told.answer[0]["detail"].as_str().unwrap().to_owned())
    };
    let (exit, detail) = doctor(None);
    assert_eq!(exit, Some(0), "{detail}");
    assert!(detail.contains("one runs here that is not on PATH"), "{detail}");
    let (exit, detail) = doctor(Some("/bin/true"));
    assert_eq!(exit, Some(1), "{detail}");
    assert!(detail.contains("(/bin/true) does not do"), "{detail}");
}
