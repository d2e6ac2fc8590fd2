//! Writes invoices and credit notes as UBL, with elements in the order that the schemas require.

use super::{
    invoice::{
        Invoice, InvoiceAddress, InvoiceAllowanceCharge, InvoiceKind, InvoiceLine, InvoiceParty,
        InvoiceTax, InvoiceTaxSubtotal,
    },
    out::Out,
};

/// The namespace of invoices.
pub const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
/// The namespace of credit notes.
pub const CREDIT_NOTE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";
/// The specification that the document follows: the standard's own rules.
const EN_16931: &str = "urn:cen.eu:en16931:2017";
/// UNTDID 4461: the means of payment is not stated.
const NOT_DEFINED: &str = "1";
/// ISO 6523: the scheme of GTINs.
const GTIN: &str = "0160";

impl Invoice {
    /// Returns the UBL document.
    #[must_use]
    pub fn to_xml(&self) -> String {
        let (name, namespace) = match self.kind {
            InvoiceKind::Invoice => ("Invoice", INVOICE),
            InvoiceKind::CreditNote { .. } => ("CreditNote", CREDIT_NOTE),
        };
        let mut out = Out::default();
        out.block(&Out::root(name, namespace), |out| self.write(out));
        out.done()
    }

    fn write(&self, out: &mut Out) {
        self.head(out);
        self.references(out);
        out.block("cac:AccountingSupplierParty", |out| party(out, &self.seller));
        out.block("cac:AccountingCustomerParty", |out| party(out, &self.buyer));
        self.delivery(out);
        self.payment(out);
        self.allowance_charges.iter().for_each(|it| self.allowance_charge(out, it));
        self.tax(out);
        self.totals(out);
        self.lines.iter().for_each(|line| self.line(out, line));
    }

    fn amount(&self, out: &mut Out, tag: &str, amount: &str) {
        out.with(tag, "currencyID", Some(&self.currency), amount);
    }

    fn head(&self, out: &mut Out) {
        out.text("cbc:CustomizationID", EN_16931);
        out.text("cbc:ID", &self.id);
        out.text("cbc:IssueDate", &self.issue_date);
        match &self.kind {
            InvoiceKind::Invoice => {
                out.text("cbc:DueDate", &self.due_date);
                out.text("cbc:InvoiceTypeCode", "380");
            }
            InvoiceKind::CreditNote { .. } => out.text("cbc:CreditNoteTypeCode", "381"),
        }
        out.filled("cbc:Note", &self.note);
        out.text("cbc:DocumentCurrencyCode", &self.currency);
    }

    fn references(&self, out: &mut Out) {
        out.block("cac:OrderReference", |out| out.text("cbc:ID", &self.order_id));
        if let InvoiceKind::CreditNote { invoice_id, invoice_date } = &self.kind {
            out.block("cac:BillingReference", |out| {
                out.block("cac:InvoiceDocumentReference", |out| {
                    out.text("cbc:ID", invoice_id);
                    out.filled("cbc:IssueDate", invoice_date);
                });
            });
        }
        out.block("cac:DespatchDocumentReference", |out| out.text("cbc:ID", &self.despatch_id));
    }

    fn delivery(&self, out: &mut Out) {
        let delivery = &self.delivery;
        out.block("cac:Delivery", |out| {
            out.filled("cbc:ActualDeliveryDate", &delivery.date);
            out.block("cac:DeliveryLocation", |out| {
                out.block("cac:Address", |out| address(out, &delivery.address));
            });
            if !delivery.name.trim().is_empty() {
                out.block("cac:DeliveryParty", |out| {
                    out.block("cac:PartyName", |out| out.text("cbc:Name", &delivery.name));
                });
            }
        });
    }

    /// A credit note's schema has a due date only within a means of payment.
    fn payment(&self, out: &mut Out) {
        if matches!(self.kind, InvoiceKind::CreditNote { .. }) {
            out.block("cac:PaymentMeans", |out| {
                out.text("cbc:PaymentMeansCode", NOT_DEFINED);
                out.text("cbc:PaymentDueDate", &self.due_date);
            });
        }
        if !self.payment_terms.is_empty() {
            out.block("cac:PaymentTerms", |out| out.text("cbc:Note", &self.payment_terms));
        }
    }

    fn allowance_charge(&self, out: &mut Out, it: &InvoiceAllowanceCharge) {
        out.block("cac:AllowanceCharge", |out| {
            out.text("cbc:ChargeIndicator", if it.charge { "true" } else { "false" });
            out.maybe("cbc:AllowanceChargeReasonCode", it.reason_code.as_deref());
            out.text("cbc:AllowanceChargeReason", &it.reason);
            self.amount(out, "cbc:Amount", &it.amount);
            category(out, "cac:TaxCategory", &it.tax, None);
        });
    }

