//! The bills, taxes, credits and entries of another system for the same sales, where reference data
//! lies beside the checkout. Every case of it about money is named here or in another service.

mod costs;
mod credits;
mod oracle;
mod rates;
mod sale;
mod scenarios;

use serde_json::Value;
use testkit::peers::{Compared, every_case};

/// Topics of which no case is about what is billed.
const NOT_BILLING: [&str; 22] = [
    "atp",
    "backorder",
    "cancel",
    "cash_application",
    "credit_limit",
    "cycle_count",
    "drop_ship",
    "exception",
    "lot",
    "order_change",
    "over_ship",
    "overpayment",
    "payment",
    "pricing",
    "reapply",
    "refund",
    "reservation",
    "reversal",
    "short_pick",
    "terms",
    "tolerance",
    "uom",
];

/// Cases that are not about an invoice, and where they are.
const ELSEWHERE: [(&str, &str); 4] = [
    ("B11", "payment-apply: what is open of an invoice with a credit"),
    ("B3", "order-intake: an order that is worked on may be cancelled (O8)"),
    ("I07", "payment-apply: an overpayment is kept (P3)"),
    ("S12", "order-intake: an order without lines is rejected (O3)"),
];

/// The comparison of each case.
async fn compared(id: &str, case: &Value) -> Option<Compared> {
    Some(match id {
        // Orders that are shipped in waves, some of them paid or returned.
        "O02" | "O04" | "O10" | "O13" | "O15" | "O16" | "O17" | "O18" | "O19" | "O21" | "O22" => {
            oracle::billed(case).await
        }
        "O08" => oracle::two_taxes_of_a_line(case).await,
        "B1" => scenarios::short_close(case).await,
        "B5" => scenarios::returned_above_what_left(case).await,
        "B6" => scenarios::free_of_charge(case).await,
        "B12" => scenarios::above_the_order(case).await,
        "B13" => scenarios::amended(case).await,
        "F02" => credits::freight(case).await,
        "G02" => costs::cost_of_a_return(case).await,
        "G03" => costs::cost_by_layer(case).await,
        "G04" => costs::cost_below_nothing(case).await,
        "I01" => costs::journal(case).await,
        "I04" => rates::below_the_cent(case).await,
        "I05" => scenarios::nothing_to_bill(case).await,
        "I08" => credits::credit(case).await,
        "I10" => rates::euros_and_negative_tax(case).await,
        "N03" => rates::half_a_cent(case).await,
        "N06" => rates::sale_and_credit(case).await,
        "N07" => rates::sets_of_taxes(case).await,
        "P01" => credits::all_comes_back(case).await,
        "P04" => credits::credit_without_goods(case).await,
        "S01" => rates::totals(case).await,
        "S02" => scenarios::billed_below_shipped(case).await,
        "S03" => scenarios::paid_before_it_ships(case).await,
        "S07" => scenarios::part_of_an_order(case).await,
        "V01" => scenarios::advance(case).await,
        "X01" => scenarios::orders_together(case).await,
        "X03" => rates::cash_rounding(case).await,
        "X04" => rates::price_variance(case).await,
        _ => return None,
    })
}

fn is_about_billing(case: &Value) -> bool {
    let Some(topics) = case["topics"].as_array() else { return true };
    topics.iter().any(|topic| !NOT_BILLING.contains(&topic.as_str().unwrap()))
}

#[tokio::test]
async fn i1_to_i9_every_case_of_peers_is_billed_as_theirs_or_otherwise_for_a_reason() {
    every_case(&ELSEWHERE, compared, is_about_billing).await;
}
