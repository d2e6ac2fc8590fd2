//! Documents of one kind on their way: a limited number at a time, repeated until they are
//! answered.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use async_nats::{HeaderMap, jetstream};
use contracts::DocumentId;
use futures::{FutureExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::Instant;

use super::{
    answer::{Answer, DocumentOutcome},
    document::Document,
};

/// The largest number of unanswered documents.
const WINDOW: usize = 256;
/// The time in which a document is answered: ten seconds if it refers to something unknown, at once
/// otherwise.
const ANSWERED_WITHIN: Duration = Duration::from_secs(15);
/// The pause before a document that was not stored is sent again.
const PAUSE: Duration = Duration::from_secs(1);
/// The largest number of times that a document is sent.
const TRIES: u32 = 5;
/// The time to wait when nothing is due: another event comes first.
const LONG: Duration = Duration::from_secs(3600);

/// A document's index, and its place in the stream or why it was not stored.
type Stored = (usize, Result<String, String>);

pub(super) struct Batch<'a> {
    documents: &'a [&'a Document],
    by_id: BTreeMap<String, usize>,
    /// Documents not sent yet.
    waiting: VecDeque<usize>,
    /// Documents sent and not answered.
    underway: BTreeMap<usize, Underway>,
    /// The places of each document in the stream; more than one if it was sent again.
    places: Vec<BTreeSet<String>>,
    answers: BTreeMap<usize, Answer>,
    /// Pending acknowledgements of the stream.
    pub stored: FuturesUnordered<BoxFuture<'static, Stored>>,
}

struct Underway {
    tries: u32,
    /// The time at which it is sent again, or given up.
    due: Instant,
    reason: String,
}

