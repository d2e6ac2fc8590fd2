//! Commands are carried out once and audited.

use contracts::{command::UpsertPartner, event::PartnerUpdated};
use serde_json::json;

use super::{bench, partner};

#[tokio::test]
async fn a_command_is_carried_out_once() {
    let mut bench = bench().await;
    let mut command = UpsertPartner {
        command_id: "c-1".parse().unwrap(),
        operator: "me".to_owned(),
        reason: "new channel".to_owned(),
        partner: partner("market", json!(["buyer"])),
    };
    let first = bench.command("order-intake", "upsert-partner", &command).await;
    assert_eq!(first.events::<PartnerUpdated>().len(), 1);
    let again = bench.command("order-intake", "upsert-partner", &command).await;
    assert_eq!(again.subjects(), ["egress.operator.command-result.v1"]);
    command.partner.roles.clear();
    let other = bench.command("order-intake", "upsert-partner", &command).await;
    assert!(String::from_utf8_lossy(&other.outgoing[0].payload).contains("conflicting_command"));
}
