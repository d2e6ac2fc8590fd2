//! One of the ten comes back: the buyer's credit memo in each format.

use serde_json::json;

use super::text::{X12, is_set};
use crate::shop::Shop;

/// The unit was sold at 9.99; 8.875 % of that is 0.887. The freight is not credited (I9).
const CREDITED: &str = "10.88";

/// Asks for a return, receives it, and reads the credit memo on this invoice.
pub async fn is_credited(shop: &mut Shop, invoice: &str) {
    let request = json!({"return_request_id": "RR-1", "po_number": "PO-1", "reason": "damaged",
        "lines": [{"line": 1, "quantity": "1"}]});
    shop.acme.send("return-request", &request).await;
    let rma = shop.acme.answer("return-authorization", |_| true).await["rma_number"].clone();
    shop.threepl.answer("return-expected", |it| it["rma_number"] == rma).await;
    let receipt = json!({"rma_number": rma, "receipt_id": "RC-1", "warehouse_id": "EAST",
        "final": true, "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1",
        "disposition": "restock"}]});
    shop.threepl.send("return-receipt", &receipt).await;

    let said = shop.acme.answer("credit-memo", |_| true).await;
    assert_eq!(said["invoice_number"], invoice, "the oldest first: {said:#}");
    let figures = ["net_total", "tax_total", "total"].map(|it| said[it].as_str().unwrap());
    assert_eq!(figures, ["9.99", "0.89", CREDITED], "{said:#}");
    let number = said["credit_memo_number"].as_str().unwrap();

    let in_x12 = X12::read(&shop.acme.answer("x12", |it| is_set(it, "810")).await);
    assert_eq!(in_x12.element("ISA", 13), "300000003", "after those of the invoices");
    assert_eq!([in_x12.element("BIG", 2), in_x12.element("BIG", 7)], [number, "CR"]);
    assert_eq!(in_x12.element("REF*IV", 2), invoice);
    assert_eq!([in_x12.element("TDS", 1), in_x12.element("TXI", 2)], ["1088", "0.89"]);

    let in_ubl = shop.acme.answer("ubl", |_| true).await;
    let in_ubl = in_ubl.as_str().unwrap();
    let payable = format!("<cbc:PayableAmount currencyID=\"USD\">{CREDITED}</cbc:PayableAmount>");
    let ids = [number, invoice].map(|id| format!("<cbc:ID>{id}</cbc:ID>"));
    for element in [&payable, &ids[0], &ids[1], "<cbc:CreditNoteTypeCode>381<"] {
        assert!(in_ubl.contains(element), "{element} in {in_ubl}");
    }
}
