//! `credit-memo.posted`, `payment.*` and `receivable.written-off`: a customer owes more or less.

use contracts::event::{
    CreditMemoPosted, PaymentApplied, PaymentReceived, PaymentRefunded, PaymentReversed,
    PaymentUnapplied, ReceivableWrittenOff,
};
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{OrderIntake, domain::owing::Owing, store::Keys, unit_of_work::UnitOfWork};

pub const CREDITED: Handler<OrderIntake> = &OnEvent::<_, CreditMemoPosted> { keys, decide };
pub const RECEIVED: Handler<OrderIntake> = &OnEvent::<_, PaymentReceived> { keys, decide };
pub const APPLIED: Handler<OrderIntake> = &OnEvent::<_, PaymentApplied> { keys, decide };
pub const UNAPPLIED: Handler<OrderIntake> = &OnEvent::<_, PaymentUnapplied> { keys, decide };
pub const REVERSED: Handler<OrderIntake> = &OnEvent::<_, PaymentReversed> { keys, decide };
pub const REFUNDED: Handler<OrderIntake> = &OnEvent::<_, PaymentRefunded> { keys, decide };
pub const WRITTEN_OFF: Handler<OrderIntake> = &OnEvent::<_, ReceivableWrittenOff> { keys, decide };

fn keys<E>(event: &E, keys: &mut Keys)
where
    for<'a> Owing: From<&'a E>,
{
    keys.owe(&Owing::from(event));
}

fn decide<E>(
    _: &OrderIntake,
    event: &E,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt>
where
    for<'a> Owing: From<&'a E>,
{
    let mut outputs = Outputs::none();
    Owing::from(event).apply(work, &mut outputs)?;
    Ok(outputs)
}
