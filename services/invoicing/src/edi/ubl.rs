//! An invoice or a credit memo as UBL 2.1, so that the rules of EN 16931 hold.

use contracts::document::{Address, InvoiceCharge, InvoiceLine, TaxCode};
use edi::ubl::{
    Invoice, InvoiceAddress, InvoiceAllowanceCharge, InvoiceDelivery, InvoiceKind, InvoiceParty,
    InvoicePrice, InvoiceTotals,
};
use rust_decimal::Decimal;

use super::{
    facts::{Bill, Facts},
    rows::Unsayable,
    tax::Taxes,
    text::{amount, gtin, is_vat_number, unit, words},
};

/// UNTDID 7161: freight.
const FREIGHT: &str = "FC";

/// Writes the document.
///
/// # Errors
/// Fails when it cannot be written so that the rules hold.
pub fn document(bill: &Bill, facts: Facts<'_>) -> Result<Invoice, Unsayable> {
    let taxes = Taxes::of(bill)?;
    let others = bill.charges.iter().map(|it| (true, it));
    let others = others.chain(bill.allowances.iter().map(|it| (false, it)));
    let others = others.map(|(charge, it)| allowance_charge(charge, it, &taxes));
    let numbered = (1_u32..).zip(&bill.lines);
    let lines = numbered.map(|(number, it)| line(number, it, facts, &taxes));
    Ok(Invoice {
        kind: match &bill.credits {
            None => InvoiceKind::Invoice,
            Some((invoice_id, _)) => InvoiceKind::CreditNote {
                invoice_id: invoice_id.clone(),
                invoice_date: facts.invoice_date.map(|day| day.to_string()).unwrap_or_default(),
            },
        },
        id: bill.number.clone(),
        issue_date: bill.issue_date.to_string(),
        due_date: bill.due_date.to_string(),
        note: note(bill),
        currency: bill.currency.to_string(),
        order_id: bill.po_number.to_string(),
        despatch_id: bill.shipment_id.to_string(),
        seller: seller(facts, &taxes)?,
        buyer: buyer(facts, &taxes)?,
        delivery: delivery(facts)?,
        payment_terms: terms(bill),
        allowance_charges: others.collect::<Result<_, _>>()?,
        tax_subtotals: taxes.subtotals(bill)?,
        totals: totals(bill)?,
        lines: lines.collect::<Result<_, _>>()?,
    })
}

/// The notes that explain a bill, and the return that a credit is for.
fn note(bill: &Bill) -> String {
    let returned = bill.credits.as_ref().map(|(_, rma)| format!("Return {rma}"));
    let parts: Vec<String> = returned.into_iter().chain(bill.note.clone()).collect();
    parts.join(". ")
}

fn terms(bill: &Bill) -> String {
    let net = format!("Due on {}", bill.due_date);
    match bill.discount_date {
        Some(day) if bill.credits.is_none() => {
            format!("{} % discount when paid by {day}. {net}", bill.discount_percent)
        }
        Some(_) | None => net,
    }
}

fn seller(facts: Facts<'_>, taxes: &Taxes) -> Result<InvoiceParty, Unsayable> {
    let seller = facts.seller;
    let number = seller.tax_id.as_deref().unwrap_or_default().trim();
    let vat = is_vat_number(number) && !taxes.has(TaxCode::O);
    if number.is_empty() || (!vat && (taxes.has(TaxCode::K) || taxes.has(TaxCode::G))) {
        return Err(Unsayable::TaxNumber);
    }
    let number = Some(number.to_owned());
    Ok(InvoiceParty {
        id: String::new(),
        name: named(&seller.name)?,
        vat_id: number.clone().filter(|_| vat),
        // A buyer's system has to tell its suppliers apart by some number (BR-CO-26).
        registration: number.clone().filter(|_| !vat),
        tax_registration: number.filter(|_| !vat),
        address: address(&seller.address),
    })
}

