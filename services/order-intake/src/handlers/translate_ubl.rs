//! `ubl`: a partner's UBL Order, handed on as an order like any other.

use contracts::{
    Kind, OrderId, PoNumber, Reason,
    document::{Faults, Rejection, Unreadable},
};
use edi::{XmlError, ubl};
use mesh::{Context, Halt, Handler, Key, OnFormat, Outputs, Received};

use crate::{
    OrderIntake,
    edi::{hand_on::hand_on, resolve::find, ubl_order},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnFormat { kind: Kind::Ubl, read, keys, decide };

/// The beginning of the namespaces of UBL's documents.
const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd:";

fn read(payload: &[u8]) -> Result<ubl::Order, Faults> {
    let order = ubl::read_order(payload).map_err(|error| {
        let message = error.to_string();
        let (code, path) = match error {
            ubl::NotAnOrder::Xml(XmlError::TooLarge(_)) => (Reason::TooLarge, String::new()),
            ubl::NotAnOrder::Other { namespace, .. } if namespace.starts_with(UBL) => {
                (Reason::NotSupported, String::new())
            }
            ubl::NotAnOrder::Xml(_) | ubl::NotAnOrder::Other { .. } => {
                (Reason::NotUbl, String::new())
            }
            ubl::NotAnOrder::Invalid { path, .. } if message.contains("missing field") => {
                (Reason::MissingField, path)
            }
            ubl::NotAnOrder::Invalid { path, .. } => (Reason::InvalidValue, path),
        };
        Unreadable { code, path, message }
    })?;
    Ok(order)
}

fn keys(received: &Received<ubl::Order>, keys: &mut Keys) {
    let Received { partner: sender, document: order } = received;
    if let Ok(number) = PoNumber::new(order.id.text()) {
        keys.edi.orders.insert(OrderId::of(sender, &number));
    }
    keys.edi.addressed.insert(sender.clone());
    let lines = order.order_line.iter().map(|line| &line.line_item);
    keys.edi.codes.extend(lines.flat_map(ubl_order::line::codes));
}

fn decide(
    _: &OrderIntake,
    received: &Received<ubl::Order>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: order } = received;
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    let mut outputs = Outputs::none();
    match ubl_order::read(order, partner, &|codes| find(work, codes)) {
        Ok(translation) => hand_on(work, sender, 0, translation, context, &mut outputs),
        Err(reasons) => {
            let key = Some(order.id.text().chars().take(contracts::ids::MAX_CHARS).collect());
            let document = Kind::Ubl.name().to_owned();
            outputs.document(sender, &Rejection { document, document_id: None, key, reasons });
        }
    }
    Ok(outputs)
}
