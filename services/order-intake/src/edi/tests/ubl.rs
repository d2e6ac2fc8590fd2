//! UBL orders, answered by order responses.

use contracts::{
    Reason,
    document::{OrderAckStatus, Rejection},
    event::OrderAccepted,
};

use super::*;

fn order(lines: &str) -> String {
    format!(
        r#"<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:ordering:3</cbc:ProfileID>
  <cbc:ID>PO-1</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
  <cac:ValidityPeriod><cbc:EndDate>2026-03-20</cbc:EndDate></cac:ValidityPeriod>
  <cac:BuyerCustomerParty><cac:Party><cbc:EndpointID schemeID="0088">730</cbc:EndpointID>
    <cac:PartyIdentification><cbc:ID>S-2</cbc:ID></cac:PartyIdentification>
    <cac:PartyName><cbc:Name>Acme &amp; Co</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty>
  <cac:SellerSupplierParty><cac:Party><cbc:EndpointID schemeID="0088">731</cbc:EndpointID>
    <cac:PartyLegalEntity><cbc:RegistrationName>Seller</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:SellerSupplierParty>
  <cac:Delivery><cac:DeliveryLocation><cac:Address><cbc:StreetName>Dock Rd 4</cbc:StreetName>
    <cbc:CityName>Boston</cbc:CityName><cbc:PostalZone>02101</cbc:PostalZone>
    <cbc:CountrySubentity>MA</cbc:CountrySubentity>
    <cac:Country><cbc:IdentificationCode>US</cbc:IdentificationCode></cac:Country></cac:Address>
    </cac:DeliveryLocation></cac:Delivery>
  <cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>
    <cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode>
    <cbc:Amount currencyID="USD">12.50</cbc:Amount></cac:AllowanceCharge>
  <cac:AnticipatedMonetaryTotal><cbc:LineExtensionAmount currencyID="USD">99.90</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="USD">112.40</cbc:TaxExclusiveAmount></cac:AnticipatedMonetaryTotal>
  {lines}
</Order>"#
    )
}

fn line(id: &str, item: &str, price: &str) -> String {
    format!(
        r#"<cac:OrderLine><cac:LineItem><cbc:ID>{id}</cbc:ID><cbc:Quantity unitCode="EA">10</cbc:Quantity>
  {price}<cac:Item><cbc:Name>Widget</cbc:Name>{item}</cac:Item></cac:LineItem></cac:OrderLine>"#
    )
}

fn standard(code: &str) -> String {
    format!(
        "<cac:StandardItemIdentification><cbc:ID schemeID=\"0160\">{code}</cbc:ID>\
         </cac:StandardItemIdentification>"
    )
}

const PRICE: &str = r#"<cac:Price><cbc:PriceAmount currencyID="USD">99.9</cbc:PriceAmount>
  <cbc:BaseQuantity unitCode="EA">10</cbc:BaseQuantity></cac:Price>"#;

#[tokio::test]
async fn a_ubl_order_is_answered_by_an_order_response() {
    let mut desk = Desk::new().await;
    let heard = desk.sends("ubl", order(&line("10", &standard("012345678905"), PRICE))).await;
    let accepted = heard.events::<OrderAccepted>().remove(0).order;
    let ordered = &accepted.lines[0];
    assert_eq!((ordered.line, ordered.sku.as_str()), (10, "WIDGET-1"));
    assert_eq!(
        (ordered.unit_price.to_string(), accepted.total.to_string()),
        ("9.99".into(), "112.40".into())
    );
    assert_eq!(accepted.customer_id.as_str(), "C-200");
    assert_eq!(accepted.cancel_after.unwrap().to_string(), "2026-03-20");
    assert_eq!(
        (accepted.ship_to.name.as_str(), accepted.ship_to.place()),
        ("Acme & Co", "US-MA".into())
    );
    assert_eq!(heard.one::<OrderAck>().status, OrderAckStatus::Accepted);
    let answers = heard.raw("ubl");
    assert_eq!(answers.len(), 1);
    for wanted in [
        "<cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order_response:3</cbc:CustomizationID>",
        "<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>",
        "<cac:OrderReference><cbc:ID>PO-1</cbc:ID>",
        "<cbc:EndpointID schemeID=\"0088\">731</cbc:EndpointID>",
        "<cbc:Name>Acme &amp; Co</cbc:Name>",
        "<cbc:ID>10</cbc:ID>\n<cbc:LineStatusCode>5</cbc:LineStatusCode>\n<cbc:Quantity unitCode=\"EA\">10</cbc:Quantity>",
        "<cac:SellersItemIdentification><cbc:ID>WIDGET-1</cbc:ID>",
    ] {
        has(&answers[0], wanted);
    }
    let mut all = heard.outcomes.iter().flat_map(|outcome| &outcome.outgoing);
    let raw = all.find(|message| message.subject == "egress.acme.ubl.v1").unwrap();
    assert_eq!(raw.headers.0["ce-datacontenttype"], "application/xml");
}

