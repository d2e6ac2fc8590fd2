//! A bus that delivers messages between services as badly as a stream may: late, out of order,
//! twice.

use std::collections::{BTreeMap, VecDeque};

use contracts::subject::{self, Subject};
use jiff::{SignedDuration, Timestamp};
use mesh::{Inbound, Manifest, Outgoing, manifest::ALL};
use ordermesh::reconcile::Books;
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use serde_json::Value;
use testkit::Bench;

use super::node::{Node, Nodes};

/// The number of places by which a message may leave its order.
const REACH: usize = 6;
/// The number of quiet seconds that ends a run, longer than a document waits for what it names.
const QUIET: u32 = 12;

/// A document on its way to a partner.
pub struct OutboundDocument {
    pub document: String,
    pub body: Value,
}

/// The services, and the messages that each has yet to receive.
pub struct Bus {
    nodes: Vec<Box<dyn Node>>,
    waiting: Vec<Vec<Inbound>>,
    stored: u64,
    /// The present time of all services.
    pub now: Timestamp,
    /// The random source of all decisions.
    pub dice: SmallRng,
    /// The documents that partners have not read.
    pub unread: VecDeque<OutboundDocument>,
}

impl Bus {
    pub async fn new(seed: u64) -> Self {
        let nodes: Vec<Box<dyn Node>> = vec![
            Box::new(Bench::new(order_intake::OrderIntake).await),
            Box::new(Bench::new(allocation::Allocation::configured(None).unwrap()).await),
            Box::new(
                Bench::new(fulfillment_bridge::FulfillmentBridge::configured(None).unwrap()).await,
            ),
            Box::new(Bench::new(invoicing::Invoicing::configured(None).unwrap()).await),
            Box::new(Bench::new(payment_apply::PaymentApply::configured(None).unwrap()).await),
            Box::new(Bench::new(returns::Returns::configured(None).unwrap()).await),
        ];
        Self {
            waiting: nodes.iter().map(|_| Vec::new()).collect(),
            nodes,
            stored: 0,
            now: "2026-03-02T12:00:00Z".parse().unwrap(),
            dice: SmallRng::seed_from_u64(seed),
            unread: VecDeque::new(),
        }
    }

    /// Stores a partner's document.
    pub fn send(&mut self, partner: &str, document: &str, body: &Value) {
        let partner = contracts::PartnerName::new(partner).unwrap();
        self.store(subject::ingress(&partner, document), BTreeMap::new(), body.to_string().into());
    }

    /// Stores an operator's command.
    pub fn command(&mut self, service: &str, verb: &str, body: &Value) {
        self.store(subject::command(service, verb), BTreeMap::new(), body.to_string().into());
    }

    fn store(&mut self, subject: String, headers: BTreeMap<String, String>, payload: Vec<u8>) {
        self.stored += 1;
        let stream = subject::stream_of(&subject).unwrap_or_default();
        let parsed = Subject::parse(&subject).unwrap();
        let (message, _) = Inbound::of(subject, headers, payload, stream, self.stored, self.now);
        for (node, waiting) in self.nodes.iter().zip(&mut self.waiting) {
            if reads(node.manifest(), &parsed) {
                waiting.push(message.clone());
            }
        }
    }

    fn publish(&mut self, outgoing: Vec<Outgoing>) {
        for message in outgoing {
            match Subject::parse(&message.subject) {
                Some(Subject::Egress { document, .. }) => {
                    let body = serde_json::from_slice(&message.payload).unwrap();
                    self.unread.push_back(OutboundDocument { document, body });
                }
                Some(Subject::Event { .. }) => {
                    self.store(message.subject, message.headers.0, message.payload);
                }
                _ => panic!("a dead letter: {:?}", message.headers),
            }
        }
    }

    /// Delivers some messages to one random service, or lets it tick.
    pub async fn step(&mut self) {
        self.now += SignedDuration::from_millis(50);
        let at = self.dice.random_range(0..self.nodes.len());
        let mut batch = Vec::new();
        for _ in 0..self.dice.random_range(0..8) {
            let waiting = &mut self.waiting[at];
            if waiting.is_empty() {
                break;
            }
            let place = self.dice.random_range(0..waiting.len().min(REACH));
            let again = self.dice.random_bool(0.2);
            batch.push(if again { waiting[place].clone() } else { waiting.remove(place) });
        }
        let outgoing = if batch.is_empty() {
            self.nodes[at].tick(self.now).await
        } else {
            self.nodes[at].deliver(batch, self.now).await
        };
        self.publish(outgoing);
    }

    /// Delivers everything, in order, until nothing happens any more.
    pub async fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < QUIET {
            self.now += SignedDuration::from_secs(1);
            quiet += 1;
            for at in 0..self.nodes.len() {
                let batch = std::mem::take(&mut self.waiting[at]);
                let mut outgoing = Vec::new();
                if !batch.is_empty() {
                    quiet = 0;
                    outgoing = self.nodes[at].deliver(batch, self.now).await;
                }
                outgoing.extend(self.nodes[at].tick(self.now).await);
                if !outgoing.is_empty() {
                    quiet = 0;
                }
                self.publish(outgoing);
            }
        }
    }

    /// Returns true if no message is waiting and no document is unread.
    pub fn is_quiet(&self) -> bool {
        self.unread.is_empty() && self.waiting.iter().all(Vec::is_empty)
    }

    /// Returns the books of every service.
    pub async fn books(&self) -> Books {
        Books::read(&Nodes(&self.nodes)).await.unwrap()
    }
}

fn reads(manifest: &Manifest, subject: &Subject) -> bool {
    let has = |list: &[&str], name: &String| list.contains(&ALL) || list.contains(&name.as_str());
    match subject {
        Subject::Event { aggregate, .. } => {
            has(&manifest.events, aggregate)
                || ["partner", "document"].contains(&aggregate.as_str())
        }
        Subject::Ingress { document, .. } => {
            manifest.gatekeeper || has(&manifest.documents, document)
        }
        Subject::Command { service, .. } => service == manifest.service,
        Subject::Egress { .. } => false,
    }
}
