//! Money with no, two and three decimal digits: from the order to the payment, back with a return,
//! and the payment refunded. Every figure here was calculated by hand.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    mesh::Mesh,
    partner::Partner,
    shop::{Shop, customer},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// The figures of an invoice or a credit memo: net, charges, tax, total.
type Figures = [&'static str; 4];

/// One customer's business in its currency.
struct Business {
    /// The buyer, named by its currency in lower case.
    buyer: &'static str,
    currency: &'static str,
    unit_price: &'static str,
    charge: &'static str,
    /// The total of the order without tax.
    ordered: &'static str,
    /// The units of each shipment, and its invoice.
    pieces: &'static [(&'static str, Figures)],
    /// The sum of the payment, and the amount for each invoice with the discount for paying in
    /// time.
    received: &'static str,
    paid: &'static [(&'static str, &'static str)],
    open: &'static str,
    /// The units that come back, their disposition, and their credit.
    back: (&'static str, &'static str),
    memos: &'static [Figures],
    /// The total of the credit memos.
    credited: &'static str,
    /// The amount of each memo that is left once its invoice is settled, and the total that is
    /// refunded.
    freed: &'static [&'static str],
    given_back: &'static str,
}

/// Seven at 316.35, freight of 100. 4 × 316.35 = 1265.4, so 1265; of the freight 100 × 1265 ÷ 2214
/// = 57.1, so 57; tax 1322 × 8.875 % = 117.3. 3 × 316.35 = 949.05; the rest of the freight, 43; tax
/// 992 × 8.875 % = 88.04. Five come back: the first invoice's four with all of its tax except that
/// on its freight, 57 × 8.875 % = 5.1; of the second 316.35 with 316 × 8.875 % = 28.0.
const YEN: Business = Business {
    buyer: "jpy",
    currency: "JPY",
    unit_price: "316.35",
    charge: "100",
    ordered: "2314",
    pieces: &[("4", ["1265", "57", "117", "1439"]), ("3", ["949", "43", "88", "1080"])],
    received: "2519",
    paid: &[("1439", "0"), ("1080", "0")],
    open: "0",
    back: ("5", "restock"),
    memos: &[["1265", "0", "112", "1377"], ["316", "0", "28", "344"]],
    credited: "1721",
    freed: &["1377", "344"],
    given_back: "1721",
};

/// Three at 9.995 = 29.985, half up 29.99; tax 29.99 × 8.875 % = 2.6616. In time, 2 % of 32.65 is
/// 0.653, so 0.65, is kept. One comes back: 9.995, half up 10.00, with 10.00 × 8.875 % = 0.8875. Of
/// the discount 10.89 × 0.65 ÷ 32.65 = 0.217, so 0.22, is taken back; the rest was cash.
const EURO: Business = Business {
    buyer: "eur",
    currency: "EUR",
    unit_price: "9.995",
    charge: "0.00",
    ordered: "29.99",
    pieces: &[("3", ["29.99", "0.00", "2.66", "32.65"])],
    received: "32.00",
    paid: &[("32.00", "0.65")],
    open: "0.00",
    back: ("1", "restock"),
    memos: &[["10.00", "0.00", "0.89", "10.89"]],
    credited: "10.89",
    freed: &["10.67"],
    given_back: "10.67",
};

/// Ten at 1.23455 = 12.3455, half up 12.346; tax 12.346 × 8.875 % = 1.0957. Ten of it are paid and
/// 3.442 are open. Everything comes back, so the credit settles the open amount and frees the ten.
const DINAR: Business = Business {
    buyer: "kwd",
    currency: "KWD",
    unit_price: "1.23455",
    charge: "0.000",
    ordered: "12.346",
    pieces: &[("10", ["12.346", "0.000", "1.096", "13.442"])],
    received: "10.000",
    paid: &[("10.000", "0.000")],
    open: "3.442",
    back: ("10", "scrap"),
    memos: &[["12.346", "0.000", "1.096", "13.442"]],
    credited: "13.442",
    freed: &["10.000"],
    given_back: "10.000",
};

