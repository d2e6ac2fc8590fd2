//! The same on PostgreSQL, where two replicas decide at the same moment.

use contracts::subject;
use mesh::{
    Inbound,
    engine::{Fault, Settings},
};
use serde_json::json;
use testkit::Postgres;

use super::*;

async fn replica(postgres: &Postgres) -> Bench<PaymentApply> {
    let url = Some(postgres.url().to_owned());
    Bench::with(PaymentApply::new(knobs()), url, Settings::default()).await
}

/// Hands a message in until it is taken: a deadlock gives the batch back.
async fn hand_in(bench: &Bench<PaymentApply>, message: Inbound) {
    for _ in 0..20 {
        match bench.engine().handle(vec![message.clone()], bench.now()).await {
            Ok(done) => {
                assert_eq!(done.tally.dead, 0);
                return;
            }
            Err(Fault::Surroundings(_)) => {}
            Err(Fault::Message(error)) => panic!("{error}"),
        }
    }
    panic!("never taken");
}

fn sent<D: Ingress>(bench: &mut Bench<PaymentApply>, document: &D) -> Inbound {
    let payload = serde_json::to_vec(document).unwrap();
    bench.inbound(subject::ingress(&name("bank"), D::DOCUMENT), payload)
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_replicas_that_decide_at_once_lose_and_repeat_no_cent() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres).await;
    one.partner(partner("acme", json!(["buyer"]), json!(["C-100"]))).await;
    one.partner(partner("bank", json!(["bank"]), json!([]))).await;
    one.partner(partner("erp", json!(["erp"]), json!([]))).await;
    one.event(&company("America/Chicago")).await;
    let two = replica(&postgres).await;
    for round in 0..25 {
        let (number, id) = (format!("INV-{round}"), format!("CHK-{round}"));
        let po_number = format!("PO-{round}");
        let bill = Bill { number: &number, po: &po_number, ..BILL };
        let line =
            if round % 2 == 0 { pays(&number, "120.00") } else { pays_po(&po_number, "90.00") };
        let paid = payment(&id, "120.00", json!([line]));
        let posted = one.numbered(&invoice(bill));
        let (first, resent) = (sent(&mut one, &paid), sent(&mut one, &paid));
        // The invoice is posted while the payment decides to wait for it, and comes twice.
        tokio::join!(hand_in(&one, posted), hand_in(&two, first), hand_in(&two, resent),);
        let rest = if round % 2 == 0 { "0.00" } else { "10.00" };
        assert_eq!(open(&one, &number).await, rest, "round {round}");
        // It is taken back while a credit memo frees cash from the invoice.
        let memo = one.numbered(&credit(&format!("CM-{round}"), &number, "40.00"));
        let back = sent(&mut one, &reversal(&format!("NSF-{round}"), &id));
        tokio::join!(hand_in(&one, memo), hand_in(&two, back));
        assert_eq!(open(&one, &number).await, "60.00", "round {round}");
    }
    let books = books(&one).await;
    assert_eq!((books.invoices.len(), books.payments.len()), (25, 50));
    for total in &books.accounts {
        assert_eq!(total.debit, total.credit, "{total:?}");
    }
}
