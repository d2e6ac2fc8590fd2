//! Questions: what is there, and the books.

use contracts::{
    event::ReturnReceived,
    question::{AllocationBooks, AllocationBooksRequest, Availability, AvailabilityRequest},
};
use mesh::Asker;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a11_availability_says_what_a_reservation_would_get() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "10").await;
    receive(&mut bench, "WEST", "R-1", "WIDGET-1", "3").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "4")])).await;
    let request: AvailabilityRequest = serde_json::from_value(json!({
        "lines": [{"sku": "WIDGET-1", "quantity": "8"}, {"sku": "GADGET", "quantity": "1"}]}))
    .unwrap();
    let answer = bench.ask(Asker::Operator, "availability", &request).await.unwrap();
    let answer: Availability = serde_json::from_value(answer).unwrap();
    assert_eq!(answer.lines[0].available, q("9"));
    assert_eq!(answer.lines[0].warehouses[0].available, q("6"));
    assert!(answer.lines[1].warehouses.is_empty());
    let split: Vec<_> = answer
        .split
        .iter()
        .map(|part| (part.warehouse_id.to_string(), part.lines[0].quantity.to_string()))
        .collect();
    assert_eq!(split, [("EAST".to_owned(), "6".to_owned()), ("WEST".to_owned(), "2".to_owned())]);
    let carrier = Partner::new(name("ups"), vec![contracts::Role::Carrier]);
    let asker = Asker::Partner(Box::new(carrier));
    assert_eq!(bench.ask(asker, "availability", &request).await.unwrap_err().code, 403);
}

/// M10, A11: one who speaks for a warehouse sees its own; buyers and the ERP see all, as one with
/// both roles does.
#[tokio::test]
async fn m10_a_warehouse_sees_its_own_stock_alone() {
    let mut bench = bench().await;
    let mut far = warehouse("FAR", 1, json!(["US-NY"]));
    far.partner = name("other");
    bench.document(&name("erp"), &far).await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "10").await;
    let report = adjustment("FAR", "R-1", "WIDGET-1", "20");
    bench.document(&name("erp"), &report).await;
    let request: AvailabilityRequest =
        serde_json::from_value(json!({"lines": [{"sku": "WIDGET-1", "quantity": "15"}]})).unwrap();
    let partner = |record: serde_json::Value| serde_json::from_value::<Partner>(record).unwrap();
    let threepl = json!({"partner": "threepl", "roles": ["warehouse"],
        "warehouses": ["EAST", "FAR"]});
    let both = json!({"partner": "threepl", "roles": ["warehouse", "buyer"],
        "warehouses": ["EAST"]});
    let other = json!({"partner": "other", "roles": ["warehouse"], "warehouses": ["FAR"]});
    let buyer = json!({"partner": "acme", "roles": ["buyer"]});
    for (record, all, places) in [
        (threepl, "10", vec!["EAST"]),
        (other, "20", vec!["FAR"]),
        (both, "30", vec!["EAST", "FAR"]),
        (buyer, "30", vec!["EAST", "FAR"]),
    ] {
        let asker = Asker::Partner(Box::new(partner(record)));
        let answer = bench.ask(asker, "availability", &request).await.unwrap();
        let answer: Availability = serde_json::from_value(answer).unwrap();
        let listed: Vec<&str> =
            answer.lines[0].warehouses.iter().map(|it| it.warehouse_id.as_str()).collect();
        assert_eq!((answer.lines[0].available, &listed), (q(all), &places));
        let split = answer.split.iter().map(|it| it.warehouse_id.as_str());
        assert!(split.into_iter().all(|place| places.contains(&place)));
    }
}

/// A11: of a warehouse that an operator or its record has closed nothing is there, until it opens.
#[tokio::test]
async fn a11_a_closed_warehouse_is_not_in_availability() {
    for by_record in [false, true] {
        let mut bench = bench().await;
        receive(&mut bench, "EAST", "R-1", "WIDGET-1", "10").await;
        receive(&mut bench, "WEST", "R-1", "WIDGET-1", "3").await;
        let request: AvailabilityRequest =
            serde_json::from_value(json!({"lines": [{"sku": "WIDGET-1", "quantity": "8"}]}))
                .unwrap();
        for (number, (closed, all, wanted)) in
            [(true, "3", vec![("WEST", "3")]), (false, "13", vec![("EAST", "8")])]
                .into_iter()
                .enumerate()
        {
            outage::switch(&mut bench, number, by_record, closed).await;
            let answer = bench.ask(Asker::Operator, "availability", &request).await.unwrap();
            let answer: Availability = serde_json::from_value(answer).unwrap();
            assert_eq!(answer.lines[0].available, q(all));
            let listed: Vec<&str> =
                answer.lines[0].warehouses.iter().map(|it| it.warehouse_id.as_str()).collect();
            assert_eq!(listed.contains(&"EAST"), !closed, "{listed:?}");
            let split: Vec<_> = answer
                .split
                .iter()
                .map(|it| (it.warehouse_id.to_string(), it.lines[0].quantity.to_string()))
                .collect();
            let wanted: Vec<_> =
                wanted.iter().map(|(at, n)| ((*at).to_owned(), (*n).to_owned())).collect();
            assert_eq!(split, wanted);
        }
    }
}

