//! `period.closed`: invoicing closed the books up to a day, and from now on so are these (rule I13).
//! An earlier day than the last closed one is closed already, and confirmed too.

use contracts::event::{PeriodClosed, PeriodConfirmed};
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{
    PaymentApply,
    domain::period::{BOOKS, Period},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<PaymentApply> = &OnEvent { keys, decide };

fn keys(_: &PeriodClosed, keys: &mut Keys) {
    keys.closes = true;
}

fn decide(
    _: &PaymentApply,
    closed: &PeriodClosed,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let new = || Period { period: BOOKS.to_owned(), closed_through: None };
    let books = work.periods.get_or_put(&BOOKS.to_owned(), new);
    books.closed_through = books.closed_through.max(Some(closed.period));
    let mut outputs = Outputs::none();
    outputs.event(&PeriodConfirmed { period: closed.period });
    Ok(outputs)
}
