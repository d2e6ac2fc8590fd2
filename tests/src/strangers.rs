//! Independent clients.

use std::{path::Path, process::Command};

use crate::{mesh::Mesh, shop::Shop};

/// A Python client with the partner's seed orders and reads its durable. The same document eight
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
    assert!(said.contains("eight accepted acknowledgements of one order"), "{said}");
    // One acceptance, one reservation, one request to ship.
    for event in ["order.accepted", "inventory.reserved", "shipment.requested"] {
        let counts = mesh.events(event).await;
        assert_eq!(counts.values().collect::<Vec<_>>(), [&1], "{event}: {counts:?}");
    }
}

/// The server admits nobody without a seed, or with an unknown one, under any name.
#[tokio::test(flavor = "multi_thread")]
async fn m10_nobody_connects_without_a_seed_of_this_mesh() {
    let mesh = Mesh::start(&[]);
    let other = nkeys::KeyPair::new_user().seed().unwrap();
    for name in ["acme", "erp", "operator"] {
        let options = || async_nats::ConnectOptions::new().name(name).max_reconnects(1);
        assert!(options().connect(&mesh.nats).await.is_err(), "{name} without a seed");
        let stranger = options().nkey(other.clone()).connect(&mesh.nats).await;
        assert!(stranger.is_err(), "{name} with a strange seed");
    }
    assert!(mesh.connect("erp").await.client.flush().await.is_ok(), "who is known connects");
    assert!(mesh.nats.contains("127.0.0.1:") && mesh.http.contains("127.0.0.1:"), "{}", mesh.nats);
}
