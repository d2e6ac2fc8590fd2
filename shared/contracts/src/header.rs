//! Header names: CloudEvents 1.0 in NATS binary mode, and the mesh's own.

/// CloudEvents: the version of the specification, always [`SPEC_VERSION`].
pub const CE_SPECVERSION: &str = "ce-specversion";
/// CloudEvents: the message's id, also its `Nats-Msg-Id`.
pub const CE_ID: &str = "ce-id";
/// CloudEvents: the publisher, `/ordermesh/<service>`.
pub const CE_SOURCE: &str = "ce-source";
/// CloudEvents: the event's type, such as `ordermesh.order.accepted.v1`.
pub const CE_TYPE: &str = "ce-type";
/// CloudEvents: the id of the aggregate that the event is about.
pub const CE_SUBJECT: &str = "ce-subject";
/// CloudEvents: the time at which it happened, RFC 3339 in UTC.
pub const CE_TIME: &str = "ce-time";
/// CloudEvents: the media type of the body, where it is not JSON.
pub const CE_DATACONTENTTYPE: &str = "ce-datacontenttype";
/// The version of CloudEvents in every `ce-specversion`.
pub const SPEC_VERSION: &str = "1.0";
/// The W3C trace context of the message.
pub const TRACEPARENT: &str = "traceparent";
/// The key by which JetStream drops copies of a message.
pub const NATS_MSG_ID: &str = "Nats-Msg-Id";
/// The order that a message belongs to.
pub const CORRELATION: &str = "ordermesh-correlation";
/// The `ce-id` that caused it, or an ingress document's stream and sequence.
pub const CAUSATION: &str = "ordermesh-causation";

/// Dead letters: the reason as a code for programs.
pub const DLQ_CODE: &str = "ordermesh-dlq-code";
/// Dead letters: the reason as a sentence for people.
pub const DLQ_REASON: &str = "ordermesh-dlq-reason";
/// Dead letters: the stream the message came from.
pub const DLQ_STREAM: &str = "ordermesh-dlq-stream";
/// Dead letters: the message's sequence in that stream.
pub const DLQ_SEQUENCE: &str = "ordermesh-dlq-sequence";
/// Dead letters: the durable consumer that read the message.
pub const DLQ_CONSUMER: &str = "ordermesh-dlq-consumer";
/// Dead letters: the number of attempts.
pub const DLQ_DELIVERIES: &str = "ordermesh-dlq-deliveries";
/// Dead letters: the time of the first failure.
pub const DLQ_FIRST_FAILED_AT: &str = "ordermesh-dlq-first-failed-at";
/// Dead letters: the time of the last failure.
pub const DLQ_LAST_FAILED_AT: &str = "ordermesh-dlq-last-failed-at";

/// NATS Services API: the reason for which a question was not answered.
pub const SERVICE_ERROR: &str = "Nats-Service-Error";
/// NATS Services API: the reason as a number, such as 404.
pub const SERVICE_ERROR_CODE: &str = "Nats-Service-Error-Code";
