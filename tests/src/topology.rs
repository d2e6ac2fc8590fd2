//! The plan and the effect of `ordermesh topology` on an external NATS.

use std::os::unix::fs::PermissionsExt as _;

use crate::external::{applied, elsewhere, said, topology};

#[test]
fn a_server_elsewhere_is_planned_and_made() {
    let (home, server) = elsewhere(1);
    let mode = home.path().join("accounts.conf").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let address = server.url();
    let url = ["--nats-url", &address];
    let plan = topology("plan", home.path(), &url);
    assert!(said(&plan).contains("+ create stream EVENTS"), "{}", said(&plan));
    assert_eq!(said(&topology("plan", home.path(), &url)), said(&plan), "only shown");
    let done = topology("apply", home.path(), &url);
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("+ create durable allocation of stream EVENTS"));
    // The folder now records the server.
    let again = topology("apply", home.path(), &[]);
    assert!(said(&again).contains("everything is as it should be"), "{}", said(&again));
    let cluster = topology("apply", home.path(), &["--replicas", "3"]);
    assert!(!cluster.status.success(), "one server has no three copies");
}

/// One number of copies applies to all streams, those of later partners included. A command that
/// omits it does not lower it.
#[test]
fn as_many_copies_are_kept_as_were_asked_for_once() {
    let (home, mut cluster) = elsewhere(3);
    cluster.reload_when_changed();
    applied(home.path(), &cluster, &["--replicas", "3"]);
    let again = topology("apply", home.path(), &[]);
    assert!(said(&again).contains("everything is as it should be"), "{}", said(&again));
    let fewer = topology("apply", home.path(), &["--replicas", "1"]);
    assert!(!fewer.status.success(), "{}", said(&fewer));
    assert!(said(&fewer).contains("the mesh keeps 3 copies of its streams"), "{}", said(&fewer));
    let mut mesh = crate::mesh::Mesh::start_in(home, &[]);
    mesh.add_partner("acme", &["--role", "buyer"]);
    let checks = mesh.json(&["doctor"]).to_string();
    assert!(checks.contains("copies of each: 3"), "{checks}");
    assert!(mesh.terminate(), "{}", mesh.log());
}
