//! Bills of every kind: what the rules of EN 16931 and readers of X12 are shown.

use serde_json::{Value, json};

use super::{
    super::shop::{line, settings},
    Desk, merge, sent,
};

/// A bill in all its forms.
pub struct Said {
    pub name: String,
    pub json: Value,
    pub ubl: String,
    pub x12: String,
}

type Shipped<'a> = &'a [(u32, &'a str, &'a str)];
type Returned<'a> = &'a [(u32, &'a str, &'a str, &'a str)];

/// One order: what is ordered, what leaves, and what comes back.
struct Case<'a> {
    name: &'static str,
    currency: &'static str,
    order: Value,
    seller: Value,
    customer: Value,
    fee: &'static str,
    ships: &'a [Shipped<'a>],
    returns: &'a [Returned<'a>],
}

const TEN: Shipped<'static> = &[(1, "WIDGET-1", "10")];

impl Default for Case<'_> {
    fn default() -> Self {
        Self {
            name: "",
            currency: "USD",
            order: json!({}),
            seller: json!({}),
            customer: json!({}),
            fee: "0",
            ships: &[TEN],
            returns: &[],
        }
    }
}

fn priced(changes: Value) -> Value {
    let mut line = line(1, "WIDGET-1", "10", "9.99");
    merge(&mut line, &changes);
    json!([line])
}

fn two(first: &str, second: &str) -> Value {
    json!({"lines": [line(1, first, "3", "10.05"), line(2, second, "7", "1.15")]})
}

/// Items by how they are taxed: category, rate, code, reason.
const TAXED: [(&str, &str, &str, &str, Option<&str>); 9] = [
    ("REDUCED", "reduced", "7", "S", None),
    ("ALSO-STANDARD", "luxury", "8.875", "S", None),
    ("ZERO", "zero", "0", "Z", None),
    ("EXEMPT", "health", "0", "E", Some("Health care")),
    ("REVERSE", "reverse", "0", "AE", None),
    ("INTRA", "intra", "0", "K", None),
    ("EXPORT", "export", "0", "G", None),
    ("OUTSIDE", "outside", "0", "O", None),
    ("CANARY", "canary", "7", "L", None),
];

