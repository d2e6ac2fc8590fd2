//! What another system does with the same payments, where reference data lies beside the checkout.
//! Every case of it about cash is named here.

use contracts::{document::LedgerAccount, event::ReceivableSettled};
use serde_json::{Value, json};
use testkit::peers::{Compared, every_case, text};

use super::*;

/// Accounts that are no income or expense.
const BALANCE: [LedgerAccount; 3] =
    [LedgerAccount::Cash, LedgerAccount::Receivable, LedgerAccount::UnappliedCash];

/// Topics of cases about cash. Those without topics say so in their payments or title.
const CASH: [&str; 9] = [
    "cash_application",
    "overpayment",
    "payment",
    "prepay",
    "reapply",
    "refund",
    "reversal",
    "terms",
    "unapplied",
];

/// Cases that name a payment and are not about one.
const ELSEWHERE: [(&str, &str); 1] =
    [("S03", "invoicing: what ships does not wait for a payment; credit is a limit (O5)")];

/// How each case is treated.
async fn compared(id: &str, case: &Value) -> Option<Compared> {
    Some(match id {
        "O13" | "O15" | "O21" => in_parts(case).await,
        "B1" => paid_after_a_short_close(case).await,
        "B6" => nothing_to_pay(case).await,
        "B11" => credited(case).await,
        "I06" => taken_back(case).await,
        "I07" => overpaid(case).await,
        "I08" => credit_paid_out(case).await,
        "I14" => instalments(case).await,
        "R01" => one_receipt_for_two(case).await,
        "R03" => surplus(case).await,
        "R05" => failed_payment(case).await,
        "R07" => moved(case).await,
        "V01" => paid_ahead(case).await,
        "V02" => second_of_two_fails(case).await,
        _ => return None,
    })
}

fn is_about_cash(case: &Value) -> bool {
    let topics = case["topics"].as_array().into_iter().flatten();
    let named = topics.into_iter().any(|topic| CASH.contains(&topic.as_str().unwrap()));
    named || !case["input"]["payments"].is_null() || text(&case["title"]).contains("pay")
}

#[tokio::test]
async fn p1_to_p9_every_case_of_peers_is_paid_as_theirs_or_otherwise_for_a_reason() {
    every_case(&ELSEWHERE, compared, is_about_cash).await;
}

/// Invoices of these totals: INV-1, INV-2, …
struct Till(Bench);

impl Till {
    async fn with(totals: &[&str]) -> Self {
        let mut till = Self(bench().await);
        for (place, total) in totals.iter().enumerate() {
            till.bills(place, total).await;
        }
        till
    }

    async fn bills(&mut self, place: usize, total: &str) -> Outcome {
        let number = number_of(place);
        self.0.event(&invoice(Bill { number: &number, total, ..BILL })).await
    }

    /// So much comes in for an invoice.
    async fn pays(&mut self, id: &str, place: usize, amount: &str) -> PaymentAck {
        let lines = json!([pays(&number_of(place), amount)]);
        self.comes(id, amount, lines).await
    }

    async fn comes(&mut self, id: &str, amount: &str, lines: Value) -> PaymentAck {
        ack(&self.0.document(&name("bank"), &payment(id, amount, lines)).await)
    }

    async fn fails(&mut self, id: &str) {
        self.0.document(&name("bank"), &reversal(&format!("NSF-{id}"), id)).await;
    }

    /// An operator gives cash back; what is left of it.
    async fn gives_back(&mut self, payment: &str, amount: &str) -> String {
        let command = json!({"command_id": format!("{payment}-{amount}"), "operator": "me",
            "reason": "asked for it", "payment": payment, "currency": "USD", "amount": amount});
        self.0.command("payment-apply", "refund", &command).await;
        self.left_of(payment).await
    }

    async fn open(&self, place: usize) -> String {
        open(&self.0, &number_of(place)).await
    }

    async fn state(&self, place: usize) -> &'static str {
        if self.open(place).await == "0.00" { "paid" } else { "posted" }
    }

    async fn left_of(&self, payment: &str) -> String {
        let books = books(&self.0).await;
        let cash = books.payments.iter().find(|cash| cash.payment == payment);
        cash.unwrap().unapplied.to_string()
    }
}

fn number_of(place: usize) -> String {
    format!("INV-{}", place + 1)
}

