//! What returns says.

use contracts::{
    Quantity,
    event::{
        self, CompletedLine, ExceptionKind, ReturnAuthorized, ReturnCompleted, ReturnExpired,
        ReturnReceived, ReturnRefused, ReturnRejected,
    },
};

use super::{Change, Facts, Tell, words};
use crate::domain::order::Figure;

impl Tell for ReturnAuthorized {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        let request = event::return_request_key(&self.partner, &self.return_request_id);
        facts.settle(ExceptionKind::ReturnRefused, request);
        facts.name(&self.rma_number);
        facts.name(&self.return_request_id);
        let goods = words::lines(&self.lines);
        facts.summary = format!("{goods} may come back as {}", self.rma_number);
    }
}

impl Tell for ReturnRejected {
    fn tell(&self, facts: &mut Facts) {
        facts.partner = Some(self.partner.clone());
        let why = words::reasons(&self.reasons);
        facts.summary = format!("{} refused: {why}", self.return_request);
        let message = words::listed(self.reasons.iter().map(|reason| &reason.message));
        facts.raise(ExceptionKind::ReturnRefused, self.return_request.clone(), message);
    }
}

impl Tell for ReturnReceived {
    fn tell(&self, facts: &mut Facts) {
        facts.settle(ExceptionKind::ReturnRefused, self.rma_number.to_string());
        let goods = words::goods(self.lines.iter().map(|line| (line.quantity, &line.sku)));
        facts.summary = format!("{goods} came back to {}", self.warehouse_id);
    }
}

/// What is credited: what was sent back to the customer is not returned.
fn returned(line: &CompletedLine) -> Quantity {
    [line.restocked, line.scrapped].into_iter().sum()
}

impl Tell for ReturnCompleted {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.settle(ExceptionKind::ReturnRefused, self.rma_number.to_string());
        facts.changes.extend(self.lines.iter().map(|line| Change {
            line: line.line,
            sku: line.sku.clone(),
            figure: Figure::Returned,
            quantity: returned(line),
        }));
        let goods = words::goods(self.lines.iter().map(|line| (returned(line), &line.sku)));
        facts.summary = format!("{} completed: {goods}", self.rma_number);
    }
}

impl Tell for ReturnExpired {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        let (number, goods) = (&self.rma_number, words::lines(&self.lines));
        facts.summary = format!("{number} expired on {}: {goods} did not come", self.expires_on);
    }
}

impl Tell for ReturnRefused {
    fn tell(&self, facts: &mut Facts) {
        let why = words::said(self.code);
        facts.summary = format!("receipt {} refused: {why}", self.receipt_id);
        let message = format!("{} of {} by {}", facts.summary, self.rma_number, self.partner);
        facts.raise(ExceptionKind::ReturnRefused, self.rma_number.to_string(), message);
    }
}
