//! When the late goods come in, what an operator decides, when somebody has to look again, and when
//! the run is over.

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

/// Between two looks at the view.
const TICK: Duration = Duration::from_millis(100);
/// Nobody heard anything for so long: somebody has to look again, and after twice as long once more.
const QUIET: Duration = Duration::from_secs(3);
/// Nobody heard anything for so long: it will not get on. Longer than a durable waits for an
/// acknowledgement: what a killed server had in flight comes again only then.
const STUCK: Duration = ACK_WAIT.saturating_add(Duration::from_secs(15));
/// How long a run may take: at least this, and more for each order.
const AT_LEAST: Duration = Duration::from_secs(300);
const FOR_EACH: Duration = Duration::from_millis(500);

/// Looks on and gives the phases.
pub(super) struct Coordinator<'a> {
    view: &'a SharedView,
    operator: &'a Operator,
    phases: watch::Sender<Phase>,
    phase: Phase,
    last_nudge: Instant,
    /// How much quiet calls for the next one, as long as no further order has ended.
    patience: Duration,
    ended: usize,
    last_asked: Instant,
}

impl<'a> Coordinator<'a> {
    pub fn new(view: &'a SharedView, operator: &'a Operator, phases: watch::Sender<Phase>) -> Self {
        let now = Instant::now();
        let (phase, patience) = (Phase::default(), QUIET);
        Self { view, operator, phases, phase, last_nudge: now, patience, ended: 0, last_asked: now }
    }

    /// Until every order is where it ends, or nothing gets on any more; whether the former.
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

    /// Does what is due; false when nothing helps any more.
    async fn look(&mut self) -> Result<bool> {
        self.release().await;
        let (all_sent, heard, uncertain) = self
            .view
            .with(|view| (view.all_sent(), view.last_heard.elapsed(), view.has_open_uncertain()));
        if all_sent && !self.phase.receipts {
            self.phase.receipts = true;
            self.last_nudge = Instant::now();
            self.phases.send_replace(self.phase);
        }
        if uncertain && heard > Duration::from_millis(500) && self.last_asked.elapsed() > QUIET / 2
        {
            // A mesh that is being restarted answers the next time.
            if let Err(error) = self.ask_what_is_wanted().await {
                tracing::warn!(error = format!("{error:#}"), "asked in vain");
            }
            self.last_asked = Instant::now();
        }
        let quiet = heard.min(self.last_nudge.elapsed());
        if self.phase.receipts && quiet > self.patience {
            self.patience *= 2;
            self.phase.nudges += 1;
            self.last_nudge = Instant::now();
            self.phases.send_replace(self.phase);
        }
        Ok(!all_sent || heard < STUCK)
    }

    /// Lets go on what credit holds and the scenario wants served. One that is not held any more
    /// has been released by cash meanwhile.
    async fn release(&self) {
        for (order_id, po_number) in self.view.with(|view| view.to_release()) {
            // A mesh that is being restarted answers the next time.
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

    /// Some of a line will not come, or it was changed: how much is wanted, the operator is asked.
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

/// Whether nothing more can happen once every order is where it ends.
fn is_over(view: &PartnerView) -> bool {
    let cash_is_in = view.payments_left == 0 && view.unanswered_payments() == 0;
    // The last cash may still let an order go on.
    cash_is_in && (!view.has_held_on_credit() || view.last_heard.elapsed() > QUIET)
}

/// Releases an order as an operator does; why it is refused, where that is a surprise.
async fn release_order(
    operator: &Operator,
    order_id: OrderId,
    po_number: &PoNumber,
) -> Result<Option<String>> {
    let command = ReleaseOrder {
        command_id: CommandId::new(format!("demo-release-{po_number}"))?,
        operator: "credit client".to_owned(),
        reason: "the data has shipped it".to_owned(),
        order_id,
        price: None,
    };
    let result = operator.command("order-intake", &command).await?;
    let unfit = result.reasons.iter().find(|reason| reason.code != Reason::NotHeld);
    Ok(unfit.map(|reason| format!("{}: {}", reason.code, reason.message)))
}
