//! The reader of streams without a durable of the control tower: rejections and the answers that
//! settle them, dead letters, and what operators decide. What is read becomes rows, and handlers
//! decide those.

pub mod decisions;
pub mod observations;
pub mod reader;

use std::time::Duration;

use futures::FutureExt as _;
use mesh::{Background, Connection, DatabaseConnection};
use tokio_util::sync::CancellationToken;

use self::reader::StreamReader;
use crate::ControlTower;

pub const BACKGROUND: Background<ControlTower> =
    |_, db, connection, shutdown| read(db, connection, shutdown).boxed();

/// The time between two looks at rejections and dead letters. A look asks one question per stream,
/// which costs little where nothing is new.
const OBSERVATIONS_EVERY: Duration = Duration::from_secs(5);
/// The time between two looks at operators' decisions: an operator who has decided looks at once.
const DECISIONS_EVERY: Duration = Duration::from_secs(1);

async fn read(db: DatabaseConnection, connection: Connection, shutdown: CancellationToken) {
    let reader = StreamReader { jetstream: connection.jetstream, db };
    let observations = async {
        loop {
            let more = observations::read(&reader).await;
            rest(more, OBSERVATIONS_EVERY).await;
        }
    };
    let decisions = async {
        loop {
            let more = decisions::read(&reader).await;
            rest(more, DECISIONS_EVERY).await;
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = observations => {}
        () = decisions => {}
    }
}

/// Rests until the next look; not at all where there is more to read.
async fn rest(more: bool, every: Duration) {
    tokio::time::sleep(if more { Duration::ZERO } else { every }).await;
}
