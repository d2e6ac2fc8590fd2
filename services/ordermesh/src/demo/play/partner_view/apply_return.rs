//! Returns and credit memos, applied to the view.

use contracts::{
    OrderId, Quantity,
    document::{CreditMemo, ReturnAuthorization, ReturnDecision, ReturnRequest, ReturnRequestLine},
};

use super::{PartnerView, order::ReturnSeen};
use crate::demo::billing::minor;

impl PartnerView {
    /// Returns the requests for an order that is completely billed: each planned return once, and
    /// never more than was shipped.
    pub fn returns_due(&mut self, order_id: OrderId) -> Vec<ReturnRequest> {
        let Some(at) = self.index_of(order_id) else { return Vec::new() };
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
                    quantity: Quantity::from_scaled(quantity),
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

    /// Applies the answer to a return request.
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

    /// Applies a credit memo.
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

/// Returns the credited quantity, in millionths.
fn units(memo: &CreditMemo) -> i64 {
    memo.lines.iter().map(|line| line.quantity.scaled()).sum()
}