fn cases() -> Vec<Case<'static>> {
    let vat = || json!({"tax_id": "DE123456789"});
    let buyer_vat = || json!({"tax_id": "ATU12345678"});
    let freight =
        json!([{"code": "freight", "amount": "12.01"}, {"code": "Pallet_Fee", "amount": "3"}]);
    let single = |sku: &str, price: &str| json!({"lines": [line(1, sku, "3", price)]});
    vec![
        Case { name: "plain", ..Case::default() },
        Case {
            name: "several rates, one of them nothing at the standard code",
            order: two("WIDGET-1", "BREAD"),
            ships: &[&[(1, "WIDGET-1", "3"), (2, "BREAD", "7")]],
            returns: &[&[(1, "WIDGET-1", "1", "1"), (2, "BREAD", "2", "0")]],
            ..Case::default()
        },
        Case {
            name: "two categories of one code and rate",
            order: two("WIDGET-1", "ALSO-STANDARD"),
            ships: &[&[(1, "WIDGET-1", "3"), (2, "ALSO-STANDARD", "7")]],
            returns: &[&[(1, "WIDGET-1", "1", "0"), (2, "ALSO-STANDARD", "1", "0")]],
            fee: "15",
            ..Case::default()
        },
        Case {
            name: "reduced and zero rated",
            order: two("REDUCED", "ZERO"),
            ships: &[&[(1, "REDUCED", "3"), (2, "ZERO", "7")]],
            ..Case::default()
        },
        Case {
            name: "exempt customer with charges",
            order: json!({"tax_exempt": true, "charges": freight}),
            returns: &[&[(1, "WIDGET-1", "4", "0")]],
            fee: "10",
            ..Case::default()
        },
        Case {
            name: "exempt item",
            order: two("EXEMPT", "CANARY"),
            ships: &[&[(1, "EXEMPT", "3"), (2, "CANARY", "7")]],
            ..Case::default()
        },
        Case {
            name: "discount",
            order: json!({"lines": priced(json!({"discount_percent": "12.5", "unit_price": "9.999"}))}),
            returns: &[&[(1, "WIDGET-1", "1", "2")]],
            fee: "15",
            ..Case::default()
        },
        Case {
            name: "charges in two shares, no early payment discount",
            order: json!({"charges": freight, "terms": {"net_days": 14}}),
            ships: &[&[(1, "WIDGET-1", "4")], &[(1, "WIDGET-1", "6")]],
            returns: &[&[(1, "WIDGET-1", "7", "0")]],
            ..Case::default()
        },
        Case {
            name: "a price for twelve",
            order: json!({"lines": priced(json!({"uom": "CS", "ordered_quantity": "1",
                "quantity": "12", "unit_price": "100", "price_base_quantity": "12"}))}),
            ships: &[&[(1, "WIDGET-1", "7")], &[(1, "WIDGET-1", "5")]],
            ..Case::default()
        },
        Case {
            name: "rounding remainders of credits",
            order: json!({"lines": [line(1, "WIDGET-1", "3", "3.335")]}),
            ships: &[&[(1, "WIDGET-1", "3")]],
            returns: &[
                &[(1, "WIDGET-1", "1", "0")],
                &[(1, "WIDGET-1", "1", "0")],
                &[(1, "WIDGET-1", "1", "0")],
            ],
            ..Case::default()
        },
        Case {
            name: "nothing to pay",
            order: single("WIDGET-1", "0"),
            ships: &[&[(1, "WIDGET-1", "3")]],
            ..Case::default()
        },
        Case {
            name: "yen",
            currency: "JPY",
            order: single("WIDGET-1", "333"),
            ships: &[&[(1, "WIDGET-1", "3")]],
            returns: &[&[(1, "WIDGET-1", "1", "0")], &[(1, "WIDGET-1", "2", "0")]],
            fee: "7",
            ..Case::default()
        },
        Case {
            name: "dinars that need two decimals",
            currency: "KWD",
            order: single("BREAD", "2.510"),
            ships: &[&[(1, "BREAD", "3")]],
            returns: &[&[(1, "BREAD", "1", "0")]],
            ..Case::default()
        },
        Case {
            name: "euros, numbers of VAT",
            currency: "EUR",
            seller: vat(),
            customer: buyer_vat(),
            returns: &[&[(1, "WIDGET-1", "3", "0")]],
            ..Case::default()
        },
        Case {
            name: "reverse charge",
            currency: "EUR",
            order: single("REVERSE", "10"),
            customer: json!({"tax_id": "HRB 4711"}),
            ships: &[&[(1, "REVERSE", "3")]],
            returns: &[&[(1, "REVERSE", "1", "0")]],
            ..Case::default()
        },
        Case {
            name: "intra-community supply",
            currency: "EUR",
            order: single("INTRA", "10"),
            seller: vat(),
            customer: buyer_vat(),
            ships: &[&[(1, "INTRA", "3")]],
            returns: &[&[(1, "INTRA", "1", "0")]],
            ..Case::default()
        },
        Case {
            name: "export",
            currency: "EUR",
            order: single("EXPORT", "10"),
            seller: vat(),
            ships: &[&[(1, "EXPORT", "3")]],
            ..Case::default()
        },
        Case {
            name: "outside the scope of tax",
            currency: "EUR",
            order: single("OUTSIDE", "10"),
            seller: vat(),
            customer: buyer_vat(),
            ships: &[&[(1, "OUTSIDE", "3")]],
            returns: &[&[(1, "OUTSIDE", "1", "0")]],
            ..Case::default()
        },
        Case {
            name: "no address of its own",
            customer: json!({"bill_to": null}),
            ..Case::default()
        },
    ]
}

/// Every bill of every case, in all its forms.
pub async fn bills() -> Vec<Said> {
    let mut bills = Vec::new();
    for case in cases() {
        bills.extend(play(&case).await);
    }
    bills
}

async fn play(case: &Case<'_>) -> Vec<Said> {
    let mut config = settings();
    config.restocking_fee_percent = case.fee.parse().unwrap();
    let mut desk = Desk::with(config, case.currency, json!(["json", "ubl", "x12"])).await;
    desk.seller(case.seller.clone()).await;
    desk.customer(case.customer.clone()).await;
    for (sku, category, percent, code, reason) in TAXED {
        let codes = json!([{"qualifier": "UP", "code": "012345678905"}]);
        desk.item(sku, category, json!({"codes": codes})).await;
        desk.rate(category, percent, code, reason).await;
    }
    desk.shop.accept(case.order.clone()).await;
    let mut outcomes = Vec::new();
    for (number, lines) in (1..).zip(case.ships) {
        outcomes.push(desk.shop.ship(number, lines).await);
    }
    for lines in case.returns {
        outcomes.push(desk.shop.take_back(lines).await);
    }
    let mut said = Vec::new();
    for outcome in &outcomes {
        let json = ["invoice", "credit-memo"].map(|document| sent(outcome, document)).concat();
        let (ubl, x12) = (sent(outcome, "ubl"), sent(outcome, "x12"));
        assert!(!json.is_empty(), "{}: {:?}", case.name, outcome.subjects());
        assert_eq!((ubl.len(), x12.len()), (json.len(), json.len()), "{}", case.name);
        for ((json, ubl), x12) in json.into_iter().zip(ubl).zip(x12) {
            let json: Value = serde_json::from_str(&json).unwrap();
            let number = json.get("credit_memo_number").unwrap_or(&json["invoice_number"]);
            let name = format!("{}: {}", case.name, number.as_str().unwrap());
            said.push(Said { name, json, ubl, x12 });
        }
    }
    said
}
