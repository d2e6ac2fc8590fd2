//! A pending case whose time has come.

use contracts::{CaseId, OrderId, event::ExceptionKind};
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs};

use crate::{
    ControlTower,
    domain::{
        case::{Case, State},
        late_order::{Verdict, judge},
        lifecycle::open,
    },
    store::{Keys, due},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<ControlTower> = &OnDue {
    find: |_, tx, now, limit| {
        async move {
            let cases = due::overdue(tx, now, limit).await?;
            Ok(cases.iter().map(Overdue::of).collect())
        }
        .boxed()
    },
    keys,
    decide,
};

/// A case that is due, with its order.
#[derive(Debug)]
pub struct Overdue {
    pub case_id: CaseId,
    pub order_id: Option<OrderId>,
}

impl Overdue {
    pub fn of(case: &Case) -> Self {
        Self { case_id: case.case_id, order_id: case.order_id }
    }
}

fn keys(overdue: &Overdue, keys: &mut Keys) {
    keys.cases.insert(overdue.case_id);
    keys.idle_orders.extend(overdue.order_id);
}

fn decide(
    tower: &ControlTower,
    overdue: &Overdue,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let case_id = overdue.case_id;
    let case = work.cases.get(&case_id).filter(|case| case.state == State::Pending);
    let Some(kind) = case.map(|case| case.kind.0) else { return Ok(outputs) };
    let order_id = overdue.order_id.filter(|_| kind == ExceptionKind::OrderLate);
    if let Some(order) = order_id.and_then(|order_id| work.orders.get(&order_id)) {
        let verdict = judge(work, order, &tower.config, context.now);
        let Some(case) = work.cases.get_mut(&case_id) else { return Ok(outputs) };
        match verdict {
            Verdict::Late { since, message } => (case.raised_at, case.message) = (since, message),
            Verdict::Postponed(at) => {
                case.opens_at = at;
                return Ok(outputs);
            }
        }
    }
    open(&mut work.cases, case_id, &mut outputs);
    Ok(outputs)
}
