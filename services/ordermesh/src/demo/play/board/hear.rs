//! What a buyer is told, written on the board.

use std::time::Instant;

use contracts::{
    OrderId, Reason,
    document::{
        ChangeStatus, CreditMemo, Invoice, OrderAck, OrderAckStatus, OrderChangeAck,
        ReturnAuthorization, ReturnDecision, ReturnRequest, ReturnRequestLine, ShipNotice,
    },
};

use super::{AmendmentSeen, Board, InvoiceSeen, order::ReturnSeen, record};
use crate::demo::{
    billing::{self, minor},
    play::desk::Said,
    scenario::{Amendment, Expected},
};

impl Board {
    /// An order is answered; whether that is the first answer.
    /// An earlier one that comes behind a later one says nothing new.
    pub fn order_ack_at(&mut self, ack: &OrderAck, said: Said) -> bool {
        let second = ack.reasons.iter().any(|reason| reason.code == Reason::DuplicatePoNumber);
        let at = self.place(ack.order_id);
        if let Some(order) = at.and_then(|at| self.orders.get_mut(at)).filter(|_| !second) {
            if said < order.told_at {
                order.answers += 1;
                return false;
            }
            order.told_at = said;
        }
        self.order_ack(ack)
    }

    /// An order is answered; whether that is the first answer.
    fn order_ack(&mut self, ack: &OrderAck) -> bool {
        let Some(at) = self.place(ack.order_id) else {
            self.surprise(format!("order-ack of {}, which nobody sent", ack.po_number));
            return false;
        };
        let expected = self.scenario.orders.get(at).map(|order| order.expected);
        let Some(order) = self.orders.get_mut(at) else { return false };
        let codes = || ack.reasons.iter().map(|reason| reason.code);
        if codes().any(|code| code == Reason::DuplicatePoNumber) {
            order.refused_again += 1;
            return false;
        }
        let first = order.status.is_none();
        order.answers += 1;
        order.status = Some(ack.status);
        order.reasons = codes().collect();
        order.total = ack.total;
        let declined = codes().any(|code| code == Reason::OutOfStock);
        order.declined |= declined;
        if declined || ack.status == OrderAckStatus::Cancelled {
            order.doubt();
        }
        order.was_held_on_credit |= order.is_held_on_credit();
        let on_credit = expected == Some(Expected::OnCredit) && order.is_held_on_credit();
        if first && !on_credit && !expected.is_some_and(|it| is_as_expected(ack.status, it)) {
            let codes = order.reasons.iter().map(ToString::to_string).collect::<Vec<_>>();
            let text = format!("{} is {} ({})", ack.po_number, ack.status, codes.join(", "));
            self.surprise(format!("{text}; expected: {expected:?}"));
        }
        self.touch(at);
        first
    }

    /// What the buyer makes of an order now that it is answered: once, and not of a refused one.
    pub fn amendment_due(&mut self, order_id: OrderId) -> Option<Amendment> {
        let at = self.place(order_id)?;
        let order = self.orders.get_mut(at)?;
        let answered = matches!(
            order.status,
            Some(OrderAckStatus::Accepted | OrderAckStatus::Held | OrderAckStatus::Cancelled)
        );
        let seen = order.amendment.as_mut().filter(|it| answered && !it.sent)?;
        seen.sent = true;
        self.scenario.orders.get(at)?.amendment.clone()
    }

    /// Whether an order's buyer changes it, as the warehouses will hear; and whether they keep what
    /// they are asked to ship of it: they heard in time, and it is not settled yet.
    pub fn amended(&self, order_id: OrderId) -> Option<bool> {
        let at = self.place(order_id)?;
        let plan = self.scenario.orders.get(at)?.amendment.as_ref()?;
        let seen = self.orders.get(at)?.amendment?;
        Some(plan.in_time && seen.status.is_none())
    }

    /// A change or cancel is answered. That it came too late is nobody's fault.
    pub fn order_change_ack(&mut self, ack: &OrderChangeAck) {
        let seen = self.place(ack.order_id).and_then(|at| self.orders.get_mut(at));
        let Some(order) = seen.filter(|order| order.amendment.is_some_and(|it| it.sent)) else {
            self.surprise(format!("order-change-ack of {}, which nobody changed", ack.po_number));
            return;
        };
        order.amendment =
            order.amendment.map(|it| AmendmentSeen { status: Some(ack.status), ..it });
        order.doubt();
        let late = |code: Reason| matches!(code, Reason::AlreadyShipped | Reason::OrderClosed);
        let unfit = ack.reasons.iter().find(|reason| !late(reason.code));
        if let Some(reason) = unfit.filter(|_| ack.status != ChangeStatus::Applied) {
            let text = format!("{}: {}", reason.code, reason.message);
            self.surprise(format!("the change of {} is {}: {text}", ack.po_number, ack.status));
        }
    }