/// A11: what the question says is what the order gets, near and far, replaced and not.
#[tokio::test]
async fn a11_a_reservation_gets_what_availability_said() {
    for (region, substitutes) in [("NY", false), ("CA", false), ("NY", true), ("CA", true)] {
        let mut bench = bench().await;
        bench.event(&item("WIDGET-1", json!(["WIDGET-2"]))).await;
        for place in ["EAST", "WEST"] {
            receive(&mut bench, place, "R-1", "WIDGET-1", "5").await;
            receive(&mut bench, place, "R-2", "WIDGET-2", "4").await;
        }
        let mut to = address();
        to["region"] = json!(region);
        let request: AvailabilityRequest = serde_json::from_value(json!({"ship_to": to,
            "allow_substitutes": substitutes, "lines": [{"sku": "WIDGET-1", "quantity": "4"},
                {"sku": "WIDGET-1", "quantity": "9"}, {"sku": "WIDGET-2", "quantity": "3"}]}))
        .unwrap();
        let answer = bench.ask(Asker::Operator, "availability", &request).await.unwrap();
        let answer: Availability = serde_json::from_value(answer).unwrap();
        let said: BTreeSet<_> = answer
            .split
            .iter()
            .flat_map(|part| {
                part.lines.iter().map(move |it| (&part.warehouse_id, &it.sku, it.quantity))
            })
            .map(|(place, sku, quantity)| (place.clone(), sku.clone(), quantity.scaled()))
            .collect();
        let order = OrderBody {
            ship_to: serde_json::from_value(to).unwrap(),
            allow_substitutes: substitutes,
            ..body("PO-1", &[("WIDGET-1", "4"), ("WIDGET-1", "9"), ("WIDGET-2", "3")])
        };
        let mut got = std::collections::BTreeMap::new();
        for (_, _, sku, place, quantity) in reserved(&accept(&mut bench, order).await) {
            *got.entry((at(&place), super::sku(&sku))).or_insert(0) += q(&quantity).scaled();
        }
        let got: BTreeSet<_> = got.into_iter().map(|((at, sku), sum)| (at, sku, sum)).collect();
        assert_eq!(said, got, "{region} {substitutes}");
    }
}

async fn all(bench: &Bench, limit: u32) -> AllocationBooks {
    let mut all = AllocationBooks { lines: Vec::new(), stock: Vec::new(), next: None };
    let mut after = None;
    loop {
        let request = AllocationBooksRequest { after, limit };
        let page = bench.ask(Asker::Operator, "allocation-books", &request).await.unwrap();
        let page: AllocationBooks = serde_json::from_value(page).unwrap();
        assert!(page.lines.len() + page.stock.len() <= limit as usize);
        all.lines.extend(page.lines);
        all.stock.extend(page.stock);
        if page.next.is_none() {
            return all;
        }
        after = page.next;
    }
}

#[tokio::test]
async fn the_books_come_page_by_page_and_balance() {
    let mut bench = bench().await;
    for (place, sku) in [("EAST", "A/B \"1\""), ("EAST", "WIDGET-1"), ("WEST", "WIDGET-1")] {
        receive(&mut bench, place, sku, sku, "10").await;
    }
    for po in ["PO-1", "PO-2", "PO-3"] {
        accept(&mut bench, body(po, &[("WIDGET-1", "4"), ("A/B \"1\"", "4")])).await;
    }
    bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "3")])).await;
    let books = all(&bench, 2).await;
    assert_eq!((books.lines.len(), books.stock.len()), (6, 3));
    assert_eq!(all(&bench, 2_000).await, books);
    for it in &books.stock {
        let moved = it.received.scaled() - it.dispatched.scaled() + it.restocked.scaled();
        assert_eq!(it.on_hand.scaled(), moved);
    }
    let of_stock: i64 = books.stock.iter().map(|it| it.reserved.scaled()).sum();
    let of_lines: i64 = books.lines.iter().map(|it| it.reserved.scaled()).sum();
    assert_eq!(of_stock, of_lines);
    let partner = Asker::Partner(Box::new(Partner::new(name("erp"), vec![contracts::Role::Erp])));
    let request = AllocationBooksRequest { after: None, limit: 1 };
    assert_eq!(bench.ask(partner, "allocation-books", &request).await.unwrap_err().code, 404);
}

/// Goods that came back from a customer and broke in the warehouse leave less than nothing in net.
#[tokio::test]
async fn the_books_tell_a_net_receipt_below_zero() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "2").await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "2")])).await;
    bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "2")])).await;
    let received: ReturnReceived = serde_json::from_value(json!({"rma_number": "RMA-1",
        "order_id": id("PO-1"), "receipt_id": "RC-1", "warehouse_id": "WEST",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "2", "disposition": "restock"}]}))
    .unwrap();
    bench.event(&received).await;
    receive(&mut bench, "WEST", "R-2", "WIDGET-1", "-2").await;
    let books = all(&bench, 10).await;
    let west = books.stock.iter().find(|it| it.warehouse_id == at("WEST")).unwrap();
    assert_eq!((west.on_hand, west.received.to_string()), (q("0"), "-2".to_owned()));
}
