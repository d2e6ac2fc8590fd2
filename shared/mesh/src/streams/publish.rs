//! The way out: committed messages are published in order, and looked up again once the stream can
//! no longer lose them (rules M2, M7). The database is the truth; the stream is checked against it.

use sea_orm::DatabaseConnection;
use tokio::sync::mpsc;

use super::{
    connection::Connection,
    publisher::{OVERDUE, Publisher},
    sweep::{SWEEP, every},
};
use crate::store::outbox::Outgoing;

/// Batches on their way to the relay; beyond that the sweep finds them in the database.
const QUEUE: usize = 64;
/// Hands committed messages to the task that publishes them.
#[derive(Debug)]
pub(crate) struct Relay {
    queue: mpsc::Sender<Vec<Outgoing>>,
}

impl Relay {
    pub fn new() -> (Self, mpsc::Receiver<Vec<Outgoing>>) {
        let (queue, receiver) = mpsc::channel(QUEUE);
        (Self { queue }, receiver)
    }

    /// Waits when the relay is behind, as a slow stream slows the consumer down, but not for ever:
    /// what it cannot take is in the database, where the sweep finds it.
    pub async fn publish(&self, outgoing: Vec<Outgoing>) {
        if !outgoing.is_empty() {
            let _ = self.queue.send_timeout(outgoing, OVERDUE).await;
        }
    }
}

/// Publishes until the consumer has ended: first what an earlier process left, then what comes.
pub(crate) async fn publish(
    service: &'static str,
    link: Connection,
    db: DatabaseConnection,
    mut queue: mpsc::Receiver<Vec<Outgoing>>,
) {
    let mut publisher = Publisher::new(service, link, db);
    let mut sweep = every(SWEEP);
    loop {
        // Neither may starve the other: whoever is ready takes turns.
        tokio::select! {
            taken = queue.recv() => match taken {
                Some(burst) => publisher.send(burst).await,
                None => return,
            },
            _ = sweep.tick() => if publisher.sweep().await {
                sweep.reset_immediately();
            },
        }
    }
}