    /// Goods are on their way.
    pub fn ship_notice(&mut self, notice: &ShipNotice) {
        let Some(at) = self.place(notice.order_id) else { return };
        if let Some(order) = self.orders.get_mut(at) {
            for gone in &notice.lines {
                let line = order.lines.entry(gone.line).or_default();
                line.shipped += gone.quantity.scaled();
            }
        }
        self.touch(at);
    }

    /// Goods are billed: the invoice is checked against what was agreed.
    pub fn invoice(&mut self, invoice: &Invoice, unpaid_on_purpose: bool) {
        let Some(at) = self.place(invoice.order_id) else {
            self.surprise(format!("invoice {} of no order", invoice.invoice_number));
            return;
        };
        let known = self.invoices.contains_key(&invoice.invoice_number);
        let wrong = match self.scenario.orders.get(at) {
            Some(order) => billing::faults(order, invoice),
            None => Vec::new(),
        };
        wrong.into_iter().for_each(|fault| self.surprise(fault));
        if known {
            self.surprise(format!("invoice {} came as two documents", invoice.invoice_number));
            return;
        }
        let mut seen = InvoiceSeen::of(invoice, at, unpaid_on_purpose);
        self.catch_up(&invoice.invoice_number, &mut seen);
        self.invoices.insert(invoice.invoice_number.clone(), seen);
        if let Some(order) = self.orders.get_mut(at) {
            order.invoices.push(invoice.invoice_number.clone());
            for billed in &invoice.lines {
                order.lines.entry(billed.line).or_default().billed += billed.quantity.scaled();
            }
            let now = Instant::now();
            if let (None, Some(sent)) = (order.first_invoice, order.sent) {
                record(&mut self.to_invoice, now - sent);
            }
            order.first_invoice.get_or_insert(now);
        }
        self.touch(at);
    }

    /// What a buyer gives back now that an order is billed whole: each planned return once, and
    /// never more than was shipped.
    pub fn returns_due(&mut self, order_id: OrderId) -> Vec<ReturnRequest> {
        let Some(at) = self.place(order_id) else { return Vec::new() };
        let scenario = self.scenario.clone();
        let (Some(plan), Some(order)) = (scenario.orders.get(at), self.orders.get_mut(at)) else {
            return Vec::new();
        };
        if !order.is_billed() {
            return Vec::new();
        }
        let mut due = Vec::new();
        for (planned, seen) in plan.returns.iter().zip(&mut order.returns) {
            if std::mem::replace(&mut seen.requested, true) {
                continue;
            }
            let shipped = |line: u32| order.lines.get(&line).map_or(0, |it| it.shipped);
            let lines: Vec<ReturnRequestLine> = planned
                .lines
                .iter()
                .map(|(line, quantity)| (*line, quantity.scaled().min(shipped(*line))))
                .filter(|(_, quantity)| *quantity > 0)
                .map(|(line, quantity)| ReturnRequestLine {
                    line,
                    sku: None,
                    quantity: contracts::Quantity::from_scaled(quantity),
                })
                .collect();
            let id = planned.id.parse();
            match id {
                Ok(return_request_id) if !lines.is_empty() => due.push(ReturnRequest {
                    document_id: None,
                    return_request_id,
                    po_number: plan.po_number().clone(),
                    reason: Some("not as expected".to_owned()),
                    lines,
                }),
                Ok(_) | Err(_) => seen.decision = Some(ReturnDecision::Rejected),
            }
        }
        due
    }

    /// Whether goods may come back.
    pub fn return_authorization(&mut self, buyer: usize, answer: &ReturnAuthorization) {
        let place = self.return_place(buyer, answer.return_request_id.as_str());
        let Some((at, index)) = place else {
            self.surprise(format!("an answer to no request: {}", answer.return_request_id));
            return;
        };
        if let Some(seen) = self.return_seen(at, index) {
            seen.decision = Some(answer.status);
            seen.authorized = answer.lines.iter().map(|line| line.quantity.scaled()).sum();
        }
        if let Some(rma) = &answer.rma_number {
            self.returns.insert(rma.clone(), (at, index));
            let memos = self.credit_memos.values().filter(|memo| memo.rma_number == *rma);
            let credited: i64 = memos.map(units).sum();
            if let Some(seen) = self.return_seen(at, index) {
                seen.credited += credited;
            }
        }
        if answer.status == ReturnDecision::Rejected {
            let why: Vec<_> = answer.reasons.iter().map(|it| it.message.as_str()).collect();
            let id = &answer.return_request_id;
            self.surprise(format!("return {id} is rejected: {}", why.join("; ")));
        }
    }

