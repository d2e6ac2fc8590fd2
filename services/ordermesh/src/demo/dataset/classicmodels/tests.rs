use super::{super::tests::written, *};
use crate::demo::scenario::{Amend, Pays};

const FILES: [(&str, &str); 5] = [
    (
        "customers.csv",
        "customer_no,name,city,state,postal_code,country,credit_limit_usd\n\
         1,Toys,Nantes,,44000,France,210.00\n2,Never,Rome,,,Italy,0.00\n",
    ),
    (
        "products.csv",
        "product_code,name,qty_in_stock,buy_price_usd,msrp_usd\nS1,Car,10,4.00,10.00\n\
         S2,Boat,5,5.00,8.00\n",
    ),
    (
        "orders.csv",
        "order_no,order_date,status,customer_no,comments\n100,2003-01-06,Shipped,1,\n\
         101,2003-01-07,Cancelled,1,too late\n102,2003-01-08,Shipped,1,\n\
         103,2003-01-09,Shipped,1,\n",
    ),
    (
        "order_lines.csv",
        "order_no,line_no,product_code,quantity,unit_price_usd\n100,1,S1,9,9.00\n\
         100,2,S2,2,7.20\n101,1,S1,3,8.00\n102,1,S1,1,9.50\n102,2,S2,some,8.00\n\
         109,1,S1,1,1.00\n",
    ),
    (
        "payments.csv",
        "customer_no,check_no,payment_date,amount_usd\n1,A1,2003-01-20,95.40\n\
         1,A2,2003-01-21,9.50\n1,A3,2003-01-22,24.00\n",
    ),
];

fn scenario(wanted: usize) -> Scenario {
    let folder = written(&FILES);
    assert!(is_at(folder.path()));
    super::scenario(folder.path(), wanted, 1).unwrap()
}

#[test]
fn every_row_is_played_or_named() {
    let it = scenario(10);
    let tally = it.source.unwrap();
    let played = [Played::Customer, Played::Item, Played::Order, Played::OrderLine];
    assert_eq!(played.map(|it| tally.of(it)), [2, 2, 3, 4]);
    assert_eq!((tally.rows, tally.of(Played::Payment)), (17, 3));
    let rest = [Rest::Unreadable, Rest::OrderWithoutLines, Rest::LineWithoutOrder];
    assert_eq!(rest.map(|why| tally.rest.get(&why).copied()), [Some(1); 3]);
    assert!(tally.adds_up());
}

#[test]
fn a_payment_comes_after_the_order_of_its_amount_and_never_after_a_cancelled_one() {
    let it = scenario(10);
    let payments: Vec<_> = it.payments.iter().map(|it| (it.after, it.as_ordered)).collect();
    assert_eq!(payments, [(Some(0), true), (Some(2), true), (Some(2), false)]);
    assert_eq!(it.payments[0].amount, 9_540);
    assert!(it.orders.iter().all(|order| order.pays == Pays::Never));
}

#[test]
fn of_a_shorter_run_only_its_own_orders_and_payments_are_played() {
    let it = scenario(2);
    assert_eq!((it.orders.len(), it.payments.len()), (2, 1));
    // A1 comes to order 100, A2 to 102, which is not played, and A3 to 101, which is cancelled.
    let like = [it.like_orders.played, it.like_orders.all];
    assert_eq!(like.map(|it| (it.payments, it.like_an_order)), [(1, 1), (3, 3)]);
    let tally = it.source.unwrap();
    assert_eq!(tally.rest.get(&Rest::BeyondTheRun), Some(&4));
    assert!(tally.adds_up());
}

#[test]
fn orders_ship_complete_are_cancelled_as_in_the_data_and_what_is_short_comes_in() {
    let it = scenario(10);
    let cancel = it.orders[1].amendment.as_ref().unwrap();
    assert_eq!((&cancel.what, cancel.in_time), (&Amend::Cancel(Some("too late".into())), true));
    assert!(it.orders.iter().all(|order| order.order.ship_complete) && it.ships_whole);
    let limits: Vec<_> = it.customers.iter().filter_map(|it| it.credit_limit).collect();
    assert_eq!(limits.iter().map(ToString::to_string).collect::<Vec<_>>(), ["210.00", "0.00"]);
    let short: Vec<_> = it.receipts.iter().map(|it| (it.sku.as_str(), it.millionths)).collect();
    assert_eq!(short, [("S1", 3 * ONE)]);
    assert_eq!(it.price_lists[0].tolerance_percent.to_string(), "20");
    assert_eq!(it.orders[0].order.total.unwrap().to_string(), "95.40");
}

/// The data states how many of its payments equal an order's total, and so does the reader.
#[test]
fn the_datas_own_count_is_read_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("../../../shared/data/tx/classicmodels");
    if !is_at(&folder) {
        eprintln!("skipped: no reference data at {}", folder.display());
        return;
    }
    let all = super::scenario(&folder, 500, 1).unwrap().like_orders;
    assert_eq!(all.played, all.all);
    // Two more of the 160 that it names come to an order of its other half.
    assert_eq!((all.all.payments, all.all.like_an_order), (172, 158));
    let part = super::scenario(&folder, 50, 1).unwrap().like_orders;
    assert_eq!(part.all, all.all);
    assert_eq!(part.played.like_an_order, part.played.payments);
}
