//! Users of the account `MESH`: the services and the provisioner.
//!
//! A stream's name is `*` where the durable's name follows. The durable is the service's own, so
//! nothing changes for a service when a partner is added.

use mesh::Manifest;
use serde_json::{Value, json};

/// The service whose console speaks for the operator.
const CONSOLE: &str = "control-tower";

/// Returns a service's user, which publishes the events of its own aggregates only.
pub(super) fn user(manifest: &Manifest, key: &str) -> Value {
    let name = manifest.service;
    let events = manifest.owns.iter().map(|aggregate| format!("events.{aggregate}.>"));
    let own = [
        "egress.>".to_owned(),
        format!("dlq.{name}.>"),
        format!("$JS.API.CONSUMER.INFO.*.{name}"),
        format!("$JS.API.CONSUMER.MSG.NEXT.*.{name}"),
        format!("$JS.API.CONSUMER.RESET.*.{name}"),
        format!("$JS.ACK.*.{name}.>"),
        format!("$JS.ACK._.*.*.{name}.>"),
        // A service reads back what it published before its outbox drops it.
        "$JS.API.DIRECT.GET.*".to_owned(),
    ];
    let console = (name == CONSOLE).then_some([
        "commands.>",
        "api.*.v1.operator",
        "$SRV.>",
        "$JS.API.STREAM.INFO.*",
        "$JS.API.STREAM.LIST",
        "$JS.API.CONSUMER.LIST.*",
    ]);
    let console = console.into_iter().flatten().map(str::to_owned);
    let publishes: Vec<_> = events.chain(own).chain(console).collect();
    let questions = manifest.endpoints.iter().map(|question| format!("api.{question}.v1.*"));
    let own = [format!("_INBOX_{name}.>"), "$SRV.>".to_owned()];
    let console = ["egress.*.rejection.v1", "dlq.>"].map(str::to_owned);
    let console = (name == CONSOLE).then_some(console).into_iter().flatten();
    let subscribes: Vec<_> = own.into_iter().chain(questions).chain(console).collect();
    permitted(key, &publishes, &subscribes)
}

/// Returns the provisioner's user, which makes streams and durables and sends partners' records to
/// order-intake.
pub(super) fn provision(key: &str) -> Value {
    let publishes = ["$JS.API.>", "commands.order-intake.upsert-partner.v1"].map(str::to_owned);
    permitted(key, &publishes, &["_INBOX_provision.>".to_owned()])
}

/// The number of answers to one message: a service answers `$SRV.INFO` once for each of its
/// questions.
const ANSWERS: u32 = 32;
/// The time in which an answer is allowed.
const ANSWERED_WITHIN: &str = "2m";

/// Returns a user's permissions. Questions have a reply subject that only the server knows, so a
/// number of answers to each is allowed.
fn permitted(key: &str, publishes: &[String], subscribes: &[String]) -> Value {
    json!({
        "nkey": key,
        "permissions": {
            "publish": { "allow": publishes },
            "subscribe": { "allow": subscribes },
            "allow_responses": { "max": ANSWERS, "expires": ANSWERED_WITHIN },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_publishes_its_own_events_only() {
        let manifest = Manifest {
            service: "allocation",
            owns: vec!["inventory", "stock"],
            events: vec!["order"],
            endpoints: vec!["availability"],
            ..Manifest::default()
        };
        let user = user(&manifest, "U");
        let publishes = user["permissions"]["publish"]["allow"].to_string();
        assert!(
            publishes.contains("events.inventory.>") && publishes.contains("events.stock.>"),
            "{publishes}"
        );
        assert!(
            !publishes.contains("events.order") && !publishes.contains("commands"),
            "{publishes}"
        );
        let subscribes = user["permissions"]["subscribe"]["allow"].to_string();
        assert!(subscribes.contains("api.availability.v1.*"), "{subscribes}");
    }
}