#[tokio::test(flavor = "multi_thread")]
async fn i2_i3_i9_p10_currencies_of_none_two_and_three_digits_come_out_to_the_last_digit() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let operator = mesh.connect("operator").await;
    for business in [YEN, EURO, DINAR] {
        let mut buyer = business.opens(&mesh, &mut shop).await;
        let invoices = business.ships(&mut shop, &mut buyer).await;
        business.pays(&mut shop, &mut buyer, &invoices).await;
        let memos = business.returns(&mut shop, &mut buyer).await;
        business.gives_back(&operator, &buyer, &memos).await;
    }
    let books = mesh.balanced(PATIENCE);
    let checks = books["checks"].as_array().unwrap();
    for business in [YEN, EURO, DINAR] {
        let mine = checks.iter().filter(|check| check["unit"] == business.currency);
        let posted = mine.clone().find(|check| check["name"] == "credited = credit memos").unwrap();
        assert_eq!(posted["left"], business.credited, "{posted:#}");
        assert!(mine.count() > 5, "{books:#}");
    }
}

impl Business {
    fn customer_id(&self) -> String {
        format!("C-{}", self.currency)
    }

    /// Sends the customer's record and price list, and adds its partner.
    async fn opens(&self, mesh: &Mesh, shop: &mut Shop) -> Partner {
        let customer_id = self.customer_id();
        mesh.add_partner(self.buyer, &["--role", "buyer", "--customer", &customer_id]);
        let list = json!({"price_list": self.currency, "currency": self.currency,
            "valid_from": "2026-01-01", "valid_to": null, "tolerance_percent": "0",
            "prices": [{"sku": "WIDGET-1", "uom": "EA", "unit_price": self.unit_price,
                "min_quantity": "1"}]});
        shop.erp.send("price-list", &list).await;
        shop.erp.answer("document-ack", |ack| ack["document"] == "price-list").await;
        let mut record = customer(&customer_id);
        record["currency"] = json!(self.currency);
        record["price_list"] = json!(self.currency);
        record["terms"] = json!({"net_days": 30, "discount_percent": "2", "discount_days": 10});
        shop.erp.send("customer", &record).await;
        shop.erp.answer("document-ack", |ack| ack["document"] == "customer").await;
        mesh.connect(self.buyer).await
    }

    fn po_number(&self) -> String {
        format!("PO-{}", self.currency)
    }

