//! The tax of a bill, as EN 16931 wants it: one subtotal per code and rate, and only what goes with
//! its code.

use std::collections::BTreeMap;

use contracts::{Percent, TaxCategory, document::TaxCode};
use edi::ubl::{InvoiceTax, InvoiceTaxSubtotal};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{facts::Bill, rows::Unsayable, text::amount};

/// The tax codes of a bill's lines and charges, by our category and rate.
#[derive(Debug)]
pub struct Taxes(BTreeMap<(TaxCategory, Percent), TaxCode>);

/// Amounts that are taxed alike, and the tax on them.
#[derive(Default)]
struct Group {
    taxable: Decimal,
    tax: Decimal,
    reasons: Vec<String>,
}

impl Taxes {
    /// Reads the codes of a bill.
    ///
    /// # Errors
    /// Fails when a rate does not go with its category.
    pub fn of(bill: &Bill) -> Result<Self, Unsayable> {
        let mut codes = BTreeMap::new();
        for it in &bill.tax_subtotals {
            let code = code(it.code, it.tax_percent, it.exemption_reason.as_deref())?;
            codes.insert((it.tax_category.clone(), it.tax_percent), code);
        }
        let outside = codes.values().filter(|code| **code == TaxCode::O).count();
        // Goods outside the scope of tax stand alone (BR-O-11 to BR-O-14).
        if outside > 0 && outside < codes.len() {
            return Err(Unsayable::Tax);
        }
        Ok(Self(codes))
    }

    /// Returns true if anything is taxed by this code.
    #[must_use]
    pub fn has(&self, code: TaxCode) -> bool {
        self.0.values().any(|it| *it == code)
    }

    /// Returns the tax of a line or a charge.
    ///
    /// # Errors
    /// Fails when no subtotal says so.
    pub fn find(&self, category: &TaxCategory, percent: Percent) -> Result<InvoiceTax, Unsayable> {
        let code = self.0.get(&(category.clone(), percent)).ok_or(Unsayable::Tax)?;
        Ok(said(*code, percent))
    }

    /// The subtotals: two of our categories may be one code at one rate.
    ///
    /// # Errors
    /// Fails when tax is not what the rate makes of what is taxed, up to one of the currency.
    pub fn subtotals(&self, bill: &Bill) -> Result<Vec<InvoiceTaxSubtotal>, Unsayable> {
        let mut groups: BTreeMap<(String, Percent), (TaxCode, Group)> = BTreeMap::new();
        for it in &bill.tax_subtotals {
            let key = (it.tax_category.clone(), it.tax_percent);
            let code = *self.0.get(&key).ok_or(Unsayable::Tax)?;
            let new = || (code, Group::default());
            let (_, group) = groups.entry((code.to_string(), it.tax_percent)).or_insert_with(new);
            group.taxable += it.taxable_amount.get();
            group.tax += it.tax_amount.get();
            let reason = reason(code, it.exemption_reason.as_deref());
            group.reasons.extend(reason.filter(|reason| !group.reasons.contains(reason)));
        }
        groups.into_iter().map(|((_, percent), (code, group))| group.said(code, percent)).collect()
    }
}

impl Group {
    fn said(self, code: TaxCode, percent: Percent) -> Result<InvoiceTaxSubtotal, Unsayable> {
        let exact = self.taxable.checked_mul(percent.get()).ok_or(Unsayable::Tax)?;
        let exact = exact / Decimal::ONE_HUNDRED;
        let rounded = exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        // The rules take a rate below a half for none (BR-CO-17).
        let nothing = percent.get() < Decimal::new(5, 1);
        let off = if nothing { self.tax * Decimal::TWO } else { (self.tax - rounded).abs() };
        if off >= Decimal::ONE {
            return Err(Unsayable::Tax);
        }
        Ok(InvoiceTaxSubtotal {
            taxable: amount(self.taxable)?,
            tax_amount: amount(self.tax)?,
            tax: said(code, percent),
            exemption_reason: (!self.reasons.is_empty()).then(|| self.reasons.join("; ")),
        })
    }
}

fn said(code: TaxCode, percent: Percent) -> InvoiceTax {
    let percent = (code != TaxCode::O).then(|| percent.to_string());
    InvoiceTax { code: code.to_string(), percent }
}

/// The code that goes with the rate. Nothing at the standard rate is what the standard calls zero
/// rated, or exempt where a reason is given.
fn code(
    code: Option<TaxCode>,
    percent: Percent,
    reason: Option<&str>,
) -> Result<TaxCode, Unsayable> {
    let nothing = if reason.is_some() { TaxCode::E } else { TaxCode::Z };
    match code {
        None | Some(TaxCode::S) => Ok(if percent.is_zero() { nothing } else { TaxCode::S }),
        Some(code @ (TaxCode::L | TaxCode::M)) => Ok(code),
        Some(
            code @ (TaxCode::Z | TaxCode::E | TaxCode::Ae | TaxCode::K | TaxCode::G | TaxCode::O),
        ) => percent.is_zero().then_some(code).ok_or(Unsayable::Tax),
    }
}

/// Returns the reason why nothing is taxed: the one given, else the code's meaning; `None` where tax
/// is due.
fn reason(code: TaxCode, said: Option<&str>) -> Option<String> {
    let meaning = match code {
        TaxCode::S | TaxCode::Z | TaxCode::L | TaxCode::M => return None,
        TaxCode::E => "Exempt from tax",
        TaxCode::Ae => "Reverse charge",
        TaxCode::K => "Intra-community supply",
        TaxCode::G => "Export outside the EU",
        TaxCode::O => "Outside the scope of tax",
    };
    let said = said.map(str::trim).filter(|said| !said.is_empty());
    Some(said.unwrap_or(meaning).to_owned())
}
