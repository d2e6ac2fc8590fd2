//! Users of the account `MESH`: the services, and the one who makes streams.
//!
//! A stream's name stands as `*` where the durable's name follows: it is the service's own, so
//! nothing changes for a service when a partner is added.

use mesh::Manifest;
use serde_json::{Value, json};

/// The service whose console speaks for the operator.
const CONSOLE: &str = "control-tower";

/// A service publishes its own aggregates' events and nothing of another's.
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
        // What it published is read back before its outbox forgets it.
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
    let says: Vec<_> = events.chain(own).chain(console).collect();
    let questions = manifest.endpoints.iter().map(|question| format!("api.{question}.v1.*"));
    let own = [format!("_INBOX_{name}.>"), "$SRV.>".to_owned()];
    let console = ["egress.*.rejection.v1", "dlq.>"].map(str::to_owned);
    let console = (name == CONSOLE).then_some(console).into_iter().flatten();
    let hears: Vec<_> = own.into_iter().chain(questions).chain(console).collect();
    permitted(key, &says, &hears)
}

/// Makes streams and durables, and tells order-intake of a partner.
pub(super) fn provision(key: &str) -> Value {
    let says = ["$JS.API.>", "commands.order-intake.upsert-partner.v1"].map(str::to_owned);
    permitted(key, &says, &["_INBOX_provision.>".to_owned()])
}

/// Answers to one message: a service answers `$SRV.INFO` once for each of its questions.
const ANSWERS: u32 = 32;
/// How long an answer may take.
const ANSWERED_WITHIN: &str = "2m";

/// Questions come with a reply subject that only the server knows: some answers to each are allowed.
fn permitted(key: &str, says: &[String], hears: &[String]) -> Value {
    json!({
        "nkey": key,
        "permissions": {
            "publish": { "allow": says },
            "subscribe": { "allow": hears },
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
        let says = user["permissions"]["publish"]["allow"].to_string();
        assert!(says.contains("events.inventory.>") && says.contains("events.stock.>"), "{says}");
        assert!(!says.contains("events.order") && !says.contains("commands"), "{says}");
        let hears = user["permissions"]["subscribe"]["allow"].to_string();
        assert!(hears.contains("api.availability.v1.*"), "{hears}");
    }
}
