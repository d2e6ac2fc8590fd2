//! Accounts outside `MESH`: a partner's or the operator's.

use contracts::{PartnerName, subject};
use mesh::topology;
use serde_json::{Value, json};

/// The account of the services and of all streams.
pub(super) const MESH: &str = "MESH";
const API: &str = "$JS.API.";
/// The prefix under which an outsider's account imports the JetStream API. The server itself
/// imports `$JS.API.>` into every account and would answer first, "not enabled for account".
const IMPORTED_API: &str = "mesh.api.";

/// JetStream requests of the operator: none changes a stream or moves a durable.
const READ_ONLY_API: [&str; 8] = [
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.MSG.GET.*",
    "$JS.API.CONSUMER.NAMES.*",
    "$JS.API.CONSUMER.LIST.*",
    "$JS.API.CONSUMER.INFO.*.*",
];
/// Subjects that the operator may read; partners' documents as their streams republish them.
const ALL_STREAMS: [&str; 7] =
    ["events.>", "commands.>", "heard.ingress.>", "egress.>", "dlq.>", "api.>", "$JS.EVENT.>"];

/// The largest number of a partner's connections: enough for a fleet of workers, too few to starve
/// others.
const PARTNER_CONNECTIONS: u32 = 100;
/// The largest number of subscriptions on a partner's connection.
const PARTNER_SUBSCRIPTIONS: u32 = 1000;

/// Somebody who reaches the mesh from an account of their own.
pub(super) struct Outsider {
    /// The name of the account.
    pub account: String,
    key: String,
    /// Requests with one answer.
    requests: Vec<String>,
    /// Requests with many answers.
    streaming_requests: Vec<String>,
    /// Subjects imported from the mesh.
    imports: Vec<String>,
    /// Allowed subscriptions, the inbox included.
    subscribes: Vec<String>,
    limits: Option<Value>,
}

impl Outsider {
    /// A partner, which publishes on its own subjects, and pulls and acknowledges its own durable.
    pub fn partner(name: &PartnerName, key: &str) -> Self {
        let stream = subject::egress_stream(name.as_str());
        let durable = format!("{stream}.{}", subject::PARTNER_DURABLE);
        let imports = format!("egress.{name}.>");
        Self {
            account: format!("P_{}", name.as_str().to_ascii_uppercase().replace('-', "_")),
            key: key.to_owned(),
            requests: vec![
                format!("ingress.{name}.>"),
                format!("api.*.v1.{name}"),
                format!("{API}CONSUMER.INFO.{durable}"),
                format!("$JS.ACK.{durable}.>"),
                // The later form has the domain and the account first. The domain is `_` here: a
                // wildcard in its place would also stand for another partner's stream.
                format!("$JS.ACK._.*.{durable}.>"),
            ],
            streaming_requests: vec![format!("{API}CONSUMER.MSG.NEXT.{durable}")],
            imports: vec![imports.clone()],
            subscribes: vec![imports, format!("_INBOX_{name}.>")],
            limits: Some(json!({
                "max_connections": PARTNER_CONNECTIONS,
                "max_subscriptions": PARTNER_SUBSCRIPTIONS,
            })),
        }
    }

    /// The operator, who reads everything and publishes on `commands.>`, its questions and the
    /// read-only JetStream API.
    pub fn operator(key: &str) -> Self {
        let spoken = ["commands.>", "api.*.v1.operator"];
        Self {
            account: "OPERATOR".to_owned(),
            key: key.to_owned(),
            requests: spoken.iter().chain(&READ_ONLY_API).map(ToString::to_string).collect(),
            streaming_requests: vec!["$SRV.>".to_owned(), format!("{API}DIRECT.GET.>")],
            imports: ALL_STREAMS.map(str::to_owned).into(),
            subscribes: vec![">".to_owned()],
            limits: None,
        }
    }

