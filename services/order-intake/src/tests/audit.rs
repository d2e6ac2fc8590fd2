//! Rule O5 looked at again and again: whatever of it is wrong is found.

use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::shop::{BILL, Shop, dispatched, invoice, received};
use crate::store::audit;

impl Shop {
    /// The number of differences that a whole round finds.
    pub async fn differences(&mut self) -> i64 {
        for _ in 0..4 {
            self.bench.at(self.bench.now() + SignedDuration::from_secs(61));
            // What fails is tried again and told in the log alone: it is no figure of zero.
            let tx = self.bench.database().begin().await.unwrap();
            audit::step(&tx, self.bench.now()).await.unwrap();
            tx.rollback().await.unwrap();
            self.bench.tick().await;
        }
        audit::differences(self.bench.database()).await.unwrap()
    }
}

/// More customers' worth of orders than a step looks at, one of them partly billed, one held.
async fn busy() -> Shop {
    let mut shop = Shop::at("10.00", Some("3000.00")).await;
    let batch: Vec<_> = (1..=150)
        .map(|number| {
            let order = super::shop::widgets(&format!("PO-{number}"), "2");
            let payload = serde_json::to_vec(&order).unwrap();
            shop.bench.inbound("ingress.acme.order.v1".to_owned(), payload)
        })
        .collect();
    shop.bench.deliver(batch).await;
    shop.order("PO-HELD", "2").await;
    shop.bench.event(&dispatched("PO-1", "1")).await;
    shop.bench.event(&invoice(&BILL)).await;
    shop.bench.event(&received("CHK-1", Some("C-100"), "3.00")).await;
    shop
}

#[tokio::test]
async fn o5_what_does_not_add_up_is_found_whichever_figure_is_wrong() {
    let last = "(SELECT MAX(order_id) FROM orders WHERE status = 'accepted')";
    let wrongs = [
        // The order and its customer's sum are wrong together: only the lines say so.
        format!(
            "UPDATE orders SET exposure = exposure + 1 WHERE order_id = {last}; \
             UPDATE credit SET on_order = CAST(CAST(on_order AS NUMERIC) + 1 AS TEXT)"
        ),
        format!("UPDATE order_lines SET cancelled = ordered WHERE order_id = {last}"),
        format!("UPDATE order_lines SET billed_net = billed_net + 1 WHERE order_id = {last}"),
        "UPDATE orders SET exposure = 1 WHERE status = 'held'".to_owned(),
        "UPDATE orders SET waits_for_credit = (1 = 0)".to_owned(),
        "UPDATE credit SET on_order = CAST(CAST(on_order AS NUMERIC) - 1 AS TEXT)".to_owned(),
        "UPDATE owed SET amount = amount + 1".to_owned(),
        "DELETE FROM owed".to_owned(),
    ];
    let mut shop = busy().await;
    assert_eq!(shop.differences().await, 0);
    for wrong in wrongs {
        let mut shop = busy().await;
        shop.bench.database().execute_unprepared(&wrong).await.unwrap();
        assert!(shop.differences().await > 0, "{wrong}");
    }
}

/// A round waits a minute, whichever second it is, and what it found stays until the next is over.
#[tokio::test]
async fn o5_a_round_begins_a_minute_after_the_one_before() {
    let mut shop = Shop::open().await;
    shop.order("PO-1", "1").await;
    assert_eq!(shop.differences().await, 0);
    shop.bench.database().execute_unprepared("UPDATE credit SET on_order = 7").await.unwrap();
    let begun = shop.bench.now();
    for (after, found) in [(59, 0), (63, 1), (100, 1)] {
        shop.bench.at(begun + SignedDuration::from_secs(after));
        shop.bench.tick().await;
        let differences = audit::differences(shop.bench.database()).await.unwrap();
        assert_eq!(differences, found, "{after} s later");
    }
    shop.bench.database().execute_unprepared("UPDATE credit SET on_order = 1000").await.unwrap();
    assert_eq!(shop.differences().await, 0);
}
