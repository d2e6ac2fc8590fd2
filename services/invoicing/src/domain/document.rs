//! An invoice as it is sent, and its entry in the journal.

use contracts::{
    Currency, InvoiceNumber, Money,
    document::{Invoice, InvoiceLine, LedgerAccount, Terms},
};
use jiff::{Span, civil::Date};

use super::{
    Fault,
    bill::{Drafted, Item},
    invoice::Tax,
    journal::{Draft, Side},
    sum,
};

/// The invoice, and the tax on its lines.
///
/// # Errors
/// When a sum is too large, or a date is beyond the calendar.
pub fn invoice(
    draft: &Drafted<'_>,
    invoice_number: InvoiceNumber,
    (issue_date, note): (Date, Option<String>),
) -> Result<(Invoice, Vec<Tax>), Fault> {
    let (body, currency) = (&draft.order.body, draft.order.body.currency);
    let amount = |minor| Money::new(minor, currency).amount();
    let net_total = sum(draft.items.iter().map(|item| item.net))?;
    let charge_total = sum(draft.shares.iter().map(|share| share.amount))?;
    let (mut tax_subtotals, mut taxes, mut tax_total) = (Vec::new(), Vec::new(), 0_i64);
    for group in draft.groups.iter() {
        let (subtotal, tax) = group.subtotal(currency)?;
        let of_group = Money::of(subtotal.tax_amount, currency)?.minor;
        tax_total = tax_total.checked_add(of_group).ok_or(Fault::TooLarge)?;
        taxes.push(Tax {
            invoice_number: invoice_number.clone(),
            tax_category: group.taxed.category.clone(),
            tax_percent: group.taxed.percent,
            order_id: draft.order.order_id,
            taxable: group.lines,
            tax,
            credited_taxable: 0,
            credited_tax: 0,
            code: Some(group.taxed.code.to_string()),
            exemption_reason: group.taxed.exemption_reason.clone(),
        });
        tax_subtotals.push(subtotal);
    }
    let total = sum([net_total, charge_total, tax_total])?;
    let (discount_date, discount_percent) = discount(body.terms, issue_date)?;
    let charges = draft
        .charge_tax
        .iter()
        .flat_map(|taxed| draft.shares.iter().map(move |share| share.on_invoice(taxed, currency)));
    let invoice = Invoice {
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
        lines: draft.items.iter().map(|item| line(item, currency)).collect(),
        charges: charges.collect(),
        tax_subtotals,
        net_total: amount(net_total),
        charge_total: amount(charge_total),
        tax_total: amount(tax_total),
        total: amount(total),
    };
    Ok((invoice, taxes))
}

fn line(item: &Item, currency: Currency) -> InvoiceLine {
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

/// Rule I10: the last day of the discount and what it is; both, or none.
fn discount(terms: Terms, issued: Date) -> Result<(Option<Date>, contracts::Percent), Fault> {
    match (terms.discount_percent, terms.discount_days) {
        (Some(percent), Some(days)) if !percent.is_zero() => {
            Ok((Some(later(issued, days)?), percent))
        }
        _ => Ok((None, contracts::Percent::ZERO)),
    }
}

fn later(day: Date, days: u32) -> Result<Date, Fault> {
    Ok(day.checked_add(Span::new().try_days(i64::from(days))?)?)
}

/// Rule I8: receivable against revenue, charges and tax.
///
/// # Errors
/// When an amount does not fit its currency.
pub fn entry(invoice: &Invoice, tax_fallback: Option<&str>) -> Result<Draft, Fault> {
    let minor = |amount| Money::of(amount, invoice.currency).map(|money| money.minor);
    let (charges, tax) = (minor(invoice.charge_total)?, minor(invoice.tax_total)?);
    let mut sides = vec![
        Side::Debit(LedgerAccount::Receivable, minor(invoice.total)?),
        Side::Credit(LedgerAccount::Revenue, minor(invoice.net_total)?),
    ];
    let more = [(LedgerAccount::Charges, charges), (LedgerAccount::Tax, tax)];
    sides.extend(
        more.into_iter()
            .filter(|(_, minor)| *minor != 0)
            .map(|(account, minor)| Side::Credit(account, minor)),
    );
    let note = tax_fallback.map(|why| {
        let of = invoice.note.iter().map(|note| format!("{note}; ")).collect::<String>();
        format!("{of}tax by the built-in table: {why}")
    });
    Ok(Draft {
        source: format!("invoice/{}", invoice.invoice_number),
        date: invoice.issue_date,
        note: note.or_else(|| invoice.note.clone()),
        currency: invoice.currency,
        sides,
    })
}