    /// Returns the exports of `MESH` to this account alone.
    pub fn exports(&self) -> impl Iterator<Item = Value> {
        let to = json!([self.account]);
        let one = self.requests.iter().map(|s| json!({ "service": s, "accounts": to }));
        let many = self.streaming_requests.iter();
        let many = many.map(|s| json!({ "service": s, "response_type": "stream", "accounts": to }));
        let heard = self.imports.iter().map(|s| json!({ "stream": s, "accounts": to }));
        one.chain(many).chain(heard).collect::<Vec<_>>().into_iter()
    }

    /// Returns the configuration of the account.
    pub fn account(&self) -> Value {
        let requests = || self.requests.iter().chain(&self.streaming_requests);
        let services = requests().map(|subject| match imported(subject) {
            Some(local) => {
                json!({ "service": { "account": MESH, "subject": subject }, "to": local })
            }
            None => json!({ "service": { "account": MESH, "subject": subject } }),
        });
        let streams = self.imports.iter().map(|subject| match republished(subject) {
            Some(local) => {
                json!({ "stream": { "account": MESH, "subject": subject }, "to": local })
            }
            None => json!({ "stream": { "account": MESH, "subject": subject } }),
        });
        // The mapping applies before the permission, so both names are allowed.
        let publishes: Vec<_> =
            requests().cloned().chain(requests().filter_map(|s| imported(s))).collect();
        let mut account = json!({
            "users": [{
                "nkey": self.key,
                "permissions": {
                    "publish": { "allow": publishes },
                    "subscribe": { "allow": self.subscribes },
                },
            }],
            "mappings": requests().filter_map(|s| Some((s.clone(), mapping(&imported(s)?))))
                .collect::<serde_json::Map<_, _>>(),
            "imports": services.chain(streams).collect::<Vec<_>>(),
        });
        if let Some(limits) = &self.limits {
            account["limits"] = limits.clone();
        }
        account
    }
}

/// Returns the name under which an outsider imports a subject, if it differs. The server's own
/// import of the API leaves pulling and direct reads alone.
fn imported(subject: &str) -> Option<String> {
    let name = subject.strip_prefix(API)?;
    let left_alone = name.starts_with("CONSUMER.MSG.NEXT.") || name.starts_with("DIRECT.GET.");
    (!left_alone).then(|| format!("{IMPORTED_API}{name}"))
}

/// Returns the original subject of a message that a stream republishes under another name.
fn republished(subject: &str) -> Option<&str> {
    subject.strip_prefix(topology::HEARD)?.strip_prefix('.')
}

/// Returns the target of a mapping, in which every `*` keeps its position.
fn mapping(local: &str) -> Value {
    let mut place = 0;
    let tokens = local.split('.').map(|token| {
        if token == "*" {
            place += 1;
            format!("{{{{wildcard({place})}}}}")
        } else {
            token.to_owned()
        }
    });
    tokens.collect::<Vec<_>>().join(".").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_would_answer_itself_is_imported_under_another_name() {
        assert_eq!(imported("$JS.API.CONSUMER.MSG.NEXT.S.partner"), None);
        assert_eq!(imported("ingress.acme.>"), None);
        let local = imported("$JS.API.CONSUMER.INFO.*.*").unwrap_or_default();
        assert_eq!(local, "mesh.api.CONSUMER.INFO.*.*");
        assert_eq!(mapping(&local), "mesh.api.CONSUMER.INFO.{{wildcard(1)}}.{{wildcard(2)}}");
        assert_eq!(republished("heard.ingress.>"), Some("ingress.>"));
        assert_eq!(republished("egress.>"), None);
    }

    #[test]
    fn a_partner_names_no_wildcard_stream() -> anyhow::Result<()> {
        let acme = Outsider::partner(&PartnerName::new("acme")?, "U");
        let wild =
            acme.requests.iter().chain(&acme.streaming_requests).filter(|s| s.contains("*."));
        assert_eq!(
            wild.collect::<Vec<_>>(),
            ["api.*.v1.acme", "$JS.ACK._.*.EGRESS_ACME.partner.>"]
        );
        Ok(())
    }
}