/// Every payment of a case that was run in the other system, one after the other.
async fn in_parts(case: &Value) -> Compared {
    let theirs = &case["expected"];
    let totals = theirs["invoices"].as_array().unwrap().iter();
    let totals: Vec<String> = totals.map(|it| text(&it["total"])).collect();
    let totals: Vec<&str> = totals.iter().map(String::as_str).collect();
    let mut till = Till::with(&totals).await;
    let mut told = Compared::same();
    let payments = case["input"]["payments"].as_array().unwrap().iter();
    for (payment, after) in payments.zip(theirs["after_payments"].as_array().unwrap()) {
        let place = usize::try_from(payment["invoice"].as_u64().unwrap()).unwrap();
        let amount = text(&payment["amount"]);
        till.pays(&format!("CHK-{amount}"), place, &amount).await;
        told = told.figure("open", till.open(place).await, &after["amount_to_pay"]).figure(
            "state",
            till.state(place).await,
            &after["state"],
        );
    }
    told
}

async fn paid_after_a_short_close(case: &Value) -> Compared {
    let theirs = &case["observed"]["after_pay"]["invoices"][0];
    let total = text(&theirs[1]);
    let mut till = Till::with(&[&*total]).await;
    till.pays("CHK-1", 0, &total).await;
    Compared::same().figure("state", till.state(0).await, &theirs[0])
}

async fn nothing_to_pay(case: &Value) -> Compared {
    let theirs = &case["observed"]["invoices"][0];
    let mut till = Till::with(&[]).await;
    let posted = till.bills(0, &text(&theirs[1])).await;
    assert_eq!(posted.events::<ReceivableSettled>().len(), 1);
    Compared::differs("an invoice of nothing is settled at once: nobody will ever pay it")
        .figure("open", till.open(0).await, &theirs[1])
        .but("state", till.state(0).await, "paid", &theirs[0])
}

async fn credited(case: &Value) -> Compared {
    let theirs = &case["observed"];
    let mut till = Till::with(&[&*text(&theirs["invoice"])]).await;
    let amount = text(&theirs["credit"]);
    till.0.event(&credit("CM-1", "INV-1", amount.trim_start_matches('-'))).await;
    Compared::same().figure("open", till.open(0).await, &theirs["open"])
}

async fn taken_back(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let total = text(&input["total"]);
    let mut till = Till::with(&[&*total]).await;
    till.pays("CHK-1", 0, &text(&input["paid"])).await;
    assert_eq!(till.state(0).await, "paid");
    till.fails("CHK-1").await;
    Compared::same().figure("state", till.state(0).await, &theirs["state"]).figure(
        "open",
        till.open(0).await,
        &input["total"],
    )
}

async fn overpaid(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let mut till = Till::with(&[&*text(&input["total"])]).await;
    till.pays("CHK-1", 0, &text(&input["received"])).await;
    let kept = format!("-{}", till.left_of("bank/CHK-1").await);
    let state = till.state(0).await;
    let after = till.gives_back("bank/CHK-1", "10.00").await;
    let accounts = books(&till.0).await.accounts;
    let income = accounts.iter().filter(|it| !BALANCE.contains(&it.account)).count();
    Compared::differs("a surplus is the customer's, kept or given back (P3), and never income")
        .figure("state", state, &theirs["as_overpayment"]["state"])
        .figure("on account", kept, &theirs["as_overpayment"]["receivable_balance"])
        .figure("given back", after, &theirs["as_write_off"]["receivable_balance"])
        .but("accounts of income", income, "0", &theirs["as_write_off"]["difference"])
}

/// The invoice was paid, so that all of its credit is cash of the customer.
async fn credit_paid_out(case: &Value) -> Compared {
    let theirs = &case["expected"];
    let total = text(&theirs["total"]).trim_start_matches('-').to_owned();
    let mut till = Till::with(&[&*total]).await;
    till.pays("CHK-1", 0, &total).await;
    till.0.event(&credit("CM-1", "INV-1", &total)).await;
    let all = format!("-{}", till.left_of("credit-memo:CM-1").await);
    let parts = case["input"]["payments"].as_array().unwrap().iter();
    let mut left = Vec::new();
    for part in parts.map(text) {
        left.push(till.gives_back("credit-memo:CM-1", part.trim_start_matches('-')).await);
    }
    let state = if left[1] == "0.00" { "paid" } else { "posted" };
    Compared::same()
        .figure("credit", all, &theirs["total"])
        .figure("after the first", format!("-{}", left[0]), &theirs["open_after_first"])
        .figure("in the end", state, &theirs["final_state"])
}

async fn instalments(case: &Value) -> Compared {
    let theirs = &case["expected"];
    let mut till = Till::with(&[&*text(&case["input"]["total"])]).await;
    let (open, items) = (till.open(0).await, books(&till.0).await.invoices.len());
    till.pays("CHK-1", 0, "10.00").await;
    Compared::differs(
        "terms are net days with a discount (contract §3): one day on which it is due",
    )
    .figure("open", open, &theirs["amount_to_pay"])
    .but("due", items, "1", &theirs["open_terms"])
    .figure("after the payment", till.state(0).await, &theirs["after_one_payment_of_10"])
}

