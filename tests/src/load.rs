//! The load of the demonstration beside a mesh: buyers, warehouses and a bank in a process of their
//! own.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::Duration,
};

use serde_json::Value;

use crate::mesh::{Mesh, ordermesh};

/// A running load.
pub struct Load {
    demo: Child,
    said: String,
    rest: JoinHandle<String>,
}

impl Load {
    /// Begins to play this many orders, and returns when the first are sent.
    pub fn begin(mesh: &Mesh, orders: u32, rate: u32) -> Self {
        let mut demo = Command::new(ordermesh());
        demo.args(["demo", "--attach", "--json", "--data-dir"]).arg(mesh.folder());
        demo.args(["--orders", &orders.to_string(), "--rate", &rate.to_string()]);
        let mut demo = demo.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut words = BufReader::new(demo.stderr.take().unwrap());
        let mut said = String::new();
        while !said.ends_with("orders are sent\n") {
            assert!(words.read_line(&mut said).unwrap() > 0, "{said}\n{}", mesh.log());
        }
        let rest = std::thread::spawn(move || {
            let mut rest = String::new();
            words.read_to_string(&mut rest).map(|_| rest).unwrap()
        });
        Self { demo, said, rest }
    }

    /// Waits for the end of the load, and checks that the books agree to the cent, that every order
    /// was served once, that nothing failed for good, and that the invoices' numbers have no gap
    /// (I6).
    pub fn ends_well(self, mesh: &Mesh) {
        let output = self.demo.wait_with_output().unwrap();
        let said = self.said + &self.rest.join().unwrap();
        let report = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{report}\n{}", mesh.log());
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["reconciliation"]["balanced"], true, "{report:#}");
        assert_eq!(mesh.json(&["dlq", "list"]), serde_json::json!([]));
        mesh.balanced(Duration::from_secs(20));
        // The caller may or may not be on a runtime.
        let posted = std::thread::scope(|scope| {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            scope.spawn(move || runtime.block_on(mesh.events("invoice.posted"))).join().unwrap()
        });
        assert!(posted.len() >= 50, "{} invoices", posted.len());
        let numbered = (1..=posted.len()).map(|number| (format!("INV-{number:06}"), 1));
        assert_eq!(posted, numbered.collect(), "every number once, and none left out");
    }
}
