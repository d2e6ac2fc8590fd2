//! Clients that were not written here.

use std::{path::Path, process::Command};

use crate::{mesh::Mesh, shop::Shop};

/// A Python client with the partner's seed orders and reads its durable; the same document eight
/// times at once is one order (O1).
#[tokio::test(flavor = "multi_thread")]
async fn a_python_client_orders_once_however_often_it_sends() {
    let Some(python) = std::env::var_os("ORDERMESH_TEST_PYTHON") else {
        panic!("ORDERMESH_TEST_PYTHON names no Python with nats-py; run the tests by tests/run.sh");
    };
    let mesh = Mesh::start(&[]);
    let _shop = Shop::open(&mesh).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/order.py");
    let mut client = Command::new(python);
    client.arg(script).arg(&mesh.nats).arg(mesh.folder().join("creds/acme.nk"));
    let output = client.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let orders = mesh.json(&["reconcile"]);
    let count = orders["figures"]["orders"].clone();
    assert!(said.contains("eight accepted acknowledgements of one order"), "{said} {count}");
}
