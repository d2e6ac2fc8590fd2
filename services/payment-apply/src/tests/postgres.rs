//! The same on PostgreSQL, where two replicas decide at the same moment.

use contracts::{document::LedgerAccount, subject};
use mesh::{
    Inbound,
    engine::{Error, Settings},
};
use serde_json::json;
use testkit::Postgres;

use super::*;

pub async fn replica(postgres: &Postgres) -> Bench {
    let url = Some(postgres.url().to_owned());
    let mut bench = Bench::with(PaymentApply::new(knobs()), url, Settings::default()).await;
    bench.at(NOON.parse().unwrap());
    bench
}

/// Hands a message in until it is taken: a deadlock gives the batch back.
pub async fn hand_in(bench: &Bench, message: Inbound) {
    for _ in 0..20 {
        match bench.engine().handle(vec![message.clone()], bench.now()).await {
            Ok(done) => {
                assert_eq!(done.tally.dead, 0);
                return;
            }
            Err(Error::Transient(_)) => {}
            Err(Error::Permanent(error)) => panic!("{error}"),
        }
    }
    panic!("never taken");
}

fn sent<D: Ingress>(bench: &mut Bench, document: &D) -> Inbound {
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

/// Payments, credit memos and a write-off of one invoice, from both replicas at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn p2_p8_replicas_that_decide_at_once_take_no_invoice_below_zero() {
    let postgres = Postgres::start().unwrap();
    let mut one = replica(&postgres).await;
    one.event(&company("America/Chicago")).await;
    one.partner(partner("bank", json!(["bank"]), json!([]))).await;
    let two = replica(&postgres).await;
    for round in 0..8 {
        let number = format!("INV-{round}");
        let posted = one.numbered(&invoice(Bill { number: &number, po: &number, ..BILL }));
        hand_in(&one, posted).await;
        let paid = |one: &mut Bench, id: &str, line: Value| {
            sent(one, &payment(&format!("{id}-{round}"), "60.00", line))
        };
        let by_number = paid(&mut one, "A", json!([pays(&number, "60.00")]));
        let by_po = paid(&mut one, "B", json!([pays_po(&number, "60.00")]));
        let guessed = paid(&mut one, "C", json!([]));
        let memo = one.numbered(&credit(&format!("CM-{round}-1"), &number, "50.00"));
        let other = one.numbered(&credit(&format!("CM-{round}-2"), &number, "50.00"));
        let write_off = json!({"command_id": format!("w-{round}"), "operator": "me",
            "reason": "old", "invoice_number": number, "currency": "USD", "amount": "30.00"});
        let subject = subject::command("payment-apply", "write-off");
        let write_off = one.inbound(subject, serde_json::to_vec(&write_off).unwrap());
        tokio::join!(
            hand_in(&one, by_number),
            hand_in(&two, by_po),
            hand_in(&two, memo),
            hand_in(&one, other),
            hand_in(&two, write_off),
            hand_in(&one, guessed),
        );
        let books = books(&one).await;
        let item = books.invoices.iter().find(|it| it.invoice_number.as_str() == number).unwrap();
        let settled = [item.paid, item.credited, item.written_off].map(contracts::Amount::get);
        let settled: rust_decimal::Decimal = settled.iter().sum();
        assert_eq!(item.open.get(), item.total.get() - settled, "{item:?}");
        assert_eq!(item.open.to_string(), "0.00", "220.00 and more came for 100.00: {item:?}");
        for cash in &books.payments {
            let parts = [cash.applied, cash.unapplied, cash.refunded, cash.reversed];
            let parts: rust_decimal::Decimal = parts.map(contracts::Amount::get).iter().sum();
            assert_eq!(parts, cash.amount.get(), "{cash:?}");
        }
        let account = |name: LedgerAccount| {
            let total = books.accounts.iter().find(|it| it.account == name);
            total.map_or(rust_decimal::Decimal::ZERO, |it| it.credit.get() - it.debit.get())
        };
        let unapplied: rust_decimal::Decimal =
            books.payments.iter().map(|cash| cash.unapplied.get()).sum();
        assert_eq!(account(LedgerAccount::UnappliedCash), unapplied);
        let credited: rust_decimal::Decimal =
            books.invoices.iter().map(|it| it.total.get() - it.credited.get()).sum();
        assert_eq!(account(LedgerAccount::Receivable), credited);
    }
}