/// The credit is of an invoice that was paid, and is paid out.
async fn one_receipt_for_two(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let [first, second] = ["inv1", "inv2"].map(|name| text(&input["open"][name]));
    let paid_out = text(&input["paid_out_against_credit"]).trim_start_matches('-').to_owned();
    let mut till = Till::with(&[&*first, &*second, &*paid_out]).await;
    till.pays("CHK-0", 2, &paid_out).await;
    till.0.event(&credit("CM-1", "INV-3", &paid_out)).await;
    let left = till.gives_back("credit-memo:CM-1", &paid_out).await;
    let lines = json!([pays("INV-1", &first), pays("INV-2", &second)]);
    let told = till.comes("CHK-1", &text(&input["receipt"]), lines).await;
    let credit = if left == "0.00" { "paid" } else { "posted" };
    Compared::same()
        .figure("of the first", told.applied[0].amount, &theirs["applied"]["inv1"])
        .figure("of the second", told.applied[1].amount, &theirs["applied"]["inv2"])
        .figure("the first", till.state(0).await, &theirs["inv1_state"])
        .figure("open of the second", till.open(1).await, &theirs["inv2_amount_to_pay"])
        .figure("the second", till.state(1).await, &theirs["inv2_state"])
        .figure("the credit", credit, &theirs["credit_state"])
}

async fn surplus(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let mut till = Till::with(&[&*text(&input["supplier_open"])]).await;
    let told = till.pays("CHK-1", 0, &text(&input["paid"])).await;
    Compared::same().figure("applied", told.applied[0].amount, &theirs["applied"]).figure(
        "left",
        told.unapplied_amount,
        &theirs["left"],
    )
}

/// Their payment counts when it is submitted, ours when the bank reports it.
async fn failed_payment(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let mut till = Till::with(&[&*text(&input["total"])]).await;
    till.pays("CHK-1", 0, &text(&input["payment"])).await;
    let after = till.open(0).await;
    till.fails("CHK-1").await;
    let failed = till.open(0).await;
    till.pays("CHK-2", 0, &text(&input["two_payments"][0])).await;
    let first = till.open(0).await;
    till.pays("CHK-3", 0, &text(&input["two_payments"][1])).await;
    Compared::same()
        .figure("after it", &after, &theirs["after_submit"])
        .figure("processed", &after, &theirs["after_processing"])
        .figure("failed", failed, &theirs["after_fail"])
        .figure("after the first of two", first, &theirs["second_default_amount"])
        .figure("after the second", till.open(0).await, &theirs["after_two_of_30"])
}

/// What was applied is moved by the bank: it takes the payment back and reports it anew.
async fn moved(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let [first, second] = ["inv1", "inv2"].map(|name| text(&input[name]));
    let mut till = Till::with(&[&*first, &*second]).await;
    till.pays("CHK-1", 0, &text(&input["payment"])).await;
    till.fails("CHK-1").await;
    till.pays("CHK-2", 1, &text(&input["payment"])).await;
    Compared::same().figure("the first", till.open(0).await, &theirs["inv1_amount_to_pay"]).figure(
        "the second",
        till.open(1).await,
        &theirs["inv2_amount_to_pay"],
    )
}

/// Money for an order that is not billed yet pays its first invoice (P7).
async fn paid_ahead(case: &Value) -> Compared {
    let theirs = &case["expected"];
    let mut till = Till::with(&[]).await;
    let advance = text(&theirs["advance_invoice"]);
    till.comes("CHK-1", &advance, json!([pays_po("PO-1", &advance)])).await;
    till.bills(0, "100.00").await;
    till.bills(1, "100.00").await;
    Compared::differs("what is paid ahead is cash on account (P7), no invoice and no line of one")
        .but(
            "billed first",
            books(&till.0).await.invoices[0].total,
            "100.00",
            &theirs["invoice_totals"][0],
        )
        .figure("open of the first", till.open(0).await, &theirs["invoice_totals"][0])
        .figure("open of the second", till.open(1).await, &theirs["invoice_totals"][1])
}

async fn second_of_two_fails(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]);
    let mut till = Till::with(&[&*text(&input["total"])]).await;
    till.pays("CHK-1", 0, &text(&input["payments"][0])).await;
    till.pays("CHK-2", 0, &text(&input["payments"][1])).await;
    let (open, state) = (till.open(0).await, till.state(0).await);
    till.fails("CHK-2").await;
    Compared::same()
        .figure("open", open, &theirs["invoice_amount_to_pay"])
        .figure("state", state, &theirs["invoice_state"])
        .figure("failed", till.state(0).await, &theirs["after_second_payment_fails"])
        .figure("open again", till.open(0).await, &input["payments"][1])
}
