//! Rule I9: a credit memo gives back what an invoice billed for returned units, at the invoice's
//! price, discount and tax rate.

use std::collections::BTreeMap;

use contracts::{
    CreditMemoNumber, Currency, Money, MoneyError, Percent, TaxCategory,
    document::{CreditMemo, Invoice, InvoiceCharge, InvoiceLine, LedgerAccount, TaxSubtotal},
    event::{CreditMemoPosted, ReturnCompleted},
};
use jiff::civil::Date;
use mesh::{Context, Halt, Json, Outputs, books::Entry};

use super::{
    amounts::{add, sum},
    charge::on_document,
    counter,
    credit_memo::{Memo, Part},
    invoice::Tax,
    journal,
    period::open_day,
    tax::on,
};
use crate::{
    config::{Accounts, Config},
    unit_of_work::UnitOfWork,
};

/// The code of the allowance.
const RESTOCKING_FEE: &str = "restocking_fee";

/// Posts the credit memo of one invoice.
///
/// # Errors
/// Halts when a figure is too large, or a row that must be there is not.
pub fn post(
    work: &mut UnitOfWork,
    config: &Config,
    event: &ReturnCompleted,
    parts: &[Part],
    outputs: &mut Outputs,
    context: &Context<'_>,
) -> Result<(), Halt> {
    let dispatch = parts.first().and_then(|part| work.dispatches.get(&part.row.dispatch()));
    let number = dispatch.and_then(|dispatch| dispatch.invoice_number.clone());
    let number = number.ok_or_else(|| missing("the invoice of a credit".to_owned()))?;
    let no_invoice = || missing(format!("invoice {number}"));
    let invoice = work.invoices.get(&number).map(|posted| posted.document.0.clone());
    let invoice = invoice.ok_or_else(no_invoice)?;
    let taxed = taxes(work, config, &invoice, parts)?;
    let (place, credit_memo_number) = counter::credit_memo(&mut work.counters, config)?;
    let (issue_date, note) = open_day(&work.periods, event.completed_on)?;
    let mut memo = document(&invoice, event, parts, &taxed, credit_memo_number, issue_date)?;
    memo.note = note;
    let total = Money::of(memo.total, memo.currency)?.minor;
    let posted = work.invoices.get_mut(&number).ok_or_else(no_invoice)?;
    posted.credited = add(posted.credited, total)?;
    let (credit_memo_number, partner) = (memo.credit_memo_number.clone(), posted.partner.clone());
    work.credit_memos.put(Memo {
        credit_memo_number: credit_memo_number.clone(),
        place,
        invoice_number: number.clone(),
        order_id: memo.order_id,
        partner: partner.clone(),
        po_number: memo.po_number.clone(),
        rma_number: memo.rma_number.clone(),
        document: Json(memo.clone()),
    });
    outputs.event(&CreditMemoPosted {
        credit_memo_number,
        order_id: memo.order_id,
        partner: partner.clone(),
        credit_memo: memo.clone(),
    });
    outputs.document(&partner, &memo);
    let entry = entry(&memo, &taxed, &config.accounts)?;
    entry.post(&mut work.entries, &mut work.entry_lines, outputs, context);
    Ok(())
}

/// The credited lines of one category and rate, in minor units.
struct Taxed {
    category: TaxCategory,
    percent: Percent,
    net: i64,
    fee: i64,
    subtotal: TaxSubtotal,
    tax: i64,
}

/// Tax and restocking fee by category and rate. The last credit of what an invoice taxed alike
/// takes the rounding remainder of its tax.
fn taxes(
    work: &mut UnitOfWork,
    config: &Config,
    invoice: &Invoice,
    parts: &[Part],
) -> Result<Vec<Taxed>, Halt> {
    let mut nets: BTreeMap<(TaxCategory, Percent), i64> = BTreeMap::new();
    for part in parts {
        let key = (part.row.tax_category.clone(), part.row.tax_percent);
        let net = nets.entry(key).or_default();
        *net = add(*net, part.net)?;
    }
    let currency = invoice.currency;
    let mut taxed = Vec::new();
    for ((category, percent), net) in nets {
        let fee = on(net, config.restocking_fee_percent, currency)?;
        let key = (invoice.invoice_number.clone(), category.clone(), percent);
        let missing = || missing(format!("the tax of invoice {}", invoice.invoice_number));
        let row = work.invoice_taxes.get_mut(&key).ok_or_else(missing)?;
        let tax = tax_back(row, net, fee, currency)?;
        let subtotal = TaxSubtotal {
            tax_category: category.clone(),
            tax_percent: percent,
            taxable_amount: Money::new(net - fee, currency).amount(),
            tax_amount: Money::new(tax, currency).amount(),
            code: row.code.as_deref().and_then(|code| code.parse().ok()),
            exemption_reason: row.exemption_reason.clone(),
        };
        taxed.push(Taxed { category, percent, net, fee, subtotal, tax });
    }
    Ok(taxed)
}