    fn return_seen(&mut self, at: usize, index: usize) -> Option<&mut ReturnSeen> {
        self.orders.get_mut(at).and_then(|order| order.returns.get_mut(index))
    }

    fn return_place(&self, buyer: usize, id: &str) -> Option<(usize, usize)> {
        self.scenario.orders.iter().enumerate().filter(|(_, it)| it.buyer == buyer).find_map(
            |(at, order)| {
                let index = order.returns.iter().position(|planned| planned.id == id)?;
                Some((at, index))
            },
        )
    }

    /// What came back is credited.
    pub fn credit_memo(&mut self, memo: &CreditMemo) {
        if self.credit_memos.contains_key(&memo.credit_memo_number) {
            return;
        }
        let total = minor(memo.total, memo.currency);
        if let Some(invoice) = self.invoices.get_mut(&memo.invoice_number) {
            invoice.credited += total;
        }
        if let Some((at, index)) = self.returns.get(&memo.rma_number).copied() {
            if let Some(seen) = self.return_seen(at, index) {
                seen.credited += units(memo);
            }
            self.touch(at);
        }
        self.credit_memos.insert(memo.credit_memo_number.clone(), memo.clone());
    }
}

/// What is credited, in millionths.
fn units(memo: &CreditMemo) -> i64 {
    memo.lines.iter().map(|line| line.quantity.scaled()).sum()
}