/// A GTIN is an EAN, a UPC or an outer pack's code: the item's record says which.
#[tokio::test]
async fn a_gtin_is_found_under_each_kind_of_it() {
    let gtins = [("EN", "4006381333931"), ("UP", "614141999996"), ("UK", "10614141999993")];
    for (kind, gtin) in gtins {
        let mut desk = Desk::new().await;
        desk.erp(&item("WIDGET-3", json!([{"qualifier": kind, "code": gtin}]))).await;
        let heard = desk.sends("ubl", order(&line("1", &standard(gtin), PRICE))).await;
        let accepted = heard.events::<OrderAccepted>();
        assert_eq!(accepted[0].order.lines[0].sku.as_str(), "WIDGET-3", "{kind}");
    }
}

#[tokio::test]
async fn an_unknown_item_is_refused_by_the_order_response() {
    let mut desk = Desk::new().await;
    let item =
        "<cac:SellersItemIdentification><cbc:ID>NOPE</cbc:ID></cac:SellersItemIdentification>";
    assert!(desk.sends("ubl", order(&line("1", item, ""))).await.raw("ubl").is_empty());
    desk.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let heard = desk.ticks().await;
    assert_eq!(codes(&heard.one()), [(Some(1), Reason::UnknownItem)]);
    let answer = &heard.raw("ubl")[0];
    has(answer, "<cbc:OrderResponseCode>RE</cbc:OrderResponseCode>");
    has(answer, "<cbc:Note>unknown_item: ");
    has(answer, "<cbc:LineStatusCode>7</cbc:LineStatusCode>");
}

#[tokio::test]
async fn one_of_a_thing_is_one_in_its_stock_unit() {
    let mut desk = Desk::new().await;
    let text = order(&line("1", &standard("012345678905"), PRICE)).replace("\"EA\"", "\"C62\"");
    let heard = desk.sends("ubl", text).await;
    assert_eq!(heard.events::<OrderAccepted>()[0].order.lines[0].uom.as_str(), "EA");
    has(&heard.raw("ubl")[0], "unitCode=\"C62\">10<");
}

/// A held order was received, and no line of it is decided.
#[tokio::test]
async fn a_held_order_is_answered_as_received() {
    let mut desk = Desk::new().await;
    let text = order(&line("1", &standard("012345678905"), PRICE)).replace("112.40", "112.41");
    let heard = desk.sends("ubl", text).await;
    assert_eq!(codes(&heard.one()), [(None, Reason::TotalMismatch)]);
    let answer = &heard.raw("ubl")[0];
    has(answer, "<cbc:OrderResponseCode>AB</cbc:OrderResponseCode>");
    assert!(!answer.contains("<cac:OrderLine>"), "{answer}");
}

#[tokio::test]
async fn what_is_no_order_is_rejected_with_every_reason() {
    let mut desk = Desk::new().await;
    let good = order(&line("1", &standard("012345678905"), PRICE));
    let second = "</cac:Delivery><cac:Delivery><cac:DeliveryAddress/></cac:Delivery>";
    let cases = [
        ("hello".to_owned(), Reason::NotUbl, ""),
        (good.replace("<Order ", "<!DOCTYPE Order><Order "), Reason::NotUbl, ""),
        (good.replace("xsd:Order-2", "xsd:Invoice-2"), Reason::NotSupported, ""),
        (good.replace("xsd:Order-2", "xsd:Order-9"), Reason::NotSupported, ""),
        (good.replace("<cbc:ID>PO-1</cbc:ID>", ""), Reason::MissingField, "ID"),
        (good.replace("2026-03-02", "2026-13-02"), Reason::InvalidValue, "IssueDate"),
        (good.replace(">USD<", ">usd<"), Reason::InvalidValue, "DocumentCurrencyCode"),
        (good.replace("</cac:Delivery>", second), Reason::NotSupported, "Delivery[1]"),
        (
            good.replace(&standard("012345678905"), ""),
            Reason::MissingField,
            "OrderLine[0].LineItem.Item",
        ),
        (
            good.replace("\"EA\">10</cbc:B", "\"CS\">10</cbc:B"),
            Reason::NotSupported,
            "OrderLine[0].LineItem.Price.BaseQuantity",
        ),
        (
            good.replace("\"EA\">10</cbc:Q", "\"EA\">ten</cbc:Q"),
            Reason::InvalidValue,
            "OrderLine[0].LineItem.Quantity",
        ),
    ];
    for (payload, code, path) in cases {
        let heard = desk.sends("ubl", payload.clone()).await;
        let rejection = heard.one::<Rejection>();
        let reason = &rejection.reasons[0];
        assert_eq!((reason.code, reason.path.as_str()), (code, path), "{rejection:?}\n{payload}");
        assert_eq!(heard.subjects(), ["egress.acme.rejection.v1"]);
    }
    let two = good.replace("2026-03-02", "x").replace("\"EA\">10</cbc:Q", "\"EA\">ten</cbc:Q");
    let rejection = desk.sends("ubl", two).await.one::<Rejection>();
    assert_eq!((rejection.reasons.len(), rejection.key.as_deref()), (2, Some("PO-1")));
}
