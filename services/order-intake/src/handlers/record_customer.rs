//! `customer`: the newest record of a customer, announced when it says something new.

use contracts::{
    document::{Customer, DocumentAck, Ingress},
    event::CustomerUpdated,
};
use mesh::{Context, Halt, Handler, Json, OnDocument, Outputs, Received};

use crate::{
    OrderIntake,
    domain::{exposure::reconsider, master},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDocument { keys, decide };

fn keys(received: &Received<Customer>, keys: &mut Keys) {
    let customer = &received.document;
    keys.customers.insert(customer.customer_id.clone());
    // An order of the same batch is priced by this list.
    keys.lists.insert(customer.price_list.clone());
    keys.accounts.insert((customer.customer_id.clone(), customer.currency));
}

fn decide(
    _: &OrderIntake,
    received: &Received<Customer>,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document } = received;
    let record = document.content();
    let customer_id = record.customer_id.clone();
    let mut outputs = Outputs::none();
    if work.customers.get(&customer_id).is_none_or(|known| known.record.0 != record) {
        let row = master::Customer { customer_id: customer_id.clone(), record: Json(record) };
        let (account, customer) =
            ((customer_id.clone(), row.record.currency), row.record.0.clone());
        work.customers.put(row);
        // The limit may be higher, or the customer blocked no more (O6).
        reconsider(work, account, &mut outputs);
        outputs.event(&CustomerUpdated { customer_id, customer });
    }
    outputs.document(sender, &DocumentAck::of(document));
    Ok(outputs)
}
