//! Figures of another system's changes and cancels, where its rule is ours; where it is not, why.

use contracts::{document::ChangeStatus, event::OrderChanged};
use rust_decimal::Decimal;

use super::{
    super::peers::{case, cases, text},
    *,
};

/// Cases whose rule is another one here, and why.
const DIFFERS: [(&str, &str); 4] = [
    ("B3", "an order that is worked on may be cancelled: the warehouse decides who is first (O8)"),
    ("S13", "what is cancelled is closed (O8, O10) and leaves nothing to be ignored"),
    ("S15", "an order is billed by dispatch (I1): there is no invoice to be cancelled with it"),
    ("U02", "a change is of quantities in the ordered unit: unit and price of a line stand (O7)"),
];

/// B13: ten at 10.00 and 10 % tax, four of them shipped, amended to six and then to three.
#[tokio::test]
async fn o7_an_amended_order_comes_to_what_the_peers_does_down_to_what_has_left() {
    let Some(cases) = cases() else { return };
    let peer = &case(&cases, "B13")["observed"]["fulfillment"]["amend_to_6"];
    let mut shop = Shop::with_ten().await;
    shop.bench.event(&left("T-1", "4", "0")).await;
    shop.change(&total(1, "6")).await;
    let done = shop.bench.event(&released("4")).await;
    let taxed = done.events::<OrderChanged>()[0].order.total.get() * Decimal::new(11, 1);
    assert_eq!(taxed, text(&peer["total"]).parse().unwrap(), "B13");
    // The peer goes on to three although four have left; that is refused here.
    let below = answer(&shop.change(&total(2, "3")).await);
    assert_eq!(reasons(&below), [(Some(1), Reason::AlreadyShipped)]);
    assert_eq!(said(&below), (ChangeStatus::Rejected, "6".to_owned()));
}

/// B3: the peer refuses; here nothing of an order that nobody has shipped yet remains.
#[tokio::test]
async fn where_our_rule_of_cancelling_is_another_one_so_is_the_outcome() {
    let Some(cases) = cases() else { return };
    for (id, why) in DIFFERS {
        println!("{}: {why}", case(&cases, id)["title"]);
    }
    let mut shop = Shop::with_ten().await;
    shop.cancel().await;
    shop.bench.event(&released("10")).await;
    assert_eq!(shop.figures().await, (texts(["10", "10", "0", "0"]), "cancelled".to_owned()));
}