    /// Sends the order, and returns the invoices of its shipments in their order.
    async fn ships(&self, shop: &mut Shop, buyer: &mut Partner) -> Vec<Value> {
        let quantities = self.pieces.iter().map(|(units, _)| units.parse::<u32>().unwrap());
        let quantity = quantities.sum::<u32>().to_string();
        let charges = json!([{"code": "freight", "amount": self.charge}]);
        let order = json!({"po_number": self.po_number(), "charges": charges,
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]});
        buyer.send("order", &order).await;
        let ack = buyer.answer("order-ack", |_| true).await;
        assert_eq!((&ack["status"], &ack["total"]), (&json!("accepted"), &json!(self.ordered)));
        let po_number = self.po_number();
        let asked = shop.threepl.answer("ship-order", |it| it["po_number"] == po_number).await;
        let mut invoices = Vec::new();
        for (place, (units, figures)) in self.pieces.iter().enumerate() {
            let id = format!("{}-{place}", self.currency);
            let confirm = json!({"shipment_id": asked["shipment_id"], "confirmation_id": id,
                "final": place + 1 == self.pieces.len(), "shipped_at": jiff::Timestamp::now(),
                "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": units}]});
            shop.threepl.send("ship-confirm", &confirm).await;
            shop.threepl.answer("ship-confirm-ack", |it| it["confirmation_id"] == id).await;
            let invoice = buyer.answer("invoice", |_| true).await;
            assert_eq!(figures_of(&invoice), *figures, "{invoice:#}");
            invoices.push(invoice);
        }
        invoices
    }

    /// Sends one payment for everything.
    async fn pays(&self, shop: &mut Shop, buyer: &mut Partner, invoices: &[Value]) {
        let line = |(invoice, (amount, discount)): (&Value, &(&str, &str))| {
            json!({"invoice_number": invoice["invoice_number"], "amount": amount,
                "discount": discount, "deduction": "0", "deduction_reason": null})
        };
        let remittance: Vec<Value> = invoices.iter().zip(self.paid).map(line).collect();
        let id = format!("CHK-{}", self.currency);
        let payment = json!({"payment_id": id, "customer_id": self.customer_id(),
            "currency": self.currency, "amount": self.received, "method": "check",
            "received_on": jiff::Zoned::now().date(), "remittance": remittance});
        shop.bank.send("payment", &payment).await;
        // The payment may come before the invoice is known, and is then applied later (P7).
        let wanted = |ack: &Value| ack["payment_id"] == id && ack["status"] == "applied";
        let paid = shop.bank.answer("payment-ack", wanted).await;
        for (applied, (amount, discount)) in
            paid["applied"].as_array().unwrap().iter().zip(self.paid)
        {
            assert_eq!(
                (&applied["amount"], &applied["discount"]),
                (&json!(amount), &json!(discount))
            );
        }
        buyer.answer("payment-status", |_| true).await;
        let account = buyer.ask("account", &json!({"customer_id": self.customer_id()})).await;
        let open = account["open_items"].as_array().unwrap();
        let open = open.first().map_or(json!(zero(self.open)), |item| item["open_amount"].clone());
        assert_eq!(open, self.open, "{account:#}");
    }

    /// Returns some of the goods, and returns the credit memos, the oldest invoice's first.
    async fn returns(&self, shop: &mut Shop, buyer: &mut Partner) -> Vec<Value> {
        let (quantity, disposition) = self.back;
        let request = json!({"return_request_id": "RR-1", "po_number": self.po_number(),
            "reason": "damaged", "lines": [{"line": 1, "quantity": quantity}]});
        buyer.send("return-request", &request).await;
        let rma = buyer.answer("return-authorization", |_| true).await["rma_number"].clone();
        let expected = shop.threepl.answer("return-expected", |it| it["rma_number"] == rma).await;
        assert!(expected["expires_on"].is_string(), "{expected:#}");
        let receipt = json!({"rma_number": rma, "receipt_id": rma, "warehouse_id": "EAST",
            "final": true, "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity,
            "disposition": disposition}]});
        shop.threepl.send("return-receipt", &receipt).await;
        shop.threepl.answer("document-ack", |ack| ack["key"] == rma).await;
        let mut memos = Vec::new();
        for _ in self.memos {
            memos.push(buyer.answer("credit-memo", |_| true).await);
        }
        memos.sort_by_key(|memo| memo["invoice_number"].to_string());
        for (memo, figures) in memos.iter().zip(self.memos) {
            assert_eq!(figures_of(memo), *figures, "{memo:#}");
        }
        memos
    }

    /// Checks that the rest of the credit memos is kept and shown, and lets the operator refund it.
    async fn gives_back(&self, operator: &Partner, buyer: &Partner, memos: &[Value]) {
        let kept = self.on_account(buyer, |kept| !is_zero(kept)).await;
        assert_eq!(kept, self.given_back);
        for (memo, amount) in memos.iter().zip(self.freed) {
            let payment = format!("credit-memo:{}", memo["credit_memo_number"].as_str().unwrap());
            let command = json!({"command_id": payment, "operator": "maria",
                "reason": "nothing is open", "payment": payment, "currency": self.currency,
                "amount": amount});
            let subject = "commands.payment-apply.refund.v1".to_owned();
            operator.publish(subject, command.to_string().into_bytes()).await.unwrap();
        }
        assert_eq!(self.on_account(buyer, is_zero).await, zero(self.open));
    }

    /// Waits until nothing is open and the unapplied amount is a wanted one, which it returns.
    async fn on_account(&self, buyer: &Partner, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let account = buyer.ask("account", &json!({"customer_id": self.customer_id()})).await;
            let kept = account["unapplied_cash"].as_str().unwrap_or_default().to_owned();
            let whole = kept == self.given_back || is_zero(&kept);
            if whole && wanted(&kept) && account["open_items"] == json!([]) {
                return kept;
            }
            assert!(begun.elapsed() < PATIENCE, "{account:#}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn figures_of(document: &Value) -> [&str; 4] {
    ["net_total", "charge_total", "tax_total", "total"]
        .map(|field| document[field].as_str().unwrap_or_default())
}

fn is_zero(amount: &str) -> bool {
    amount.bytes().all(|byte| byte == b'0' || byte == b'.')
}

/// Returns zero with as many digits as this amount has.
fn zero(amount: &str) -> String {
    amount.chars().map(|digit| if digit == '.' { '.' } else { '0' }).collect()
}
