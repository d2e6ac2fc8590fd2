//! When the late goods come in, when somebody has to look again, and when the run is over.

use std::time::Duration;

use anyhow::{Result, ensure};
use contracts::question::IntakeBooksRequest;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::{Cue, board::Shared};
use crate::{demo::progress::Progress, operator::Operator};

/// Between two looks at the board.
const TICK: Duration = Duration::from_millis(100);
/// Nobody heard anything for so long: somebody has to look again.
const QUIET: Duration = Duration::from_secs(3);
/// And after the last nudge for so long: it will not get on.
const STUCK: Duration = Duration::from_secs(20);
const NUDGES: u32 = 6;
/// How long a run may take: at least this, and more for each order.
const AT_LEAST: Duration = Duration::from_secs(300);
const FOR_EACH: Duration = Duration::from_millis(500);

/// Looks on and gives the cues.
pub(super) struct Conductor<'a> {
    board: &'a Shared,
    operator: &'a Operator,
    cues: watch::Sender<Cue>,
    cue: Cue,
    last_nudge: Instant,
    last_asked: Instant,
}

impl<'a> Conductor<'a> {
    pub fn new(board: &'a Shared, operator: &'a Operator, cues: watch::Sender<Cue>) -> Self {
        let now = Instant::now();
        Self { board, operator, cues, cue: Cue::default(), last_nudge: now, last_asked: now }
    }

    /// Until every order is where it ends, or nothing gets on any more; whether the former.
    pub async fn run(&mut self, progress: &mut Progress) -> Result<bool> {
        let orders = u32::try_from(self.board.with(|it| it.orders.len())).unwrap_or(u32::MAX);
        let deadline = Instant::now() + AT_LEAST + FOR_EACH * orders;
        loop {
            let figures = self.board.with(|board| board.figures());
            progress.show(&figures);
            let unanswered = self.board.with(|board| board.unanswered_payments());
            if figures.ended == figures.planned && unanswered == 0 {
                return Ok(true);
            }
            if Instant::now() > deadline || !self.look().await? {
                return Ok(false);
            }
            sleep(TICK).await;
        }
    }

    /// Does what is due; false when nothing helps any more.
    async fn look(&mut self) -> Result<bool> {
        let (all_sent, heard, declined) = self.board.with(|board| {
            (board.all_sent(), board.last_heard.elapsed(), board.has_open_declined())
        });
        if all_sent && !self.cue.receipts {
            self.cue.receipts = true;
            self.last_nudge = Instant::now();
            self.cues.send_replace(self.cue);
        }
        if declined && heard > Duration::from_millis(500) && self.last_asked.elapsed() > QUIET / 2 {
            // A mesh that is being restarted answers the next time.
            if let Err(error) = self.ask_what_is_cancelled().await {
                tracing::warn!(error = format!("{error:#}"), "asked in vain");
            }
            self.last_asked = Instant::now();
        }
        let quiet = heard.min(self.last_nudge.elapsed());
        if self.cue.receipts && quiet > QUIET && self.cue.nudges < NUDGES {
            self.cue.nudges += 1;
            self.last_nudge = Instant::now();
            self.cues.send_replace(self.cue);
        }
        Ok(self.cue.nudges < NUDGES || quiet < STUCK)
    }

    /// An order-ack says that some of a line will not come, not how much: the operator is asked.
    async fn ask_what_is_cancelled(&self) -> Result<()> {
        let mut after = None;
        loop {
            let request = IntakeBooksRequest { after: after.clone(), limit: 1_000 };
            let page = self.operator.ask(&request).await?;
            self.board.with(|board| {
                for it in &page.lines {
                    board.cancelled(it.order_id, it.line, it.cancelled.scaled());
                }
            });
            if page.next.is_none() {
                return Ok(());
            }
            ensure!(page.next != after, "order-intake gives the same page of its books again");
            after = page.next;
        }
    }
}
