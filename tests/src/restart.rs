//! Killed at any moment, the mesh goes on where its last commit was (M2, M7).

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use serde_json::Value;

use crate::mesh::{Mesh, ordermesh};

/// Three kills at random moments of a run, with the server and without it: the run ends in books
/// that balance, with every order served once.
#[test]
fn killing_the_mesh_loses_and_repeats_nothing() {
    let mut mesh = Mesh::start(&[]);
    let mut demo = Command::new(ordermesh());
    demo.args(["demo", "--attach", "--json", "--orders", "120", "--rate", "12", "--data-dir"]);
    let demo = demo.arg(mesh.folder()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut demo = demo.spawn().unwrap();
    let mut words = BufReader::new(demo.stderr.take().unwrap());
    let mut said = String::new();
    while !said.ends_with("orders are sent\n") {
        assert!(words.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        words.read_to_string(&mut rest).map(|_| rest).unwrap()
    });
    for (kill, server_too) in [true, false, true].into_iter().enumerate() {
        let pause = moment();
        println!("kill {kill} after {pause:?}, the server too: {server_too}");
        std::thread::sleep(pause);
        mesh.kill(server_too);
        mesh.start_again(&[]);
    }
    let output = demo.wait_with_output().unwrap();
    let said = said + &rest.join().unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{report}\n{}", mesh.log());
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["reconciliation"]["balanced"], true, "{report:#}");
    assert_eq!(mesh.json(&["dlq", "list"]), serde_json::json!([]));
    mesh.balanced(Duration::from_secs(20));
}

/// Between one and five seconds.
fn moment() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "any source of chance will do")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Duration::from_millis(1_000 + u64::from(now.subsec_micros() % 4_000))
}
