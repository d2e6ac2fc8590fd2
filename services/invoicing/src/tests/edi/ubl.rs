//! The content of a bill in UBL: the figures of the JSON, digit by digit, the parties and the notes.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::shop::{address, dispatch, line, settings},
    Desk,
    cases::bills,
    has, merge, sent,
};

fn texts(value: &Value, field: &str) -> Vec<String> {
    let rows = value.as_array().into_iter().flatten();
    rows.map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
}

fn short(amount: &str) -> Decimal {
    amount.parse().unwrap()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    #[serde(alias = "InvoicedQuantity", alias = "CreditedQuantity")]
    quantity: Text,
    line_extension_amount: Text,
    price: Price,
}

#[derive(Debug, Deserialize)]
struct Text {
    #[serde(rename = "$text")]
    text: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Price {
    price_amount: Text,
    base_quantity: Text,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Totals {
    line_extension_amount: Text,
    tax_inclusive_amount: Text,
    payable_amount: Text,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TaxTotal {
    tax_amount: Text,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bill {
    #[serde(rename = "ID")]
    id: String,
    document_currency_code: String,
    tax_total: TaxTotal,
    legal_monetary_total: Totals,
    #[serde(alias = "InvoiceLine", alias = "CreditNoteLine")]
    lines: Vec<Line>,
}

/// Nothing is computed anew: what finance booked is what the buyer reads.
#[tokio::test]
async fn i12_the_figures_in_ubl_are_those_of_the_json() {
    for said in bills().await {
        let bill: Bill = quick_xml::de::from_str(&said.ubl).unwrap();
        assert!(said.name.ends_with(&bill.id), "{}", said.name);
        assert_eq!(bill.document_currency_code, said.json["currency"].as_str().unwrap());
        let figure = |field: &str| short(said.json[field].as_str().unwrap());
        assert_eq!(bill.legal_monetary_total.line_extension_amount.text, figure("net_total"));
        assert_eq!(bill.legal_monetary_total.tax_inclusive_amount.text, figure("total"));
        assert_eq!(bill.legal_monetary_total.payable_amount.text, figure("total"));
        assert_eq!(bill.tax_total.tax_amount.text, figure("tax_total"));
        let nets = texts(&said.json["lines"], "net_amount");
        assert_eq!(nets.len(), bill.lines.len());
        let digits = if said.json["currency"] == "JPY" { 0 } else { 2 };
        for (line, net) in bill.lines.iter().zip(nets) {
            assert_eq!(line.line_extension_amount.text, short(&net), "{}", said.name);
            let exact = line.quantity.text * line.price.price_amount.text;
            let exact = exact / line.price.base_quantity.text;
            let rounded =
                exact.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
            // Only the last credit of a line takes a remainder; all else is quantity × price.
            let off = (rounded - short(&net)).abs();
            let remainder = said.name.contains("remainders") || said.name.contains("yen");
            assert!(
                off.is_zero() || (remainder && off == Decimal::new(1, digits)),
                "{}",
                said.name
            );
        }
    }
}

#[tokio::test]
async fn i12_an_invoice_in_ubl_names_everybody_and_everything() {
    let mut desk = Desk::open(json!(["ubl"])).await;
    let codes = json!([{"qualifier": "BP", "code": "B-1"},
        {"qualifier": "UP", "code": "012345678905"}]);
    desk.item("WIDGET-1", "standard", json!({"description": "Widget, 1\" <blue>", "codes": codes}))
        .await;
    desk.seller(json!({})).await;
    let mut discounted = line(1, "WIDGET-1", "10", "9.99");
    merge(&mut discounted, &json!({"discount_percent": "5"}));
    let charges = json!([{"code": "freight", "amount": "12.00"}]);
    desk.shop.accept(json!({"lines": [discounted], "charges": charges})).await;
    let mut event = dispatch(1, &[(1, "WIDGET-1", "10")]);
    event.ship_to = serde_json::from_value(address("NY")).unwrap();
    event.ship_to.name = "Dock 4".to_owned();
    let billed = desk.shop.bench.event(&event).await;
    let ubl = &sent(&billed, "ubl")[0];
    for part in [
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>\n<cbc:ID>INV-000001</cbc:ID>",
        "<cbc:IssueDate>2026-03-03</cbc:IssueDate>\n<cbc:DueDate>2026-04-02</cbc:DueDate>",
        "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
        "<cac:OrderReference><cbc:ID>PO-1</cbc:ID>",
        "<cbc:CompanyID>36-1234567</cbc:CompanyID>\n<cac:TaxScheme><cbc:ID>TAX</cbc:ID>",
        "<cbc:RegistrationName>Midwest Supply</cbc:RegistrationName>",
        "<cbc:RegistrationName>Acme &amp; Sons &lt;Inc&gt;</cbc:RegistrationName>",
        "<cac:PartyIdentification><cbc:ID>C-100</cbc:ID>",
        "<cbc:ActualDeliveryDate>2026-03-03</cbc:ActualDeliveryDate>",
        "<cac:DeliveryParty><cac:PartyName><cbc:Name>Dock 4</cbc:Name>",
        "<cac:PaymentTerms><cbc:Note>2 % discount when paid by 2026-03-13. Due on 2026-04-02</cbc:Note>",
        "<cbc:ChargeIndicator>true</cbc:ChargeIndicator>\n<cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode>\n<cbc:AllowanceChargeReason>Freight</cbc:AllowanceChargeReason>\n<cbc:Amount currencyID=\"USD\">12.00</cbc:Amount>",
        "<cbc:TaxableAmount currencyID=\"USD\">106.91</cbc:TaxableAmount>\n<cbc:TaxAmount currencyID=\"USD\">9.49</cbc:TaxAmount>",
        "<cbc:TaxExclusiveAmount currencyID=\"USD\">106.91</cbc:TaxExclusiveAmount>",
        "<cbc:PayableAmount currencyID=\"USD\">116.40</cbc:PayableAmount>",
        "<cbc:Name>Widget, 1&quot; &lt;blue&gt;</cbc:Name>",
        "<cac:StandardItemIdentification><cbc:ID schemeID=\"0160\">012345678905</cbc:ID>",
        "<cbc:PriceAmount currencyID=\"USD\">9.4905</cbc:PriceAmount>\n<cbc:BaseQuantity unitCode=\"EA\">1</cbc:BaseQuantity>",
        "<cbc:Amount currencyID=\"USD\">0.4995</cbc:Amount>\n<cbc:BaseAmount currencyID=\"USD\">9.99</cbc:BaseAmount>",
    ] {
        has(ubl, part);
    }
}

#[tokio::test]
async fn i12_a_credit_note_names_its_invoice_its_return_and_the_fee() {
    let mut config = settings();
    config.restocking_fee_percent = "15".parse().unwrap();
    let mut desk = Desk::with(config, "USD", json!(["ubl"])).await;
    desk.shop.accept(json!({})).await;
    desk.shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let credited = desk.shop.take_back(&[(1, "WIDGET-1", "0", "10")]).await;
    let ubl = &sent(&credited, "ubl")[0];
    for part in [
        "<cbc:ID>CM-000001</cbc:ID>",
        "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>\n<cbc:Note>Return RMA-000001</cbc:Note>",
        "<cac:InvoiceDocumentReference><cbc:ID>INV-000001</cbc:ID>\n<cbc:IssueDate>2026-03-03</cbc:IssueDate>",
        "<cbc:PaymentMeansCode>1</cbc:PaymentMeansCode>\n<cbc:PaymentDueDate>2026-04-02</cbc:PaymentDueDate>",
        "<cbc:ChargeIndicator>false</cbc:ChargeIndicator>\n<cbc:AllowanceChargeReason>Restocking fee</cbc:AllowanceChargeReason>\n<cbc:Amount currencyID=\"USD\">14.99</cbc:Amount>",
        "<cbc:AllowanceTotalAmount currencyID=\"USD\">14.99</cbc:AllowanceTotalAmount>",
        "<cbc:TaxableAmount currencyID=\"USD\">84.91</cbc:TaxableAmount>",
        "<cbc:CreditedQuantity unitCode=\"EA\">10</cbc:CreditedQuantity>",
        "<cbc:PayableAmount currencyID=\"USD\">92.45</cbc:PayableAmount>",
    ] {
        has(ubl, part);
    }
    assert!(!ubl.contains("cbc:DueDate"), "{ubl}");
}

/// Units that trading partners use, in the codes of the recommendations.
#[tokio::test]
async fn i12_units_are_said_in_the_codes_of_the_recommendations() {
    for (uom, code) in
        [("CS", "XCS"), ("BX", "XBX"), ("PL", "XPX"), ("KGM", "KGM"), ("WHAT", "C62")]
    {
        let mut desk = Desk::open(json!(["ubl"])).await;
        desk.item("WIDGET-1", "standard", json!({"stock_uom": uom})).await;
        desk.shop.accept(json!({})).await;
        let billed = desk.shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
        has(&sent(&billed, "ubl")[0], &format!("unitCode=\"{code}\">10<"));
    }
}
