//! Master data: upserts, announced once.

use contracts::{document::DocumentAck, event::CustomerUpdated};

use super::{bench, customer, name};

#[tokio::test]
async fn master_data_is_acknowledged_and_announced_once() {
    let mut bench = bench().await;
    let again = bench.document(&name("erp"), &customer()).await;
    assert_eq!(again.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert!(again.events::<CustomerUpdated>().is_empty());
}
