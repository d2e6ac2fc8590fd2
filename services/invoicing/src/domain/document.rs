//! An invoice as it is sent, and its entry in the journal.

use contracts::{
    Currency, InvoiceNumber, Money,
    document::{Invoice, InvoiceLine, LedgerAccount, Terms},
};
use jiff::{Span, civil::Date};
use mesh::{Halt, books::Entry};

use super::{
    charge::on_document,
    draft::{DraftLine, InvoiceDraft},
    invoice::Tax,
    journal,
    period::out_of_range,
};
use crate::config::Accounts;

/// Writes the invoice.
///
/// # Errors
/// Halts when a date is beyond the calendar.
pub fn invoice(
    draft: &InvoiceDraft<'_>,
    invoice_number: InvoiceNumber,
    (issue_date, note): (Date, Option<String>),
) -> Result<Invoice, Halt> {
    let (body, currency) = (&draft.order.body, draft.order.body.currency);
    let amount = |minor| Money::new(minor, currency).amount();
    let (discount_date, discount_percent) = discount(body.terms, issue_date)?;
    let charges = draft.shares.iter().map(|(share, taxed)| {
        on_document(&share.code, share.amount, currency, (&taxed.category, taxed.percent))
    });
    Ok(Invoice {
        invoice_number,
        order_id: draft.order.order_id,
        po_number: draft.order.po_number.clone(),
        shipment_id: draft.dispatch.shipment_id,
        confirmation_id: draft.dispatch.confirmation.clone(),
        customer_id: body.customer_id.clone(),
        currency,
        issue_date,
        note,
        due_date: later(issue_date, body.terms.net_days)?,
        discount_date,
        discount_percent,
        lines: draft.lines.iter().map(|item| line(item, currency)).collect(),
        charges: charges.collect(),
        tax_subtotals: draft.tax_subtotals.clone(),
        net_total: amount(draft.totals.net),
        charge_total: amount(draft.totals.charges),
        tax_total: amount(draft.totals.tax),
        total: amount(draft.totals.total),
    })
}

fn line(item: &DraftLine, currency: Currency) -> InvoiceLine {
    InvoiceLine {
        line: item.row.line,
        sku: item.row.sku.clone(),
        quantity: item.quantity,
        uom: item.row.uom.clone(),
        unit_price: item.row.unit_price,
        price_base_quantity: item.row.price_base_quantity,
        discount_percent: item.row.discount_percent,
        net_amount: Money::new(item.net, currency).amount(),
        tax_category: item.taxed.category.clone(),
        tax_percent: item.taxed.percent,
    }
}

/// Returns the last day of the discount and its percentage: both, or none (rule I10).
fn discount(terms: Terms, issued: Date) -> Result<(Option<Date>, contracts::Percent), Halt> {
    match (terms.discount_percent, terms.discount_days) {
        (Some(percent), Some(days)) if !percent.is_zero() => {
            Ok((Some(later(issued, days)?), percent))
        }
        _ => Ok((None, contracts::Percent::ZERO)),
    }
}

fn later(day: Date, days: u32) -> Result<Date, Halt> {
    let span = Span::new().try_days(i64::from(days)).map_err(out_of_range)?;
    day.checked_add(span).map_err(out_of_range)
}

/// The tax on the invoice's lines, as it is kept.
pub fn taxes(draft: &InvoiceDraft<'_>, number: &InvoiceNumber) -> impl Iterator<Item = Tax> {
    draft.taxes.iter().map(|of_lines| Tax {
        invoice_number: number.clone(),
        tax_category: of_lines.taxed.category.clone(),
        tax_percent: of_lines.taxed.percent,
        taxable: of_lines.taxable,
        tax: of_lines.tax,
        credited_taxable: 0,
        credited_tax: 0,
        code: Some(of_lines.taxed.code.to_string()),
        exemption_reason: of_lines.taxed.exemption_reason.clone(),
    })
}

/// Books an invoice: receivable against revenue, charges and tax (rule I8).
///
/// # Errors
/// Halts when the entry is not balanced.
pub fn entry(
    draft: &InvoiceDraft<'_>,
    invoice: &Invoice,
    tax_fallback: Option<&str>,
    accounts: &Accounts,
) -> Result<Entry, Halt> {
    let totals = draft.totals;
    let mut postings = vec![
        accounts.debit(LedgerAccount::Receivable, totals.total),
        accounts.credit(LedgerAccount::Revenue, totals.net),
    ];
    let more = [(LedgerAccount::Charges, totals.charges), (LedgerAccount::Tax, totals.tax)];
    let more = more.into_iter().filter(|(_, minor)| *minor != 0);
    postings.extend(more.map(|(account, minor)| accounts.credit(account, minor)));
    let note = tax_fallback.map(|why| {
        let of = invoice.note.iter().map(|note| format!("{note}; ")).collect::<String>();
        format!("{of}tax by the built-in table: {why}")
    });
    let source = format!("invoice/{}", invoice.invoice_number);
    let note = note.or_else(|| invoice.note.clone());
    Entry::balanced(journal::head(source, invoice.issue_date, note, invoice.currency), postings)
}
