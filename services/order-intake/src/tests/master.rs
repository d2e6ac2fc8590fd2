//! Master data: upserts, announced once.

use contracts::{document::DocumentAck, event::CustomerUpdated};

use super::{customer, memory, memory::Heard, name};

#[test]
fn master_data_is_acknowledged_and_announced_once() {
    let mut bench = memory();
    let again = bench.document(&name("erp"), &customer());
    assert_eq!(again.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert!(again.events::<CustomerUpdated>().is_empty());
}