/// The buyer under its own name, at the address that its invoices go to.
fn buyer(facts: Facts<'_>, taxes: &Taxes) -> Result<InvoiceParty, Unsayable> {
    let buyer = facts.buyer;
    let number = buyer.tax_id.as_deref().map(str::trim).filter(|number| !number.is_empty());
    let vat = number.is_some_and(is_vat_number) && !taxes.has(TaxCode::O);
    let missing = (taxes.has(TaxCode::K) && !vat) || (taxes.has(TaxCode::Ae) && number.is_none());
    if missing {
        return Err(Unsayable::TaxNumber);
    }
    let number = number.map(ToOwned::to_owned);
    let at = buyer.bill_to.as_ref().unwrap_or(&facts.order.body.ship_to);
    Ok(InvoiceParty {
        id: buyer.customer_id.to_string(),
        name: named(&buyer.name)?,
        vat_id: number.clone().filter(|_| vat),
        tax_registration: None,
        registration: number.filter(|_| !vat),
        address: address(at),
    })
}

fn named(name: &str) -> Result<String, Unsayable> {
    let name = name.trim();
    if name.is_empty() { Err(Unsayable::Name) } else { Ok(name.to_owned()) }
}

fn address(address: &Address) -> InvoiceAddress {
    InvoiceAddress {
        line1: address.line1.clone(),
        line2: address.line2.clone().unwrap_or_default(),
        city: address.city.clone(),
        postal_code: address.postal_code.clone(),
        region: address.region.clone().unwrap_or_default(),
        country: address.country.to_string(),
    }
}

fn delivery(facts: Facts<'_>) -> Result<InvoiceDelivery, Unsayable> {
    let to = &facts.dispatch.ship_to.0;
    Ok(InvoiceDelivery {
        date: facts.dispatch.shipped_on.to_string(),
        name: to.name.trim().to_owned(),
        address: address(to),
    })
}

fn allowance_charge(
    charge: bool,
    it: &InvoiceCharge,
    taxes: &Taxes,
) -> Result<InvoiceAllowanceCharge, Unsayable> {
    let freight = charge && it.code.eq_ignore_ascii_case("freight");
    Ok(InvoiceAllowanceCharge {
        charge,
        reason_code: freight.then(|| FREIGHT.to_owned()),
        reason: words(&it.code),
        amount: amount(it.amount.get())?,
        tax: taxes.find(&it.tax_category, it.tax_percent)?,
    })
}

fn totals(bill: &Bill) -> Result<InvoiceTotals, Unsayable> {
    let without_tax = bill.total.get() - bill.tax_total.get();
    let allowances: Decimal = bill.allowances.iter().map(|it| it.amount.get()).sum();
    let some = |sum: Decimal| (!sum.is_zero()).then(|| amount(sum)).transpose();
    Ok(InvoiceTotals {
        lines: amount(bill.net_total.get())?,
        allowances: some(allowances)?,
        charges: some(bill.charge_total.get())?,
        without_tax: amount(without_tax)?,
        tax: amount(bill.tax_total.get())?,
        with_tax: amount(bill.total.get())?,
        payable: amount(bill.total.get())?,
    })
}

fn line(
    number: u32,
    line: &InvoiceLine,
    facts: Facts<'_>,
    taxes: &Taxes,
) -> Result<edi::ubl::InvoiceLine, Unsayable> {
    let item = facts.item(&line.sku)?;
    Ok(edi::ubl::InvoiceLine {
        id: number.to_string(),
        order_line: line.line.to_string(),
        quantity: line.quantity.to_string(),
        unit: unit(&line.uom).to_owned(),
        net: amount(line.net_amount.get())?,
        name: item.description.trim().to_owned(),
        sellers_item: line.sku.to_string(),
        gtin: gtin(&item.codes).map(ToOwned::to_owned),
        tax: taxes.find(&line.tax_category, line.tax_percent)?,
        price: price(line),
    })
}

/// A discount comes off the price, where no digit of it is lost: quantity ÷ base × net price is the
/// line before it is rounded.
fn price(line: &InvoiceLine) -> InvoicePrice {
    let gross = line.unit_price.get();
    let off = gross * line.discount_percent.get() / Decimal::ONE_HUNDRED;
    let text = |price: Decimal| price.normalize().to_string();
    InvoicePrice {
        net: text(gross - off),
        discount: (!off.is_zero()).then(|| (text(gross), text(off))),
        base_quantity: line.price_base_quantity.to_string(),
    }
}
