//! Names of the metrics that every service has, and how a service sets its own.

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};

/// Messages by what became of them.
pub const MESSAGES: &str = "ordermesh_messages_total";
/// Seconds from the first statement of a batch to its commit.
pub const BATCH_SECONDS: &str = "ordermesh_batch_seconds";
/// Outgoing messages that a stream has acknowledged.
pub const PUBLISHED: &str = "ordermesh_published_messages_total";
/// Acknowledged messages that a stream no longer had; they were published again.
pub const LOST: &str = "ordermesh_lost_messages_total";
/// Outgoing messages without an acknowledgement.
pub const OUTBOX_PENDING: &str = "ordermesh_outbox_pending_messages";
/// Age of the oldest outgoing message without an acknowledgement.
pub const OUTBOX_AGE: &str = "ordermesh_outbox_oldest_age_seconds";
/// Messages that wait for another.
pub const PARKED: &str = "ordermesh_parked_messages";
/// Dead letters that were neither redriven nor discarded.
pub const DEAD_LETTERS: &str = "ordermesh_dead_letters";
/// Batches given back because the database was not available.
pub const PAUSES: &str = "ordermesh_pauses_total";
/// Changes of the connection to NATS, by event.
pub const NATS_EVENTS: &str = "ordermesh_nats_events_total";
/// Answered questions, by status code.
pub const QUESTIONS: &str = "ordermesh_questions_total";

/// Label names; their values are closed sets.
pub mod label {
    pub const SERVICE: &str = "service";
    pub const OUTCOME: &str = "outcome";
    pub const EVENT: &str = "event";
    pub const QUESTION: &str = "question";
    /// `ok`, or the code of the error.
    pub const STATUS: &str = "status";
}

/// Outcomes of a message, and values of [`label::OUTCOME`] in [`MESSAGES`].
pub(crate) const OUTCOMES: [&str; 5] = ["applied", "refused", "duplicate", "parked", "dead"];

/// Makes every counter of a service there from its start, at zero: nothing has happened yet, which
/// is another thing than not knowing.
pub(crate) fn begin(service: &'static str, questions: &[&'static str]) {
    for outcome in OUTCOMES {
        counter!(MESSAGES, label::SERVICE => service, label::OUTCOME => outcome).increment(0);
    }
    for name in [PUBLISHED, LOST, PAUSES] {
        counter!(name, label::SERVICE => service).increment(0);
    }
    for question in questions.iter().copied() {
        counter!(
            QUESTIONS, label::SERVICE => service, label::QUESTION => question,
            label::STATUS => "ok"
        )
        .increment(0);
    }
}

/// Sets one of a service's own figures, read from its database.
pub fn set(name: &'static str, figure: i64) {
    gauge!(name).set(f64::from(i32::try_from(figure).unwrap_or(i32::MAX)));
}

/// Says what each metric means and in which unit.
pub fn describe() {
    describe_counter!(MESSAGES, "Messages by what became of them");
    describe_histogram!(BATCH_SECONDS, Unit::Seconds, "Time from a batch's begin to its commit");
    describe_counter!(PUBLISHED, "Messages that a stream has acknowledged");
    describe_counter!(LOST, "Acknowledged messages that a stream had lost; published again");
    describe_gauge!(OUTBOX_PENDING, "Outgoing messages without an acknowledgement");
    describe_gauge!(OUTBOX_AGE, Unit::Seconds, "Age of the oldest unacknowledged message");
    describe_gauge!(PARKED, "Messages that wait for another");
    describe_gauge!(DEAD_LETTERS, "Dead letters not yet redriven or discarded");
    describe_counter!(PAUSES, "Batches given back because the database was not available");
    describe_counter!(NATS_EVENTS, "What happened to the connection to NATS");
    describe_counter!(QUESTIONS, "Questions answered, by status");
}
