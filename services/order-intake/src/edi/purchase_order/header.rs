//! The terms of an 850 for the order as a whole.

use contracts::{Amount, Currency, document::Charge};
use edi::x12::{Checker, ElementError, Segment};
use jiff::civil::Date;

/// The terms of an order.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub currency: Option<Currency>,
    pub requested_ship_date: Option<Date>,
    pub cancel_after: Option<Date>,
    pub ship_complete: bool,
    pub allow_backorder: bool,
    pub charges: Vec<Charge>,
    pub total: Option<Amount>,
}

impl Terms {
    pub fn read(header: &[Segment], summary: &[Segment], check: &mut Checker) -> Self {
        let mut terms = Self { allow_backorder: true, ..Self::default() };
        // What is said of a reference, a party or an amount is not said of the order.
        let own = header.iter().take_while(|segment| !matches!(&*segment.id, "N9" | "N1" | "LDT"));
        for segment in own {
            match segment.id.as_str() {
                "CUR" if terms.currency.is_none() => {
                    terms.currency = check.parsed(segment, 2, 100);
                }
                "CSH" => match segment.get(1) {
                    "SC" => terms.ship_complete = true,
                    "N" => terms.allow_backorder = false,
                    _ => {}
                },
                "SAC" => terms.charges.extend(charge(segment, check)),
                _ => {}
            }
        }
        terms.dates(header, check);
        let mut totals = header.iter().chain(summary).filter(|segment| segment.id == "AMT");
        let total = totals.rfind(|amt| matches!(amt.get(1), "1" | "TT"));
        terms.total = total.and_then(|amt| check.number(amt, 2, 782));
        terms
    }

    /// The day on which it should leave, or be there where only that is said; and the last one.
    fn dates(&mut self, header: &[Segment], check: &mut Checker) {
        let days: Vec<(&str, Date)> = header
            .iter()
            .filter(|segment| segment.id == "DTM")
            .filter_map(|dtm| Some((dtm.get(1), check.date(dtm, 2, 373)?)))
            .collect();
        let first = |qualifiers: &[&str]| {
            let day = |wanted: &&str| days.iter().find(|(qualifier, _)| qualifier == wanted);
            qualifiers.iter().find_map(day).map(|(_, day)| *day)
        };
        self.requested_ship_date = first(&["010", "068", "037", "002"]);
        self.cancel_after = first(&["001", "177", "061"]);
    }
}

/// An amount asked besides the goods. An allowance is one below zero: the owner refuses what was
/// not agreed, instead of leaving it out.
fn charge(sac: &Segment, check: &mut Checker) -> Option<Charge> {
    let sign = match check.required(sac, 1, 248)? {
        "C" => "",
        "A" => "-",
        // No charge, or one that is asked elsewhere.
        "N" | "P" | "Q" | "R" => return None,
        _ => {
            check.element(sac, 1, 248, ElementError::Code);
            return None;
        }
    };
    let text = sac.get(5);
    if text.is_empty() {
        check.element(sac, 5, 610, ElementError::Missing);
        return None;
    }
    let amount = implied_cents(text).and_then(|amount| format!("{sign}{amount}").parse().ok());
    if amount.is_none() {
        check.element(sac, 5, 610, ElementError::Character);
    }
    let code = match sac.get(2) {
        "D240" => "freight".to_owned(),
        "" => "charge".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    Some(Charge { code, amount: amount? })
}

/// A number of two decimals whose point is not written.
fn implied_cents(text: &str) -> Option<String> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{text:0>3}");
    let (whole, cents) = padded.split_at(padded.len() - 2);
    Some(format!("{whole}.{cents}"))
}