fn is_as_expected(status: OrderAckStatus, expected: Expected) -> bool {
    match status {
        OrderAckStatus::Accepted | OrderAckStatus::Cancelled => expected.may_be_served(),
        OrderAckStatus::Held => expected == Expected::Held,
        OrderAckStatus::Rejected => expected == Expected::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::demo::{generate, play::board::PaymentSeen, scenario::Scenario};

    /// A run, and the place of an order of it that gives something back.
    fn board() -> (Board, usize) {
        let scenario = Arc::new(generate::scenario(1, 100).unwrap());
        let at = scenario.orders.iter().position(|order| !order.returns.is_empty()).unwrap();
        let mut board = Board::new(scenario);
        board.order_sent(at);
        (board, at)
    }

    fn ack(scenario: &Scenario, at: usize, status: &str, code: Option<&str>) -> OrderAck {
        let order = &scenario.orders[at];
        let reasons: Vec<_> = code
            .into_iter()
            .map(|code| json!({ "code": code, "line": null, "message": "" }))
            .collect();
        serde_json::from_value(json!({
            "po_number": order.po_number(), "order_id": scenario.order_id(order),
            "status": status, "reasons": reasons, "currency": null, "total": null, "lines": [],
        }))
        .unwrap()
    }

    #[test]
    fn o1_the_refusal_of_a_second_order_leaves_the_first_as_it_is() {
        let (mut board, at) = board();
        let scenario = board.scenario.clone();
        assert!(board.order_ack(&ack(&scenario, at, "accepted", None)));
        let second = ack(&scenario, at, "rejected", Some("duplicate_po_number"));
        assert!(!board.order_ack(&second), "no first answer");
        assert_eq!(board.orders[at].status, Some(OrderAckStatus::Accepted));
        assert_eq!((board.orders[at].refused_again, board.surprises.len()), (1, 0));
    }

    #[test]
    fn an_order_that_is_answered_otherwise_than_expected_is_a_surprise() {
        let (mut board, at) = board();
        let scenario = board.scenario.clone();
        board.order_ack(&ack(&scenario, at, "held", Some("price_mismatch")));
        assert!(board.surprises[0].contains("price_mismatch"), "{:?}", board.surprises);
    }

    #[test]
    fn p2_what_the_bank_hears_of_an_invoice_before_the_buyer_has_it_counts_when_it_comes() {
        let (mut board, at) = board();
        let mut invoice: Invoice =
            serde_json::from_value(crate::demo::billing::tests::invoice()).unwrap();
        invoice.order_id = board.scenario.order_id(&board.scenario.orders[at]);
        let payment = PaymentSeen::new(invoice.currency, minor(invoice.total, invoice.currency));
        board.payments.insert("PAY-1".parse().unwrap(), payment);
        let ack = |applied: serde_json::Value| {
            serde_json::from_value(json!({ "payment_id": "PAY-1", "status": "applied",
                "applied": applied, "unapplied_amount": "0.00", "exceptions": [] }))
            .unwrap()
        };
        let whole = json!([{ "invoice_number": invoice.invoice_number, "amount": invoice.total,
            "discount": "0.00" }]);
        let said = |second: i64, place| {
            let at = jiff::Timestamp::from_second(second).unwrap();
            Said { at, place }
        };
        board.payment_ack(&ack(whole), said(2, 5));
        board.invoice(&invoice, false);
        assert!(board.invoices[&invoice.invoice_number].is_settled());
        // A stream that lost what was said before has it again, behind.
        board.payment_ack(&ack(json!([])), said(1, 9));
        assert!(board.invoices[&invoice.invoice_number].is_settled());
    }

    #[test]
    fn r1_goods_go_back_once_and_never_more_than_were_shipped() {
        let (mut board, at) = board();
        let scenario = board.scenario.clone();
        let order_id = scenario.order_id(&scenario.orders[at]);
        assert!(board.returns_due(order_id).is_empty(), "not billed yet");
        for line in board.orders[at].lines.values_mut() {
            (line.shipped, line.cancelled) = (generate::ONE, line.planned - generate::ONE);
            line.billed = generate::ONE;
        }
        let due = board.returns_due(order_id);
        let back = due.iter().flat_map(|request| &request.lines);
        assert!(back.clone().count() > 0);
        assert!(back.into_iter().all(|line| line.quantity.scaled() == generate::ONE));
        assert!(board.returns_due(order_id).is_empty(), "asked once");
    }

    /// A run, and the place of an order that is changed while the warehouse waits.
    fn changed() -> (Board, usize) {
        let scenario = Arc::new(generate::scenario(1, 400).unwrap());
        let in_time = |order: &&crate::demo::scenario::PlannedOrder| {
            order.amendment.as_ref().is_some_and(|it| it.in_time)
        };
        let at = scenario.orders.iter().position(|order| in_time(&order)).unwrap();
        let mut board = Board::new(scenario);
        board.order_sent(at);
        (board, at)
    }

    fn change_ack(scenario: &Scenario, at: usize, status: &str, code: &str) -> OrderChangeAck {
        let order = &scenario.orders[at];
        serde_json::from_value(json!({
            "po_number": order.po_number(), "order_id": scenario.order_id(order),
            "change_number": 1, "status": status, "lines": [],
            "reasons": [{ "code": code, "line": null, "message": "" }],
        }))
        .unwrap()
    }

    #[test]
    fn o7_an_order_is_changed_once_when_it_is_answered_and_kept_until_that_is_settled() {
        let (mut board, at) = changed();
        let scenario = board.scenario.clone();
        let order_id = scenario.order_id(&scenario.orders[at]);
        assert!(board.amendment_due(order_id).is_none(), "not answered yet");
        board.order_ack(&ack(&scenario, at, "accepted", None));
        assert_eq!(board.amendment_due(order_id), scenario.orders[at].amendment);
        assert!(board.amendment_due(order_id).is_none());
        assert_eq!(board.amended(order_id), Some(true));
        board.order_change_ack(&change_ack(&scenario, at, "rejected", "already_shipped"));
        assert_eq!(board.amended(order_id), Some(false));
        assert!(board.orders[at].uncertain);
        assert!(board.surprises.is_empty(), "{:?}", board.surprises);
    }

    #[test]
    fn a_change_that_is_refused_for_anything_but_coming_late_is_a_surprise() {
        let (mut board, at) = changed();
        let scenario = board.scenario.clone();
        board.order_ack(&ack(&scenario, at, "accepted", None));
        board.amendment_due(scenario.order_id(&scenario.orders[at]));
        board.order_change_ack(&change_ack(&scenario, at, "rejected", "not_supported"));
        assert!(board.surprises[0].contains("not_supported"), "{:?}", board.surprises);
    }

    #[test]
    fn o5_only_credit_may_hold_an_order_that_is_expected_on_credit() {
        let scenario = generate::scenario(1, 20).unwrap();
        let of = |code: &str| {
            let mut scenario = scenario.clone();
            scenario.orders[0].expected = Expected::OnCredit;
            let mut board = Board::new(Arc::new(scenario));
            board.order_sent(0);
            let scenario = board.scenario.clone();
            board.order_ack(&ack(&scenario, 0, "held", Some(code)));
            (board.surprises.len(), board.has_held_on_credit())
        };
        assert_eq!((of("credit_limit"), of("no_price")), ((0, true), (1, false)));
    }
}
