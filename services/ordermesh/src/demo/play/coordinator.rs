//! The course of a run: the late receipts, the operator's decisions, the reminders, and the end.

use std::time::Duration;

use anyhow::{Result, ensure};
use contracts::{
    CommandId, OrderId, PoNumber, Reason, command::ReleaseOrder, question::IntakeBooksRequest,
};
use mesh::topology::ACK_WAIT;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::{
    partner_view::{PartnerView, SharedView},
    phase::Phase,
};
use crate::{demo::progress::Progress, operator::Operator};

/// The pause between two looks at the view.
const TICK: Duration = Duration::from_millis(100);
/// The silence after which everybody is asked to look again; the next reminder takes twice as long.
const QUIET: Duration = Duration::from_secs(3);
/// The silence after which the run is stuck. It exceeds the time in which a durable waits for an
/// acknowledgement: only then are the messages of a killed server delivered again.
const STUCK: Duration = ACK_WAIT.saturating_add(Duration::from_secs(15));
/// The longest duration of a run: this much, and more for each order.
const AT_LEAST: Duration = Duration::from_secs(300);
const FOR_EACH: Duration = Duration::from_millis(500);

/// Watches the run and announces its phases.
pub(super) struct Coordinator<'a> {
    view: &'a SharedView,
    operator: &'a Operator,
    phases: watch::Sender<Phase>,
    phase: Phase,
    last_reminder: Instant,
    /// The silence before the next reminder, until another order ends.
    patience: Duration,
    ended: usize,
    last_asked: Instant,
}

impl<'a> Coordinator<'a> {
    pub fn new(view: &'a SharedView, operator: &'a Operator, phases: watch::Sender<Phase>) -> Self {
        let now = Instant::now();
        let (phase, patience) = (Phase::default(), QUIET);
        Self {
            view,
            operator,
            phases,
            phase,
            last_reminder: now,
            patience,
            ended: 0,
            last_asked: now,
        }
    }

    /// Runs until every order has ended (true), or nothing moves any more (false).
    pub async fn run(&mut self, progress: &mut Progress) -> Result<bool> {
        let orders = u32::try_from(self.view.with(|it| it.orders.len())).unwrap_or(u32::MAX);
        let deadline = Instant::now() + AT_LEAST + FOR_EACH * orders;
        loop {
            let figures = self.view.with(|view| view.figures());
            progress.show(&figures);
            if figures.ended == figures.planned && self.view.with(|view| is_over(view)) {
                return Ok(true);
            }
            if figures.ended > self.ended {
                (self.ended, self.patience) = (figures.ended, QUIET);
            }
            if Instant::now() > deadline || !self.look().await? {
                return Ok(false);
            }
            sleep(TICK).await;
        }
    }

    /// Does what is due; returns false when nothing helps any more.
    async fn look(&mut self) -> Result<bool> {
        self.release().await;
        let (all_sent, silence, uncertain) = self
            .view
            .with(|view| (view.all_sent(), view.last_read.elapsed(), view.has_open_uncertain()));
        if all_sent && !self.phase.receipts {
            self.phase.receipts = true;
            self.last_reminder = Instant::now();
            self.phases.send_replace(self.phase);
        }
        if uncertain
            && silence > Duration::from_millis(500)
            && self.last_asked.elapsed() > QUIET / 2
        {
            // A restarting mesh answers the next time.
            if let Err(error) = self.ask_what_is_wanted().await {
                tracing::warn!(error = format!("{error:#}"), "asked in vain");
            }
            self.last_asked = Instant::now();
        }
        let quiet = silence.min(self.last_reminder.elapsed());
        if self.phase.receipts && quiet > self.patience {
            self.patience *= 2;
            self.phase.reminders += 1;
            self.last_reminder = Instant::now();
            self.phases.send_replace(self.phase);
        }
        Ok(!all_sent || silence < STUCK)
    }

    /// Releases orders that credit holds and the scenario wants served. An order that is no longer
    /// held was released by cash in the meantime.
    async fn release(&self) {
        for (order_id, po_number) in self.view.with(|view| view.to_release()) {
            // A restarting mesh answers the next time.
            match release_order(self.operator, order_id, &po_number).await {
                Err(error) => tracing::warn!(error = format!("{error:#}"), "released in vain"),
                Ok(unfit) => self.view.with(|view| {
                    view.was_released(order_id);
                    if let Some(reason) = unfit {
                        view.surprise(format!("{po_number} is not released: {reason}"));
                    }
                }),
            }
        }
    }

    /// Asks the operator for the wanted quantities, since some lines were changed or will not be
    /// delivered in full.
    async fn ask_what_is_wanted(&self) -> Result<()> {
        let mut after = None;
        loop {
            let request = IntakeBooksRequest { after: after.clone(), limit: 1_000 };
            let page = self.operator.ask(&request).await?;
            self.view.with(|view| {
                page.lines.iter().for_each(|line| view.wanted(line));
            });
            if page.next.is_none() {
                return Ok(());
            }
            ensure!(page.next != after, "order-intake gives the same page of its books again");
            after = page.next;
        }
    }
}

/// Returns true if nothing more can happen once every order has ended.
fn is_over(view: &PartnerView) -> bool {
    let cash_is_in = view.payments_left == 0 && view.unanswered_payments() == 0;
    // The last cash may still release an order.
    cash_is_in && (!view.has_held_on_credit() || view.last_read.elapsed() > QUIET)
}

/// Releases an order as an operator does; returns the reason of an unexpected refusal.
async fn release_order(
    operator: &Operator,
    order_id: OrderId,
    po_number: &PoNumber,
) -> Result<Option<String>> {
    let command = ReleaseOrder {
        command_id: CommandId::new(format!("demo-release-{po_number}"))?,
        operator: "credit desk".to_owned(),
        reason: "the data has shipped it".to_owned(),
        order_id,
        price: None,
    };
    let result = operator.command("order-intake", &command).await?;
    let unfit = result.reasons.iter().find(|reason| reason.code != Reason::NotHeld);
    Ok(unfit.map(|reason| format!("{}: {}", reason.code, reason.message)))
}
