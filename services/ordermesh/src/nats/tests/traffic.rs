//! Traffic that must pass.

use std::time::Duration;

use anyhow::{Context as _, Result};
use async_nats::jetstream::consumer::PullConsumer;
use futures::StreamExt as _;

use super::mesh_of::Mesh;

#[tokio::test]
async fn a_document_goes_in_and_its_answer_comes_out() -> Result<()> {
    let mesh = Mesh::of(&["acme"]).await?;
    let (acme, intake) = (mesh.partner("acme").await?, mesh.service("order-intake").await?);
    let mut live = acme.client.subscribe("egress.acme.>").await?;
    acme.client.flush().await?;
    assert_eq!(acme.publish("ingress.acme.order.v1").await?, 1);
    let read = intake.pull("INGRESS_ACME", "order-intake").await?;
    assert_eq!(read, "ingress.acme.order.v1");
    intake.publish("egress.acme.order-ack.v1").await?;
    assert_eq!(acme.pull("EGRESS_ACME", "partner").await?, "egress.acme.order-ack.v1");
    let heard = tokio::time::timeout(Duration::from_secs(2), live.next()).await?;
    assert_eq!(heard.context("heard live")?.subject.as_str(), "egress.acme.order-ack.v1");
    let consumer: PullConsumer = acme.js.get_consumer_from_stream("partner", "EGRESS_ACME").await?;
    assert_eq!(consumer.cached_info().ack_floor.stream_sequence, 1, "the acknowledgement counts");
    assert_eq!(acme.complaints().await?, Vec::<String>::new());
    assert_eq!(intake.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn services_hand_events_on_and_read_back_what_they_published() -> Result<()> {
    let mesh = Mesh::of(&[]).await?;
    let (intake, allocation) =
        (mesh.service("order-intake").await?, mesh.service("allocation").await?);
    intake.publish("events.order.accepted.v1.x").await?;
    intake.publish("dlq.order-intake.events.order.accepted.v1.x").await?;
    assert_eq!(allocation.pull("EVENTS", "allocation").await?, "events.order.accepted.v1.x");
    let get = intake.client.request("$JS.API.DIRECT.GET.EVENTS", r#"{"seq":1}"#.into()).await?;
    let headers = get.headers.context("a message read directly has headers")?;
    let subject = headers.get("Nats-Subject").map(ToString::to_string);
    assert_eq!(subject.as_deref(), Some("events.order.accepted.v1.x"));
    let reset = "$JS.API.CONSUMER.RESET.EVENTS.allocation";
    let reset = allocation.client.request(reset, r#"{"seq":1}"#.into()).await?.payload;
    assert!(!String::from_utf8_lossy(&reset).contains("error"), "{reset:?}");
    assert_eq!(allocation.pull("EVENTS", "allocation").await?, "events.order.accepted.v1.x");
    Ok(())
}

#[tokio::test]
async fn a_partner_and_the_operator_ask_questions() -> Result<()> {
    let mesh = Mesh::of(&["acme"]).await?;
    let allocation = mesh.service("allocation").await?;
    let mut asked = allocation.client.subscribe("api.availability.v1.*").await?;
    let mut pinged = allocation.client.subscribe("$SRV.PING").await?;
    allocation.client.flush().await?;
    let answer = async {
        for _ in 0..2 {
            let question = asked.next().await.context("asked")?;
            let reply = question.reply.context("a reply subject")?;
            allocation.client.publish(reply, question.subject.as_str().to_owned().into()).await?;
        }
        let ping = pinged.next().await.context("pinged")?;
        allocation.client.publish(ping.reply.context("a reply subject")?, "pong".into()).await?;
        anyhow::Ok(())
    };
    let (acme, operator) = (mesh.partner("acme").await?, mesh.partner("operator").await?);
    let ask = async {
        for (caller, subject) in
            [(&acme, "api.availability.v1.acme"), (&operator, "api.availability.v1.operator")]
        {
            let said = caller.client.request(subject, "{}".into()).await?;
            assert_eq!(said.payload, subject);
        }
        assert_eq!(operator.client.request("$SRV.PING", "".into()).await?.payload, "pong");
        anyhow::Ok(())
    };
    tokio::try_join!(answer, ask)?;
    Ok(())
}

#[tokio::test]
async fn the_operator_hears_everything_and_commands() -> Result<()> {
    let mesh = Mesh::of(&["acme"]).await?;
    let operator = mesh.partner("operator").await?;
    let mut all = operator.client.subscribe(">").await?;
    operator.client.flush().await?;
    mesh.partner("acme").await?.publish("ingress.acme.order.v1").await?;
    let intake = mesh.service("order-intake").await?;
    intake.publish("egress.acme.order-ack.v1").await?;
    intake.publish("events.order.accepted.v1.x").await?;
    operator.publish("commands.order-intake.release-order.v1").await?;
    let mut awaited = vec![
        "ingress.acme.order.v1",
        "egress.acme.order-ack.v1",
        "events.order.accepted.v1.x",
        "commands.order-intake.release-order.v1",
    ];
    while !awaited.is_empty() {
        let heard = tokio::time::timeout(Duration::from_secs(5), all.next()).await;
        let heard = heard.with_context(|| format!("{awaited:?}"))?.context("still subscribed")?;
        awaited.retain(|subject| *subject != heard.subject.as_str());
    }
    let ingress = operator.js.get_stream("INGRESS_ACME").await?;
    assert_eq!(ingress.direct_get(1).await?.subject.as_str(), "ingress.acme.order.v1");
    let mut events = operator.js.get_stream("EVENTS").await?;
    assert_eq!(events.info().await?.state.messages, 1);
    assert_eq!(events.get_raw_message(1).await?.subject.as_str(), "events.order.accepted.v1.x");
    assert_eq!(events.direct_get(1).await?.subject.as_str(), "events.order.accepted.v1.x");
    assert_eq!(
        intake.pull("COMMANDS", "order-intake").await?.split('.').nth(2),
        Some("release-order")
    );
    Ok(())
}
