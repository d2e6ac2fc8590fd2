//! Orders: their items, quantities, prices and ways of being sent.

use contracts::{
    PoNumber, Quantity, UnitPrice,
    document::{Channel, Charge, Disposition, Order, OrderLine},
};
use rand::{Rng, rngs::StdRng, seq::IteratorRandom};

use super::{
    amendments,
    master::{Client, Product, SPECIAL},
    mistakes::Mistake,
};
use crate::demo::{
    scenario::{PlannedLine, PlannedOrder, PlannedReturn, Resend},
    units::units,
};

const CHANNELS: [Channel; 4] =
    [Channel::Edi, Channel::Marketplace, Channel::Sales, Channel::Ecommerce];

pub(super) fn orders(
    rng: &mut StdRng,
    catalogue: &[Product],
    clients: &[Client],
    count: usize,
) -> anyhow::Result<Vec<PlannedOrder>> {
    let mistakes = Mistake::spread(count);
    let mut orders = Vec::with_capacity(count);
    for number in 0..count {
        let client = &clients[rng.random_range(0..clients.len() - SPECIAL)];
        let mut order = order(rng, catalogue, client, number)?;
        order.amendment = amendments::amendment(rng, catalogue, &order);
        if order.amendment.is_some() {
            order.returns.clear();
        }
        if let Some(mistake) = mistakes.get(&number) {
            mistake.make(&mut order, clients)?;
        }
        orders.push(order);
    }
    Ok(orders)
}

fn order(
    rng: &mut StdRng,
    catalogue: &[Product],
    client: &Client,
    number: usize,
) -> anyhow::Result<PlannedOrder> {
    let count = match rng.random_range(0..20) {
        0..12 => rng.random_range(1..=5),
        12..19 => rng.random_range(5..=15),
        _ => rng.random_range(15..=40),
    };
    let products = catalogue.iter().choose_multiple(rng, count);
    let (mut lines, mut planned) = (Vec::new(), Vec::new());
    for (line, product) in (1..).zip(products) {
        let (sent, plan) = order_line(rng, product, line)?;
        lines.push(sent);
        planned.push(plan);
    }
    let freight = rng.random_ratio(1, 4).then(|| format!("{}.50", rng.random_range(8..40)));
    let charge = |amount: String| {
        Ok::<_, anyhow::Error>(Charge { code: "freight".into(), amount: amount.parse()? })
    };
    let allow_backorder = !rng.random_ratio(1, 25);
    let order = Order {
        document_id: None,
        po_number: PoNumber::new(format!("PO-{:05}", number + 1))?,
        customer_id: Some(client.record.customer_id.clone()),
        channel: CHANNELS[client.buyer % CHANNELS.len()],
        currency: Some(client.record.currency),
        order_date: None,
        requested_ship_date: None,
        cancel_after: None,
        ship_complete: allow_backorder && rng.random_ratio(1, 25),
        allow_backorder,
        allow_substitutes: rng.random_ratio(1, 20),
        priority: [5, 5, 5, 3, 1, 8][rng.random_range(0..6)],
        ship_to: None,
        lines,
        charges: freight.map(charge).into_iter().collect::<anyhow::Result<_>>()?,
        total: None,
    };
    let resend = match rng.random_range(0..100) {
        0..4 => Resend::Same,
        4 => Resend::Other,
        _ => Resend::Never,
    };
    let returns = returns(rng, &order, &planned);
    Ok(PlannedOrder { resend, returns, ..PlannedOrder::served(client.buyer, order, planned) })
}

fn order_line(
    rng: &mut StdRng,
    product: &Product,
    line: u32,
) -> anyhow::Result<(OrderLine, PlannedLine)> {
    let by_case = product.case.filter(|_| rng.random_ratio(2, 5));
    let (count, per, price) = match by_case {
        Some(case) => (rng.random_range(1..=6), case, product.case_price(case)),
        None => {
            let count = rng.random_range(1..=product.usual * 2);
            (count, 1, product.piece_price(count))
        }
    };
    // Half of the buyers state the price they expect, the others accept the list price.
    let price = UnitPrice::from_scaled(price);
    let sent = OrderLine {
        line,
        sku: product.sku.clone(),
        quantity: units(count).into(),
        uom: by_case.map(|_| "CS".parse()).transpose()?,
        unit_price: rng.random_ratio(1, 2).then_some(price),
        discount_percent: "0".parse()?,
    };
    let plan = PlannedLine {
        line,
        sku: product.sku.clone(),
        quantity: units(count * per),
        price: Some(price),
        price_base: units(per),
    };
    Ok((sent, plan))
}

/// Returns part of one order in twenty. Orders that accept substitutes are left alone, since
/// another item may have arrived.
fn returns(rng: &mut StdRng, order: &Order, lines: &[PlannedLine]) -> Vec<PlannedReturn> {
    let wanted = rng.random_ratio(1, 20);
    let back = |line: &PlannedLine| {
        let half = super::master::whole(line.quantity.scaled() / 2);
        let quantity = if half == Quantity::ZERO { line.quantity } else { half };
        (line.line, quantity)
    };
    let count = rng.random_range(1..=2).min(lines.len());
    let disposition =
        if rng.random_ratio(3, 4) { Disposition::Restock } else { Disposition::Scrap };
    if !wanted || order.allow_substitutes || !order.allow_backorder {
        return Vec::new();
    }
    let lines = lines.iter().take(count).map(back).collect();
    vec![PlannedReturn { id: format!("RR-{}", order.po_number), lines, disposition }]
}
