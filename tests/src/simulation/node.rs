//! Any service on a bench.

use contracts::question::Question;
use futures::future::BoxFuture;
use jiff::Timestamp;
use mesh::{Asker, Inbound, Manifest, Outgoing};
use ordermesh::reconcile::Answers;
use serde_json::Value;
use testkit::Bench;

/// The bus's view of a service.
pub trait Node: Send + Sync {
    fn manifest(&self) -> &Manifest;
    fn deliver(&mut self, batch: Vec<Inbound>, now: Timestamp) -> BoxFuture<'_, Vec<Outgoing>>;
    /// Lets the service process what is due.
    fn tick(&mut self, now: Timestamp) -> BoxFuture<'_, Vec<Outgoing>>;
    /// Asks a question as the operator.
    fn ask(&self, question: &'static str, request: Value) -> BoxFuture<'_, Value>;
}

impl Node for Bench {
    fn manifest(&self) -> &Manifest {
        self.engine().manifest()
    }

    fn deliver(&mut self, batch: Vec<Inbound>, now: Timestamp) -> BoxFuture<'_, Vec<Outgoing>> {
        self.at(now);
        Box::pin(async { Bench::deliver(self, batch).await.outgoing })
    }

    fn tick(&mut self, now: Timestamp) -> BoxFuture<'_, Vec<Outgoing>> {
        self.at(now);
        Box::pin(async { Bench::tick(self).await.outgoing })
    }

    fn ask(&self, question: &'static str, request: Value) -> BoxFuture<'_, Value> {
        Box::pin(
            async move { Bench::ask(self, Asker::Operator, question, &request).await.unwrap() },
        )
    }
}

/// The services as the source of answers for the books.
pub struct Nodes<'a>(pub &'a [Box<dyn Node>]);

impl Answers for Nodes<'_> {
    async fn answer<Q: Question>(&self, request: &Q) -> anyhow::Result<Q::Answer> {
        let node = self.0.iter().find(|node| node.manifest().endpoints.contains(&Q::NAME)).unwrap();
        let answer = node.ask(Q::NAME, serde_json::to_value(request)?).await;
        Ok(serde_json::from_value(answer)?)
    }
}
