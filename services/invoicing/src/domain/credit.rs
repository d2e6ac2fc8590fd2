//! Rule I9: a credit memo gives back what an invoice billed for returned units, at the invoice's
//! price, discount and tax rate.

use std::collections::BTreeMap;

use contracts::{
    CreditMemoNumber, Currency, InvoiceNumber, Money, OrderId, PartnerName, Percent, PoNumber,
    Quantity, RmaNumber, TaxCategory,
    document::{CreditMemo, Invoice, InvoiceCharge, InvoiceLine, LedgerAccount, TaxSubtotal},
    event::{CreditMemoPosted, ReturnCompleted},
};
use mesh::{Context, Json, Outputs};

use super::{
    Fault, Set,
    charges::charge,
    command::open_day,
    counter, dispatch,
    invoice::Tax,
    journal::{self, Draft, Side},
    sum,
    tax::on,
};
use crate::config::Config;

/// The code of the allowance.
const RESTOCKING_FEE: &str = "restocking_fee";

/// A posted credit memo.
#[derive(Debug, Clone)]
pub struct Memo {
    /// Its number.
    pub credit_memo_number: CreditMemoNumber,
    /// Its place in the series.
    pub place: u64,
    /// The invoice it corrects.
    pub invoice_number: InvoiceNumber,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The return that causes it.
    pub rma_number: RmaNumber,
    /// As it was sent.
    pub document: Json<CreditMemo>,
}

mesh::row!(Memo in "credit_memos" by (credit_memo_number: CreditMemoNumber) {
    credit_memo_number, place, invoice_number, order_id, partner, po_number, rma_number, document
});

/// Units of an invoice line that are credited, and their net in minor units.
#[derive(Debug)]
pub struct Part {
    /// The line as it was before.
    pub row: dispatch::Line,
    /// How many.
    pub quantity: Quantity,
    /// For how much.
    pub net: i64,
}

/// Posts the credit memo of one invoice.
///
/// # Errors
/// When a figure is too large, or a row that must be there is not.
pub fn post(
    set: &mut Set,
    config: &Config,
    event: &ReturnCompleted,
    parts: &[Part],
    outputs: &mut Outputs,
    context: &Context<'_>,
) -> Result<(), Fault> {
    let dispatch = parts.first().and_then(|part| set.dispatches.get(&part.row.dispatch()));
    let number = dispatch.and_then(|dispatch| dispatch.invoice_number.clone());
    let number = number.ok_or_else(|| Fault::Missing("the invoice of a credit".to_owned()))?;
    let missing = || Fault::Missing(format!("invoice {number}"));
    let invoice = set.invoices.get(&number).map(|posted| posted.document.0.clone());
    let invoice = invoice.ok_or_else(missing)?;
    let taxed = taxes(set, config, &invoice, parts)?;
    let (place, credit_memo_number) = counter::credit_memo(set, config)?;
    let (issue_date, note) = open_day(set, event.completed_on)?;
    let mut memo = document(&invoice, event, parts, &taxed, credit_memo_number, issue_date)?;
    memo.note = note;
    let total = Money::of(memo.total, memo.currency)?.minor;
    let posted = set.invoices.get_mut(&number).ok_or_else(missing)?;
    posted.credited = posted.credited.checked_add(total).ok_or(Fault::TooLarge)?;
    let (credit_memo_number, partner) = (memo.credit_memo_number.clone(), posted.partner.clone());
    set.credit_memos.put(Memo {
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
    journal::post(set, config, outputs, entry(&memo)?, context)
}

/// What is credited alike, in minor units.
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
    set: &mut Set,
    config: &Config,
    invoice: &Invoice,
    parts: &[Part],
) -> Result<Vec<Taxed>, Fault> {
    let mut nets: BTreeMap<(TaxCategory, Percent), i64> = BTreeMap::new();
    for part in parts {
        let key = (part.row.tax_category.clone(), part.row.tax_percent);
        let net = nets.entry(key).or_default();
        *net = net.checked_add(part.net).ok_or(Fault::TooLarge)?;
    }
    let currency = invoice.currency;
    let mut taxed = Vec::new();
    for ((category, percent), net) in nets {
        let fee = on(net, config.restocking_fee_percent, currency)?;
        let key = (invoice.invoice_number.clone(), category.clone(), percent);
        let missing = || Fault::Missing(format!("the tax of invoice {}", invoice.invoice_number));
        let row = set.invoice_taxes.get_mut(&key).ok_or_else(missing)?;
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

/// The tax on `net` less `fee`, and notes what of the invoice's tax is given back by it.
fn tax_back(row: &mut Tax, net: i64, fee: i64, currency: Currency) -> Result<i64, Fault> {
    let rest = row.tax - row.credited_tax;
    let credited = row.credited_taxable.checked_add(net).ok_or(Fault::TooLarge)?;
    let last = credited == row.taxable;
    let whole = if last { rest } else { on(net, row.tax_percent, currency)?.min(rest) };
    row.credited_taxable = credited;
    row.credited_tax += whole;
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
    issue_date: jiff::civil::Date,
) -> Result<CreditMemo, Fault> {
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
    charge(RESTOCKING_FEE.to_owned(), group.fee, currency, &group.category, group.percent)
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

/// Rule I9: revenue and tax against the receivable and what is kept as a fee.
fn entry(memo: &CreditMemo) -> Result<Draft, Fault> {
    let minor = |amount| Money::of(amount, memo.currency).map(|money| money.minor);
    let fees: Vec<i64> =
        memo.allowances.iter().map(|fee| minor(fee.amount)).collect::<Result<_, _>>()?;
    let fees = sum(fees)?;
    let tax = minor(memo.tax_total)?;
    let mut sides = vec![Side::Debit(LedgerAccount::Revenue, minor(memo.net_total)?)];
    sides.extend((tax != 0).then_some(Side::Debit(LedgerAccount::Tax, tax)));
    sides.push(Side::Credit(LedgerAccount::Receivable, minor(memo.total)?));
    sides.extend((fees != 0).then_some(Side::Credit(LedgerAccount::RestockingFees, fees)));
    Ok(Draft {
        source: format!("credit-memo/{}", memo.credit_memo_number),
        date: memo.issue_date,
        note: memo.note.clone(),
        currency: memo.currency,
        sides,
    })
}

/// The part of `minor` that `quantity` of `of` makes, rounded half up.
///
/// # Errors
/// When it is too large.
pub fn part_of(minor: i64, quantity: Quantity, of: Quantity) -> Result<i64, Fault> {
    let (quantity, of) = (i128::from(quantity.scaled()), i128::from(of.scaled()));
    if of == 0 {
        return Ok(0);
    }
    let exact = i128::from(minor).checked_mul(2 * quantity).ok_or(Fault::TooLarge)?;
    i64::try_from((exact + of) / (2 * of)).map_err(|_| Fault::TooLarge)
}
