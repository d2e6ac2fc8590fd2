//! Stock: received, shipped and present quantities.

use contracts::Quantity;

use super::{Books, Check, Compare, Unit, units};

pub(super) fn checks(books: &Books) -> Vec<Check> {
    let mut on_hand = Compare::new("on hand = received - dispatched + restocked", Unit::Units);
    let mut promised = Compare::new("reserved is on hand", Unit::Units);
    for it in &books.stock {
        let place = || format!("{} in {}", it.sku, it.warehouse_id);
        let on_shelf = i128::from(it.on_hand.scaled());
        let moved = i128::from(it.received.scaled()) - units(it.dispatched) + units(it.restocked);
        on_hand.pair(place, on_shelf, moved);
        let reserved = units(it.reserved);
        promised.pair(place, reserved, reserved.min(on_shelf));
    }
    let totals = [
        (
            "reserved by item = reserved by order line",
            sum(books.stock.iter().map(|it| it.reserved)),
            sum(books.allocation.iter().map(|it| it.reserved)),
            ["an order lost its reservation", "an order has a reservation that no stock holds"],
        ),
        (
            "dispatched by item = dispatched by order line",
            sum(books.stock.iter().map(|it| it.dispatched)),
            sum(books.fulfillment.iter().map(|it| it.dispatched)),
            [
                "stock left without a ship-confirm",
                "a shipment.dispatched has not reached allocation",
            ],
        ),
        (
            "restocked = received from returns",
            sum(books.stock.iter().map(|it| it.restocked)),
            sum(books.returns.iter().map(|it| it.restocked)),
            [
                "stock came back without a return-receipt",
                "a return.received has not reached allocation",
            ],
        ),
    ];
    let totals = totals.map(|(name, left, right, [right_missing, left_missing])| {
        let mut compare = Compare::new(name, Unit::Units).missing(right_missing, left_missing);
        compare.pair(|| "in all".to_owned(), left, right);
        compare.finish()
    });
    [on_hand.finish(), promised.finish()].into_iter().chain(totals).collect()
}

fn sum(quantities: impl Iterator<Item = Quantity>) -> i128 {
    quantities.map(units).sum()
}
