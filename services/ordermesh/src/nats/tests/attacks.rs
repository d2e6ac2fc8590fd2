//! Attacks that must fail, in every variant.

use std::time::Duration;

use anyhow::Result;
use async_nats::HeaderMap;

use super::mesh_of::{Caller, Mesh};

/// Subjects that a partner may not publish to; each attempt raises a complaint.
const FORBIDDEN: [&str; 18] = [
    "ingress.beta.order.v1",
    "events.order.accepted.v1.x",
    "egress.acme.order-ack.v1",
    "egress.beta.order-ack.v1",
    "commands.order-intake.release-order.v1",
    "dlq.order-intake.x",
    "api.availability.v1.beta",
    "_INBOX_beta.x",
    "_R_.x",
    "$SYS.REQ.SERVER.PING",
    "$SRV.PING",
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.EVENTS",
    "$JS.API.STREAM.PURGE.EVENTS",
    "$JS.API.DIRECT.GET.EGRESS_ACME",
    "$JS.API.CONSUMER.MSG.NEXT.EGRESS_BETA.partner",
    "$JS.API.CONSUMER.DELETE.EGRESS_ACME.partner",
    "$JS.ACK.EGRESS_BETA.partner.EGRESS_ACME.partner.1.1.1",
];
const UNHEARD: [&str; 9] = [
    ">",
    "egress.>",
    "egress.beta.>",
    "egress.*.order-ack.v1",
    "events.>",
    "_INBOX_beta.>",
    "_INBOX.>",
    "$JS.>",
    "$SYS.>",
];
/// Subjects that would be written if a reply subject led out of the sender's account.
const INJECTED: [&str; 6] = [
    "events.order.accepted.v1.x",
    "ingress.beta.order.v1",
    "egress.beta.order-ack.v1",
    "commands.order-intake.release-order.v1",
    "$JS.API.STREAM.PURGE.EVENTS",
    "$JS.API.STREAM.DELETE.EVENTS",
];

async fn assert_refused(caller: &Caller, subject: &'static str) -> Result<()> {
    caller.client.publish(subject, "{}".into()).await?;
    assert_eq!(caller.complaints().await?.len(), 1, "publishing {subject} is refused");
    Ok(())
}

#[tokio::test]
async fn a_partner_speaks_and_hears_on_its_own_subjects_only() -> Result<()> {
    let mesh = Mesh::of(&["acme", "beta"]).await?;
    mesh.service("order-intake").await?.publish("events.order.accepted.v1.x").await?;
    let before = mesh.messages().await?;
    let acme = mesh.partner("acme").await?;
    for subject in FORBIDDEN {
        assert_refused(&acme, subject).await?;
    }
    for subject in UNHEARD {
        let _subscription = acme.client.subscribe(subject).await?;
        assert_eq!(acme.complaints().await?.len(), 1, "subscribing {subject} is refused");
    }
    assert_eq!(mesh.messages().await?, before);
    Ok(())
}

#[tokio::test]
async fn naming_a_reply_writes_nowhere() -> Result<()> {
    let mesh = Mesh::of(&["acme", "beta"]).await?;
    mesh.service("order-intake").await?.publish("events.order.accepted.v1.x").await?;
    let (acme, operator) = (mesh.partner("acme").await?, mesh.partner("operator").await?);
    let before = mesh.messages().await?;
    let said = [
        (&acme, "api.availability.v1.acme"),
        (&acme, "$JS.API.CONSUMER.INFO.EGRESS_ACME.partner"),
        (&acme, "$JS.API.CONSUMER.MSG.NEXT.EGRESS_ACME.partner"),
        (&operator, "$JS.API.STREAM.INFO.EVENTS"),
        (&operator, "$JS.API.DIRECT.GET.EVENTS"),
    ];
    for (caller, subject) in said {
        for reply in INJECTED {
            let body = r#"{"seq":1,"batch":1,"no_wait":true}"#;
            caller.client.publish_with_reply(subject, reply, body.into()).await?;
        }
        caller.client.flush().await?;
    }
    for reply in INJECTED {
        acme.client.publish_with_reply("ingress.acme.order.v1", reply, "{}".into()).await?;
        operator.client.publish_with_reply("commands.x.y.v1", reply, "{}".into()).await?;
    }
    acme.complaints().await?;
    operator.complaints().await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let sent = |name: &str| u64::from(["INGRESS_ACME", "COMMANDS"].contains(&name)) * 6;
    let expected: Vec<_> = before.into_iter().map(|(s, n)| (s.clone(), n + sent(&s))).collect();
    assert_eq!(mesh.messages().await?, expected, "what was sent is stored, and nothing else");
    Ok(())
}

#[tokio::test]
async fn operators_and_services_stay_within_their_rights() -> Result<()> {
    let mesh = Mesh::of(&["acme"]).await?;
    let operator = mesh.partner("operator").await?;
    for subject in [
        "events.order.accepted.v1.x",
        "ingress.acme.order.v1",
        "egress.acme.order-ack.v1",
        "api.availability.v1.acme",
        "$JS.API.STREAM.PURGE.EVENTS",
        "$JS.API.STREAM.CREATE.MINE",
        "$JS.API.CONSUMER.CREATE.EVENTS",
        "$JS.API.CONSUMER.RESET.EVENTS.allocation",
        "$JS.API.CONSUMER.MSG.NEXT.EVENTS.allocation",
    ] {
        assert_refused(&operator, subject).await?;
    }
    let allocation = mesh.service("allocation").await?;
    for subject in [
        "events.order.accepted.v1.x",
        "ingress.acme.order.v1",
        "commands.order-intake.release-order.v1",
        "dlq.order-intake.x",
        "$JS.API.CONSUMER.MSG.NEXT.EVENTS.order-intake",
        "$JS.API.STREAM.DELETE.EVENTS",
    ] {
        assert_refused(&allocation, subject).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_document_that_is_too_large_is_refused_and_nothing_else_is() -> Result<()> {
    let mesh = Mesh::of(&["acme", "beta"]).await?;
    let (acme, beta) = (mesh.partner("acme").await?, mesh.partner("beta").await?);
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", "PO-1");
    let largest = vec![b' '; 1 << 20];
    let subject = "ingress.acme.order.v1";
    acme.js.publish_with_headers(subject, headers, largest.into()).await?.await?;
    let refused = acme.js.publish(subject, vec![b' '; 2 << 20].into()).await?.await;
    let why = refused.err().map(|error| format!("{error:?}")).unwrap_or_default();
    assert!(why.contains("message size exceeds maximum allowed"), "{why}");
    assert_eq!(acme.publish(subject).await?, 2, "the sender is still connected");
    beta.publish("ingress.beta.order.v1").await?;
    Ok(())
}
