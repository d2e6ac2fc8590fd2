//! The X12 945 of a warehouse: a confirmation per set, answered by a 997.

use contracts::{Kind, document::ShipConfirm, event::DocumentTranslated};

use super::*;

const SHIPMENT: &str = "6f9619ff-8b86-5d01-b42d-00cf4fc964ff";

fn advice(shipment: &str) -> OutSet {
    let w06 = format!("W06*F*{shipment}*20260303*T-778");
    set(
        "945",
        &[
            &w06,
            "G62*11*20260303*8*1500",
            "W27*M*UPS",
            "LX*1",
            "W12*CC*10*9*1*EA**VN*WIDGET-1",
            "W03*9",
        ],
    )
}

async fn desk() -> Desk {
    let mut desk = Desk::new().await;
    let partner = json!({"partner": "threepl", "roles": ["warehouse"], "warehouses": ["EAST"],
        "x12": {"isa_qualifier": "ZZ", "isa_id": "ACME", "gs_id": "ACMEAPP", "version": "004010"}});
    desk.bench.partner(serde_json::from_value(partner).unwrap()).await;
    desk
}

fn answers(heard: &Heard) -> String {
    let all = heard.outcomes.iter().flat_map(|outcome| &outcome.outgoing);
    let all = all.filter(|message| message.subject == "egress.threepl.x12.v1");
    all.map(|message| String::from_utf8(message.payload.clone()).unwrap()).collect()
}

#[tokio::test]
async fn a_945_becomes_a_confirmation_and_is_answered_by_a_997() {
    let mut desk = desk().await;
    let text = interchange(7, &[group("SW", vec![advice(SHIPMENT), advice("nothing")])]);
    let heard = desk.partner_sends("threepl", "x12", text).await;
    has(&answers(&heard), "AK1*SW*7~\nAK2*945*0001~\nAK5*A~\nAK2*945*0002~\nAK3*W06*2**8~");
    has(&answers(&heard), "AK9*P*2*2*1~");
    let translated = heard.events::<DocumentTranslated>();
    assert_eq!(translated.len(), 1);
    assert_eq!(
        (translated[0].document, translated[0].partner.as_str()),
        (Kind::ShipConfirm, "threepl")
    );
    let confirm: ShipConfirm = contracts::document::read_body(&translated[0].body).unwrap();
    assert_eq!(confirm.shipment_id.to_string(), SHIPMENT);
    assert_eq!(confirm.confirmation_id.as_str(), "T-778");
    let line = &confirm.lines[0];
    assert_eq!(
        (line.line, line.sku.as_str(), line.quantity.to_string()),
        (1, "WIDGET-1", "9".into())
    );
    assert_eq!(line.short_quantity.unwrap().to_string(), "1");
    assert!(confirm.is_final);
}

#[tokio::test]
async fn only_a_warehouse_confirms_shipments() {
    let mut desk = desk().await;
    let text = interchange(7, &[group("SW", vec![advice(SHIPMENT)])]);
    let heard = desk.sends("x12", text).await;
    has(&heard.acknowledgement(), "AK9*R*1*1*0*1~");
    assert_eq!(heard.translated(), 0);
}