impl<'a> Batch<'a> {
    pub fn new(documents: &'a [&'a Document]) -> Self {
        Self {
            documents,
            by_id: documents.iter().map(|document| document.document_id()).zip(0..).collect(),
            waiting: (0..documents.len()).collect(),
            underway: BTreeMap::new(),
            places: vec![BTreeSet::new(); documents.len()],
            answers: BTreeMap::new(),
            stored: FuturesUnordered::new(),
        }
    }

    /// Returns true if nothing more is to come, including acknowledgements of the stream.
    pub fn is_over(&self) -> bool {
        self.waiting.is_empty() && self.underway.is_empty() && self.stored.is_empty()
    }

    /// Counts the answered documents.
    pub fn done(&self) -> usize {
        self.answers.len()
    }

    /// Returns the time at which something must be sent again.
    pub fn next_due(&self) -> Instant {
        let due = self.underway.values().map(|underway| underway.due).min();
        due.unwrap_or_else(|| Instant::now() + LONG)
    }

    /// Sends what the window has room for, and again what was not answered in time.
    pub async fn fill(&mut self, js: &jetstream::Context, subject: &str) {
        let now = Instant::now();
        let due = self.underway.iter().filter(|(_, underway)| underway.due <= now);
        let due: Vec<(usize, u32)> = due.map(|(at, underway)| (*at, underway.tries)).collect();
        for (at, tries) in due {
            if tries < TRIES {
                self.publish(at, tries + 1, js, subject).await;
            } else {
                self.give_up(at);
            }
        }
        while self.underway.len() < WINDOW {
            let Some(at) = self.waiting.pop_front() else { return };
            self.publish(at, 1, js, subject).await;
        }
    }

    async fn publish(&mut self, at: usize, tries: u32, js: &jetstream::Context, subject: &str) {
        let payload = self.documents[at].payload();
        let sent = js.publish_with_headers(subject.to_owned(), HeaderMap::new(), payload).await;
        let reason = format!("sent {tries} times, and no answer within {ANSWERED_WITHIN:?}");
        self.underway.insert(at, Underway { tries, due: Instant::now() + ANSWERED_WITHIN, reason });
        match sent {
            Ok(acknowledgement) => {
                let stored = async move {
                    let stored = acknowledgement.await.map_err(|error| error.to_string());
                    (at, stored.map(|ack| format!("{}:{}", ack.stream, ack.sequence)))
                };
                self.stored.push(stored.boxed());
            }
            Err(error) => self.was_stored(at, Err(error.to_string())),
        }
    }

    /// Records whether the stream stored a document.
    pub fn was_stored(&mut self, at: usize, stored: Result<String, String>) {
        match stored {
            Ok(place) => drop(self.places[at].insert(place)),
            Err(error) => {
                if let Some(underway) = self.underway.get_mut(&at) {
                    underway.reason = format!("it was not stored: {error}");
                    underway.due = Instant::now() + PAUSE;
                }
            }
        }
    }

    /// Records a document's first answer; later ones are ignored.
    pub fn answered(&mut self, document_id: Option<&DocumentId>, answer: Answer) {
        let at = document_id.and_then(|id| self.by_id.get(id.as_str())).copied();
        if let Some(at) = at.filter(|at| self.underway.remove(at).is_some()) {
            self.answers.insert(at, answer);
        }
    }

    /// Gives up. If one document is not answered, the mesh is not there, and the waiting ones are
    /// not sent.
    fn give_up(&mut self, at: usize) {
        let reason = self.underway.remove(&at).map(|underway| underway.reason);
        self.answers.insert(at, Answer::None(reason.unwrap_or_default()));
        self.waiting.clear();
    }

    /// Returns the result of each document; `caused` are the places of documents that changed
    /// something. The event of a document that was sent again may have been missed.
    pub fn outcomes(mut self, caused: &BTreeSet<String>) -> Vec<DocumentOutcome> {
        let outcome = |(at, places): (usize, &BTreeSet<String>)| {
            let changed = !places.is_disjoint(caused);
            DocumentOutcome {
                answer: self.answers.remove(&at).unwrap_or(Answer::NotSent),
                changed: (changed || places.len() == 1).then_some(changed),
            }
        };
        self.places.iter().enumerate().map(outcome).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::file_kind::FileKind;

    fn item(sku: &str) -> Document {
        let text = format!(
            r#"{{"sku":"{sku}","description":"","status":"active","stock_uom":"EA","uoms":[],
            "whole_units":true,"tax_category":"S","unit_cost":"1","substitutes":[],"codes":[]}}"#
        );
        Document::read(FileKind::Items, text.as_bytes()).unwrap()
    }

    fn underway(batch: &mut Batch<'_>, at: usize, tries: u32) {
        batch.waiting.retain(|waiting| *waiting != at);
        let reason = "silence".to_owned();
        batch.underway.insert(at, Underway { tries, due: Instant::now(), reason });
    }

    #[test]
    fn an_answer_finds_its_document_and_counts_once() {
        let (one, two) = (item("A"), item("B"));
        let documents = [&one, &two];
        let mut batch = Batch::new(&documents);
        underway(&mut batch, 0, 1);
        underway(&mut batch, 1, 1);
        batch.was_stored(1, Ok("INGRESS_ERP:7".to_owned()));
        let id = |document: &Document| DocumentId::new(document.document_id()).unwrap();
        batch.answered(Some(&id(&two)), Answer::Accepted);
        batch.answered(Some(&id(&two)), Answer::Rejected(Vec::new()));
        batch.answered(Some(&id(&item("C"))), Answer::Accepted);
        batch.answered(None, Answer::Accepted);
        assert_eq!((batch.done(), batch.is_over()), (1, false));
        let caused = BTreeSet::from(["INGRESS_ERP:7".to_owned()]);
        let outcomes = batch.outcomes(&caused);
        assert_eq!(outcomes[1], DocumentOutcome { answer: Answer::Accepted, changed: Some(true) });
        assert_eq!(outcomes[0], DocumentOutcome { answer: Answer::NotSent, changed: None });
    }

    #[test]
    fn what_was_not_stored_is_due_again_soon() {
        let one = item("A");
        let documents = [&one];
        let mut batch = Batch::new(&documents);
        underway(&mut batch, 0, 1);
        batch.was_stored(0, Err("maximum bytes exceeded".to_owned()));
        assert!(batch.next_due() <= Instant::now() + PAUSE);
        batch.give_up(0);
        let text = "it was not stored: maximum bytes exceeded".to_owned();
        assert_eq!(batch.outcomes(&BTreeSet::new())[0].answer, Answer::None(text));
    }

    /// The first sending may have changed something, unnoticed.
    #[test]
    fn of_what_was_sent_again_silence_says_nothing() {
        let changed = |places: &[&str], caused: &[&str]| {
            let one = item("A");
            let documents = [&one];
            let mut batch = Batch::new(&documents);
            places.iter().for_each(|place| batch.was_stored(0, Ok((*place).to_owned())));
            let caused = caused.iter().map(ToString::to_string).collect();
            batch.outcomes(&caused)[0].changed
        };
        assert_eq!(changed(&["S:1"], &[]), Some(false));
        assert_eq!(changed(&["S:1", "S:2"], &[]), None);
        assert_eq!(changed(&["S:1", "S:2"], &["S:1"]), Some(true));
    }

    #[test]
    fn once_one_is_given_up_the_rest_is_not_sent() {
        let all = ["A", "B", "C"].map(item);
        let documents: Vec<&Document> = all.iter().collect();
        let mut batch = Batch::new(&documents);
        underway(&mut batch, 0, TRIES);
        batch.give_up(0);
        assert!(batch.is_over());
        let outcomes = batch.outcomes(&BTreeSet::new());
        let answers: Vec<_> = outcomes.into_iter().map(|outcome| outcome.answer).collect();
        assert_eq!(answers, [Answer::None("silence".into()), Answer::NotSent, Answer::NotSent]);
    }
}