    fn tax(&self, out: &mut Out) {
        out.block("cac:TaxTotal", |out| {
            self.amount(out, "cbc:TaxAmount", &self.totals.tax);
            for InvoiceTaxSubtotal { taxable, tax_amount, tax, exemption_reason } in
                &self.tax_subtotals
            {
                out.block("cac:TaxSubtotal", |out| {
                    self.amount(out, "cbc:TaxableAmount", taxable);
                    self.amount(out, "cbc:TaxAmount", tax_amount);
                    category(out, "cac:TaxCategory", tax, exemption_reason.as_deref());
                });
            }
        });
    }

    fn totals(&self, out: &mut Out) {
        let totals = &self.totals;
        out.block("cac:LegalMonetaryTotal", |out| {
            self.amount(out, "cbc:LineExtensionAmount", &totals.lines);
            self.amount(out, "cbc:TaxExclusiveAmount", &totals.without_tax);
            self.amount(out, "cbc:TaxInclusiveAmount", &totals.with_tax);
            let others = [
                ("cbc:AllowanceTotalAmount", &totals.allowances),
                ("cbc:ChargeTotalAmount", &totals.charges),
            ];
            for (tag, amount) in others {
                amount.iter().for_each(|amount| self.amount(out, tag, amount));
            }
            self.amount(out, "cbc:PayableAmount", &totals.payable);
        });
    }

    fn line(&self, out: &mut Out, line: &InvoiceLine) {
        let (tag, quantity) = match self.kind {
            InvoiceKind::Invoice => ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
            InvoiceKind::CreditNote { .. } => ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
        };
        out.block(tag, |out| {
            out.text("cbc:ID", &line.id);
            out.with(quantity, "unitCode", Some(&line.unit), &line.quantity);
            self.amount(out, "cbc:LineExtensionAmount", &line.net);
            out.block("cac:OrderLineReference", |out| out.text("cbc:LineID", &line.order_line));
            item(out, line);
            self.price(out, line);
        });
    }

    fn price(&self, out: &mut Out, line: &InvoiceLine) {
        let price = &line.price;
        out.block("cac:Price", |out| {
            self.amount(out, "cbc:PriceAmount", &price.net);
            let unit = Some(line.unit.as_str());
            out.with("cbc:BaseQuantity", "unitCode", unit, &price.base_quantity);
            if let Some((gross, off)) = &price.discount {
                out.block("cac:AllowanceCharge", |out| {
                    out.text("cbc:ChargeIndicator", "false");
                    self.amount(out, "cbc:Amount", off);
                    self.amount(out, "cbc:BaseAmount", gross);
                });
            }
        });
    }
}

fn party(out: &mut Out, party: &InvoiceParty) {
    out.block("cac:Party", |out| {
        if !party.id.is_empty() {
            out.block("cac:PartyIdentification", |out| out.text("cbc:ID", &party.id));
        }
        out.block("cac:PostalAddress", |out| address(out, &party.address));
        for (number, scheme) in [(&party.vat_id, "VAT"), (&party.tax_registration, "TAX")] {
            let Some(number) = number else { continue };
            out.block("cac:PartyTaxScheme", |out| {
                out.text("cbc:CompanyID", number);
                out.block("cac:TaxScheme", |out| out.text("cbc:ID", scheme));
            });
        }
        out.block("cac:PartyLegalEntity", |out| {
            out.text("cbc:RegistrationName", &party.name);
            out.maybe("cbc:CompanyID", party.registration.as_deref());
        });
    });
}

fn address(out: &mut Out, address: &InvoiceAddress) {
    out.filled("cbc:StreetName", &address.line1);
    out.filled("cbc:AdditionalStreetName", &address.line2);
    out.filled("cbc:CityName", &address.city);
    out.filled("cbc:PostalZone", &address.postal_code);
    out.filled("cbc:CountrySubentity", &address.region);
    out.block("cac:Country", |out| out.text("cbc:IdentificationCode", &address.country));
}

fn item(out: &mut Out, line: &InvoiceLine) {
    out.block("cac:Item", |out| {
        out.text("cbc:Name", &line.name);
        let id = &line.sellers_item;
        out.block("cac:SellersItemIdentification", |out| out.text("cbc:ID", id));
        if let Some(gtin) = &line.gtin {
            out.block("cac:StandardItemIdentification", |out| {
                out.with("cbc:ID", "schemeID", Some(GTIN), gtin);
            });
        }
        category(out, "cac:ClassifiedTaxCategory", &line.tax, None);
    });
}

/// The scheme is `VAT` under any jurisdiction: the standard allows no other.
fn category(out: &mut Out, tag: &str, tax: &InvoiceTax, reason: Option<&str>) {
    out.block(tag, |out| {
        out.text("cbc:ID", &tax.code);
        out.maybe("cbc:Percent", tax.percent.as_deref());
        out.maybe("cbc:TaxExemptionReason", reason);
        out.block("cac:TaxScheme", |out| out.text("cbc:ID", "VAT"));
    });
}
