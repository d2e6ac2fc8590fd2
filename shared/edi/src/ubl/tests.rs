//! Reads an order as a buyer would write it, and refuses everything that is no order.

use super::*;

fn order() -> String {
    r#"<?xml version="1.0" encoding="UTF-8"?>
<o:Order xmlns:o="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</cbc:CustomizationID>
  <cbc:ID> PO-1 </cbc:ID>
  <cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cbc:Note>Be &amp; careful</cbc:Note>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:BuyerCustomerParty><cac:Party>
    <cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>
    <cac:PartyIdentification><cbc:ID>B-7</cbc:ID></cac:PartyIdentification>
    <cac:PartyName><cbc:Name>Buyer &amp; Sons</cbc:Name></cac:PartyName>
  </cac:Party></cac:BuyerCustomerParty>
  <cac:SellerSupplierParty><cac:Party>
    <cac:PartyLegalEntity><cbc:RegistrationName>Seller</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:SellerSupplierParty>
  <cac:OrderLine><cac:LineItem>
    <cbc:ID>1</cbc:ID>
    <cbc:Quantity unitCode="EA">10</cbc:Quantity>
    <cac:Price><cbc:PriceAmount currencyID="EUR">9.99</cbc:PriceAmount>
      <cbc:BaseQuantity unitCode="EA">1</cbc:BaseQuantity></cac:Price>
    <cac:Item><cbc:Name>Widget</cbc:Name>
      <cac:SellersItemIdentification><cbc:ID>WIDGET-1</cbc:ID></cac:SellersItemIdentification>
      <cac:StandardItemIdentification><cbc:ID schemeID="0160">0123</cbc:ID></cac:StandardItemIdentification>
    </cac:Item>
  </cac:LineItem></cac:OrderLine>
  <cac:OrderLine><cac:LineItem><cbc:ID>2</cbc:ID><cbc:Quantity>1</cbc:Quantity>
    <cac:Item><cbc:Name>Nut</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine>
</o:Order>"#
        .to_owned()
}

#[test]
fn an_order_is_read_whatever_its_prefixes() {
    let order = read_order(order().as_bytes()).unwrap();
    assert_eq!((order.id.text(), order.issue_date.text()), ("PO-1", "2026-03-02"));
    let buyer = &order.buyer_customer_party.party;
    assert_eq!(buyer.name(), "Buyer & Sons");
    assert_eq!(buyer.codes().collect::<Vec<_>>(), ["B-7", "7300010000001"]);
    assert_eq!(order.seller_supplier_party.party.name(), "Seller");
    assert_eq!(order.order_line.len(), 2);
    let line = &order.order_line[0].line_item;
    let quantity = line.quantity.as_ref().unwrap();
    assert_eq!((quantity.text(), quantity.unit.as_deref()), ("10", Some("EA")));
    let price = line.price.as_ref().unwrap();
    assert_eq!(price.price_amount.text(), "9.99");
    let standard = line.item.standard_item_identification.as_ref().unwrap();
    assert_eq!((standard.id.text(), standard.id.scheme.as_deref()), ("0123", Some("0160")));
}

#[test]
fn a_document_type_and_its_entities_are_refused() {
    let bomb = r#"<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>"#;
    let with = |text: &str| order().replace("?>\n", &format!("?>\n{text}\n"));
    assert_eq!(read_order(with(bomb).as_bytes()), Err(XmlError::DocumentType.into()));
    let external = r#"<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
    assert_eq!(read_order(with(external).as_bytes()), Err(XmlError::DocumentType.into()));
    let unknown = order().replace("&amp; careful", "&boom; careful");
    assert_eq!(read_order(unknown.as_bytes()), Err(XmlError::Entity("boom".to_owned()).into()));
}

#[test]
fn what_is_no_order_is_refused_with_its_reason() {
    let other = order().replace("xsd:Order-2", "xsd:Invoice-2").replace("o:Order", "o:Invoice");
    let refused = read_order(other.as_bytes());
    assert!(matches!(refused, Err(NotAnOrder::Other { name, .. }) if name == "Invoice"));
    let no_namespace = order().replace("xmlns:o=", "xmlns:p=");
    assert!(matches!(read_order(no_namespace.as_bytes()), Err(NotAnOrder::Other { .. })));
    let nameless = order().replace("<cbc:ID> PO-1 </cbc:ID>", "");
    let missing = |text: String| match read_order(text.as_bytes()) {
        Err(NotAnOrder::Invalid { path, .. }) => path,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(nameless), "ID");
    assert_eq!(missing(order().replace("<cbc:ID>2</cbc:ID>", "")), "OrderLine[1].LineItem.ID");
    for cut in [10, 200, 900, order().len() - 3] {
        assert!(read_order(&order().as_bytes()[..cut]).is_err(), "cut at {cut}");
    }
    let deep = format!("{}{}", "<a>".repeat(80), "</a>".repeat(80));
    assert_eq!(read_order(deep.as_bytes()), Err(XmlError::Depth.into()));
    assert_eq!(read_order(b"\xff\xfe<"), Err(XmlError::NotUtf8.into()));
    let large = vec![b' '; crate::MAX_BYTES + 1];
    assert_eq!(read_order(&large), Err(XmlError::TooLarge(1_048_577).into()));
    assert!(read_order(b"<a/><b/>").is_err());
    assert!(read_order(b"").is_err());
}

#[test]
fn a_response_is_well_formed_and_escapes_what_it_is_given() {
    let response = OrderResponse {
        id: "R-1".to_owned(),
        code: "CA",
        currency: Some("EUR".to_owned()),
        order_id: "PO<1>&\u{1}".to_owned(),
        notes: vec!["a & b".to_owned()],
        buyer: ResponseParty {
            endpoint: Some((Some("\"0088\"".to_owned()), "73".to_owned())),
            id: None,
            name: "B".to_owned(),
        },
        lines: vec![ResponseLine {
            id: "1".to_owned(),
            price: Some("9.99".to_owned()),
            ..ResponseLine::default()
        }],
        ..OrderResponse::default()
    };
    let xml = response.to_xml();
    assert!(crate::xml::trusted(xml.as_bytes()).is_ok(), "{xml}");
    let root = crate::xml::root(&xml).unwrap();
    assert_eq!(root, (ORDER_RESPONSE.to_owned(), "OrderResponse".to_owned()));
    assert!(xml.contains("<cbc:ID>PO&lt;1&gt;&amp;</cbc:ID>"), "{xml}");
    assert!(xml.contains(r#"<cbc:EndpointID schemeID="&quot;0088&quot;">"#), "{xml}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = read_order(&bytes);
    }

    #[test]
    fn no_damage_makes_it_panic(place in 0..2_000_usize, byte in proptest::prelude::any::<u8>()) {
        let mut bytes = order().into_bytes();
        let place = place % bytes.len();
        bytes[place] = byte;
        let _ = read_order(&bytes);
    }
}