/// Returns the tax on `net` less `fee`, and notes the part of the invoice's tax that it gives back.
fn tax_back(row: &mut Tax, net: i64, fee: i64, currency: Currency) -> Result<i64, MoneyError> {
    let rest = row.tax - row.credited_tax;
    let credited = add(row.credited_taxable, net)?;
    let last = credited == row.taxable;
    let whole = if last { rest } else { on(net, row.tax_percent, currency)?.min(rest) };
    row.credited_taxable = credited;
    row.credited_tax = add(row.credited_tax, whole)?;
    let kept = whole - on(fee, row.tax_percent, currency)?;
    let plain = on(net - fee, row.tax_percent, currency)?;
    Ok(if last { kept } else { plain.min(whole) }.max(0))
}

fn document(
    invoice: &Invoice,
    event: &ReturnCompleted,
    parts: &[Part],
    taxed: &[Taxed],
    credit_memo_number: CreditMemoNumber,
    issue_date: Date,
) -> Result<CreditMemo, MoneyError> {
    let currency = invoice.currency;
    let amount = |minor| Money::new(minor, currency).amount();
    let net_total = sum(taxed.iter().map(|group| group.net))?;
    let tax_total = sum(taxed.iter().map(|group| group.tax))?;
    let fees = sum(taxed.iter().map(|group| group.fee))?;
    let lines = parts.iter().map(|part| line(part, currency));
    Ok(CreditMemo {
        credit_memo_number,
        invoice_number: invoice.invoice_number.clone(),
        rma_number: event.rma_number.clone(),
        order_id: invoice.order_id,
        po_number: invoice.po_number.clone(),
        shipment_id: invoice.shipment_id,
        confirmation_id: invoice.confirmation_id.clone(),
        customer_id: invoice.customer_id.clone(),
        currency,
        issue_date,
        note: None,
        due_date: invoice.due_date,
        discount_date: invoice.discount_date,
        discount_percent: invoice.discount_percent,
        lines: lines.collect(),
        charges: Vec::new(),
        allowances: taxed.iter().filter(|group| group.fee > 0).map(|g| fee(g, currency)).collect(),
        tax_subtotals: taxed.iter().map(|group| group.subtotal.clone()).collect(),
        net_total: amount(net_total),
        charge_total: amount(0),
        tax_total: amount(tax_total),
        total: amount(sum([net_total, tax_total, -fees])?),
    })
}

fn fee(group: &Taxed, currency: Currency) -> InvoiceCharge {
    on_document(RESTOCKING_FEE, group.fee, currency, (&group.category, group.percent))
}

fn line(part: &Part, currency: Currency) -> InvoiceLine {
    InvoiceLine {
        line: part.row.line,
        sku: part.row.sku.clone(),
        quantity: part.quantity,
        uom: part.row.uom.clone(),
        unit_price: part.row.unit_price,
        price_base_quantity: part.row.price_base_quantity,
        discount_percent: part.row.discount_percent,
        net_amount: Money::new(part.net, currency).amount(),
        tax_category: part.row.tax_category.clone(),
        tax_percent: part.row.tax_percent,
    }
}

/// Books revenue and tax against the receivable and the fee that is kept.
fn entry(memo: &CreditMemo, taxed: &[Taxed], accounts: &Accounts) -> Result<Entry, Halt> {
    let net = sum(taxed.iter().map(|group| group.net))?;
    let tax = sum(taxed.iter().map(|group| group.tax))?;
    let fees = sum(taxed.iter().map(|group| group.fee))?;
    let mut postings = vec![accounts.debit(LedgerAccount::Revenue, net)];
    postings.extend((tax != 0).then(|| accounts.debit(LedgerAccount::Tax, tax)));
    postings.push(accounts.credit(LedgerAccount::Receivable, sum([net, tax, -fees])?));
    postings.extend((fees != 0).then(|| accounts.credit(LedgerAccount::RestockingFees, fees)));
    let source = format!("credit-memo/{}", memo.credit_memo_number);
    let head = journal::head(source, memo.issue_date, memo.note.clone(), memo.currency);
    Entry::balanced(head, postings)
}

fn missing(row: String) -> Halt {
    Halt::broken(format!("{row} is not in the books"))
}
