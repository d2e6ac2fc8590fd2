use std::collections::BTreeMap;

use super::{super::tests::written, *};
use crate::demo::scenario::Pays;

const FILES: [(&str, &str); 6] = [
    (
        "customers.csv",
        "customer_id,name,city,state,postal_code,country,credit_limit\n\
         7,Ann,Erie,PA,16501,US,100\n8,Bob,Pune,Kar,411,IN,200\n",
    ),
    ("warehouses.csv", "warehouse_id,name\n1,\"Southlake, Texas\"\n3,New Jersey\n9,Bombay\n"),
    (
        "products.csv",
        "product_id,name,status,list_price,min_price\n10,Mouse,orderable,20,15\n\
         11,Tape,obsolete,9,8\n12,Rare,orderable,,3\n",
    ),
    ("inventory.csv", "product_id,warehouse_id,quantity_on_hand\n10,1,4\n10,3,5\n11,9,0\n"),
    (
        "orders.csv",
        "order_id,mode,customer_id,status_code,header_total\n1,direct,7,8,180\n\
         2,online,8,3,15.5\n3,online,8,0,20\n4,direct,7,10,9\n5,direct,7,9,60\n6,direct,8,5,3\n",
    ),
    (
        "order_lines.csv",
        "order_id,product_id,quantity,unit_price\n1,10,9,20\n2,10,1,15.5\n3,10,1,20\n\
         4,11,1,9\n5,10,3,20\n6,12,1,3\n",
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
    assert_eq!(tally.rows, 23);
    assert_eq!(tally.rest, BTreeMap::from([(Rest::NotEntered, 2)]));
    let short = scenario(2).source.unwrap();
    assert_eq!(short.rest.get(&Rest::BeyondTheRun), Some(&6));
}

#[test]
fn states_of_orders_say_what_becomes_of_them() {
    let it = scenario(10);
    let said = |at: usize| {
        let order = &it.orders[at];
        (order.expected, order.released, order.pays, order.amendment.is_some())
    };
    assert_eq!(said(0), (Expected::OnCredit, true, Pays::Never, false));
    assert_eq!(said(1), (Expected::OnCredit, false, Pays::Never, true));
    assert_eq!(said(2), (Expected::Rejected, true, Pays::Whole, false));
    assert_eq!(said(3), (Expected::OnCredit, true, Pays::InParts, false));
    assert_eq!(said(4), (Expected::Held, true, Pays::Never, false));
}

#[test]
fn each_warehouse_has_its_stock_and_serves_the_customers_near_it() {
    let it = scenario(10);
    let warehouses: Vec<_> = it
        .warehouses
        .iter()
        .map(|it| (it.partner.as_str(), it.priority, it.regions.join(" ")))
        .collect();
    let of = |partner, priority, regions: &str| (partner, priority, regions.to_owned());
    let expected =
        [of("southlake-texas", 1, ""), of("new-jersey", 2, "US-PA"), of("bombay", 3, "IN-Kar")];
    assert_eq!(warehouses, expected);
    assert_eq!(it.stock.len(), 3);
    let short: Vec<_> = it.receipts.iter().map(|it| (it.sku.as_str(), it.millionths)).collect();
    assert_eq!(short, [("10", 4 * ONE)]);
    assert_eq!(it.price_lists[0].prices.len(), 2);
    assert_eq!(it.price_lists[0].tolerance_percent.to_string(), "22.5");
}
