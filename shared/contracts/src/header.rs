//! Header names: CloudEvents 1.0 in NATS binary mode, and the mesh's own.

/// CloudEvents: the version of the specification, always [`SPEC_VERSION`].
pub const CE_SPECVERSION: &str = "ce-specversion";
/// CloudEvents: the message's id, also its `Nats-Msg-Id`.
pub const CE_ID: &str = "ce-id";
/// CloudEvents: `/ordermesh/<service>`.
pub const CE_SOURCE: &str = "ce-source";
/// CloudEvents: `ordermesh.order.accepted.v1`.
pub const CE_TYPE: &str = "ce-type";
/// CloudEvents: the aggregate's id.
pub const CE_SUBJECT: &str = "ce-subject";
/// CloudEvents: when it happened, RFC 3339 UTC.
pub const CE_TIME: &str = "ce-time";
/// CloudEvents: what the body is written in, where it is not JSON.
pub const CE_DATACONTENTTYPE: &str = "ce-datacontenttype";
/// The CloudEvents version spoken.
pub const SPEC_VERSION: &str = "1.0";
/// W3C trace context.
pub const TRACEPARENT: &str = "traceparent";
/// JetStream's own deduplication key.
pub const NATS_MSG_ID: &str = "Nats-Msg-Id";
/// The order that a message belongs to.
pub const CORRELATION: &str = "ordermesh-correlation";
/// The `ce-id` that caused it, or an ingress document's stream and sequence.
pub const CAUSATION: &str = "ordermesh-causation";

/// Dead letters: why, from a closed set.
pub const DLQ_CODE: &str = "ordermesh-dlq-code";
/// Dead letters: why, in words.
pub const DLQ_REASON: &str = "ordermesh-dlq-reason";
/// Dead letters: the stream the message came from.
pub const DLQ_STREAM: &str = "ordermesh-dlq-stream";
/// Dead letters: its sequence there.
pub const DLQ_SEQUENCE: &str = "ordermesh-dlq-sequence";
/// Dead letters: the durable that read it.
pub const DLQ_CONSUMER: &str = "ordermesh-dlq-consumer";
/// Dead letters: how often it was tried.
pub const DLQ_DELIVERIES: &str = "ordermesh-dlq-deliveries";
/// Dead letters: when it failed first.
pub const DLQ_FIRST_FAILED_AT: &str = "ordermesh-dlq-first-failed-at";
/// Dead letters: when it failed last.
pub const DLQ_LAST_FAILED_AT: &str = "ordermesh-dlq-last-failed-at";

/// NATS Services API: why a question was not answered.
pub const SERVICE_ERROR: &str = "Nats-Service-Error";
/// NATS Services API: the same as a number.
pub const SERVICE_ERROR_CODE: &str = "Nats-Service-Error-Code";
