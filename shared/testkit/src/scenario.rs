//! Decisions of a service over rows in memory, without a runtime or a database.
//!
//! The methods are those of a [`Bench`](crate::Bench), for rules that need only `decide`. Tests can
//! put rows into [`Scenario::work`] before a message and inspect them afterwards.

use std::collections::BTreeMap;

use contracts::{
    Egress, Event, Ingress, PartnerName,
    command::Command,
    event,
    partner::Partner,
    subject::{self, OPERATOR},
};
use jiff::Timestamp;
use mesh::{Context, DateLimits, Halt, Inbound, Outputs, Partners, Received, Service, UnitOfWork};

/// One service over rows in memory.
#[derive(Debug)]
pub struct Scenario<S: Service> {
    service: S,
    pub work: S::Work,
    pub now: Timestamp,
    /// True if messages have reached their deadline.
    pub last_chance: bool,
    partners: Partners,
    stored: u64,
    numbers: BTreeMap<String, u64>,
}

/// The result of a decision.
#[derive(Debug)]
pub struct Decided(Result<Outputs, Halt>);

impl<S: Service> Scenario<S> {
    /// Creates a service over empty tables, with the clock at noon of 2026-03-02.
    #[must_use]
    pub fn new(service: S) -> Self {
        Self {
            service,
            work: S::Work::in_memory(),
            now: "2026-03-02T12:00:00Z".parse().expect("a timestamp"),
            last_chance: false,
            partners: Partners::new(),
            stored: 0,
            numbers: BTreeMap::new(),
        }
    }

    /// Registers a partner.
    pub fn partner(&mut self, record: Partner) {
        self.partners.insert(record.partner.clone(), record);
    }

    /// Hands in a partner's document.
    pub fn document<D: Ingress>(&mut self, partner: &PartnerName, document: &D) -> Decided {
        let payload = serde_json::to_vec(document).expect("a wire type is always JSON");
        let inbound = self.inbound(subject::ingress(partner, D::DOCUMENT), payload);
        let received = Received { partner: partner.clone(), document: document.clone() };
        self.decide(received, Some(&inbound))
    }

    /// Hands in an event, numbered as the next of its aggregate.
    pub fn event<E: Event + Clone>(&mut self, event: &E) -> Decided {
        let number = self.numbers.entry(format!("{}/{}", E::AGGREGATE, event.id())).or_default();
        *number += 1;
        let payload = event::to_json(event, *number, self.now).expect("a numbered event");
        let inbound = self.inbound(subject::event(E::AGGREGATE, E::NAME, &event.id()), payload);
        self.decide(event.clone(), Some(&inbound))
    }

    pub fn command<C: Command + Clone>(&mut self, command: &C) -> Decided {
        let payload = serde_json::to_vec(command).expect("a wire type is always JSON");
        let inbound = self.inbound(subject::command(S::NAME, C::VERB), payload);
        self.decide(command.clone(), Some(&inbound))
    }

    /// Hands in work that is due.
    pub fn due<M: Send + Sync + 'static>(&mut self, work: M) -> Decided {
        self.decide(work, None)
    }

    fn inbound(&mut self, subject: String, payload: Vec<u8>) -> Inbound {
        self.stored += 1;
        let stream = subject::stream_of(&subject).unwrap_or_default();
        Inbound::of(subject, BTreeMap::new(), payload, stream, self.stored, self.now).0
    }

    fn decide<M: Send + Sync + 'static>(
        &mut self,
        message: M,
        inbound: Option<&Inbound>,
    ) -> Decided {
        let context = Context {
            now: self.now,
            dates: DateLimits::default(),
            inbound,
            partners: &self.partners,
            last_chance: self.last_chance,
        };
        Decided(mesh::decide(&self.service, message, &mut self.work, &context))
    }
}

impl Decided {
    /// Returns whether nothing was decided.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.0.is_err()
    }

    /// Returns the outputs.
    ///
    /// # Panics
    /// Panics if the decision halted.
    pub fn outputs(&self) -> &Outputs {
        self.0.as_ref().expect("the message is decided")
    }

    /// Returns the events of a type, in order.
    #[must_use]
    pub fn events<E: Event>(&self) -> Vec<E> {
        self.outputs().events()
    }

    /// Returns the documents of a type sent to a partner, in order.
    #[must_use]
    pub fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D> {
        self.outputs().documents(partner.as_str())
    }

    /// Returns the documents of a type sent to the operator, in order.
    #[must_use]
    pub fn to_operator<D: Egress>(&self) -> Vec<D> {
        self.outputs().documents(OPERATOR)
    }

    /// Returns the reason that the decision halted.
    ///
    /// # Panics
    /// Panics if the decision succeeded.
    #[must_use]
    pub fn halt(&self) -> &Halt {
        self.0.as_ref().expect_err("the decision halts")
    }
}
