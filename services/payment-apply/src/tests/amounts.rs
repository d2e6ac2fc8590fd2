//! Amounts of 18 digits and currencies of 0, 2 and 3 digits after the point, on both databases.

use contracts::{Reason, document::Rejection, event::JournalPosted};
use serde_json::json;
use testkit::Postgres;

use super::*;

async fn on_both(postgres: &Postgres) -> [Bench<PaymentApply>; 2] {
    let mut on_postgres = postgres::replica(postgres).await;
    on_postgres.event(&company("America/Chicago")).await;
    on_postgres.partner(partner("acme", json!(["buyer"]), json!(["C-100"]))).await;
    on_postgres.partner(partner("bank", json!(["bank"]), json!([]))).await;
    [bench().await, on_postgres]
}

fn paid_in(
    id: &str,
    currency: &str,
    amount: &str,
    remittance: Value,
) -> contracts::document::Payment {
    document(json!({"payment_id": id, "customer_id": "C-100", "currency": currency,
        "amount": amount, "received_on": "2026-03-12", "method": "wire",
        "remittance": remittance}))
}

/// The largest amount of each currency, the half of a minor unit that a discount rounds up, and
/// back again.
#[tokio::test]
async fn p4_p9_p10_eighteen_digits_are_kept_to_the_last() {
    let postgres = Postgres::start().unwrap();
    let cases = [
        ("JPY", "999999999999999975", "20000000000000000", "979999999999999975", "0"),
        ("USD", "9999999999999999.75", "200000000000000.00", "9799999999999999.75", "0.00"),
        ("KWD", "999999999999999.975", "20000000000000.000", "979999999999999.975", "0.000"),
    ];
    for mut bench in on_both(&postgres).await {
        for (currency, total, discount, cash, nothing) in cases {
            let number = format!("INV-{currency}");
            bench
                .event(&invoice(Bill { number: &number, po: currency, currency, total, ..BILL }))
                .await;
            let paid = paid_in(&format!("CHK-{currency}"), currency, cash, json!([]));
            let paid = bench.document(&name("bank"), &paid).await;
            let wanted = format!("applied {number}={cash}+{discount} rest {nothing}");
            assert_eq!(told(&ack(&paid)), wanted);
            assert_eq!(open(&bench, &number).await, nothing);
            let entry = booked(&paid.events::<JournalPosted>()[0]);
            assert_eq!(entry, format!("cash {cash}, discounts {discount}, receivable -{total}"));
            bench.at("2026-03-25T12:00:00Z".parse().unwrap());
            let back = reversal(&format!("NSF-{currency}"), &format!("CHK-{currency}"));
            bench.document(&name("bank"), &back).await;
            assert_eq!(open(&bench, &number).await, total);
            bench.at("2026-03-02T12:00:00Z".parse().unwrap());
        }
        let request = json!({"customer_id": "C-100", "from": "2026-03-03", "to": "2026-03-31"});
        let answer = bench.ask(Asker::Operator, crate::account::QUESTION, &request).await;
        let account: Account = serde_json::from_value(answer.unwrap()).unwrap();
        let told = account.statements.iter().map(|it| {
            let (before, after) = (it.opening_balance.to_string(), it.closing_balance.to_string());
            (it.currency.to_string(), before, it.lines.len(), after)
        });
        let mut wanted: Vec<_> =
            cases.iter().map(|it| (it.0.to_owned(), it.1.to_owned(), 3, it.1.to_owned())).collect();
        wanted.sort();
        assert_eq!(told.collect::<Vec<_>>(), wanted);
    }
}

#[tokio::test]
async fn p1_an_amount_that_its_currency_can_not_hold_is_refused_with_its_place() {
    let mut bench = bench().await;
    let cases = [
        ("JPY", "0.5", "100", "amount"),
        ("USD", "1.00", "0.001", "remittance[0].amount"),
        ("KWD", "9999999999999999.75", "1", "amount"),
        ("USD", "99999999999999999.00", "1", "amount"),
    ];
    for (currency, amount, line, path) in cases {
        let body = json!({"payment_id": "CHK-1", "customer_id": "C-100", "currency": currency,
            "amount": amount, "received_on": "2026-03-12", "method": "wire",
            "remittance": [pays("INV-1", line)]});
        let body = body.to_string().into_bytes();
        let refused = bench.payload(&name("bank"), "payment", body).await;
        let reasons = &refused.documents::<Rejection>(&name("bank"))[0].reasons;
        assert_eq!((reasons[0].code, reasons[0].path.as_str()), (Reason::InvalidValue, path));
    }
    assert!(books(&bench).await.payments.is_empty());
}

/// Two amounts of 18 digits are one of 19: said to be too large, and never said wrong.
#[tokio::test]
async fn p10_a_sum_beyond_18_digits_is_kept_and_the_answer_says_that_it_can_not_be_told() {
    let postgres = Postgres::start().unwrap();
    for mut bench in on_both(&postgres).await {
        for id in ["CHK-1", "CHK-2"] {
            let paid = paid_in(id, "JPY", "999999999999999999", json!([]));
            assert_eq!(
                told(&ack(&bench.document(&name("bank"), &paid).await)),
                "unapplied rest 999999999999999999"
            );
        }
        let request = json!({"customer_id": "C-100"});
        let error = bench.ask(Asker::Operator, crate::account::QUESTION, &request).await;
        let error = error.unwrap_err();
        assert_eq!(error.code, 500);
        assert!(error.message.contains("beyond 18 digits"), "{}", error.message);
        bench.document(&name("bank"), &reversal("NSF-1", "CHK-1")).await;
        let answer = bench.ask(Asker::Operator, crate::account::QUESTION, &request).await;
        assert_eq!(answer.unwrap()["unapplied_cash"], "999999999999999999");
    }
}
