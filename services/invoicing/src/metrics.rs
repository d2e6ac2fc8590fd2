//! Figures that must be zero, or be looked at. Gauges are read from the database, never counted along.

use mesh::{
    DatabaseConnection, DbErr,
    metrics::{label, set},
};
use metrics::{describe_counter, describe_gauge};

use crate::store::count;

/// Order lines of which more is billed than rule I1 allows. Must be 0.
pub const OVERSTATEMENT: &str = "ordermesh_invoice_overstatement_lines";
/// Charges of which no invoice will bill the rest (I5).
pub const LAPSED: &str = "ordermesh_invoice_lapsed_charges";
/// Invoices and credit memos that were sent in JSON for want of a fact that UBL or X12 needs.
pub const FORMAT_FALLBACKS: &str = "ordermesh_invoice_format_fallbacks";
/// Invoices that the table taxed because the tax engine did not say (I4).
pub const TAX_FALLBACKS: &str = "ordermesh_invoice_tax_fallbacks";
/// Invoices that wait for the tax engine.
pub const TAX_ASKS: &str = "ordermesh_tax_engine_waiting_invoices";
/// Questions to the tax engine, by their outcome.
pub const TAX_ANSWERS: &str = "ordermesh_tax_engine_answers_total";
/// 1 while the tax engine is left alone, for it failed too often.
pub const TAX_LEFT_ALONE: &str = "ordermesh_tax_engine_left_alone";

#[cfg(test)]
pub const ALL: [&str; 7] =
    [OVERSTATEMENT, LAPSED, FORMAT_FALLBACKS, TAX_FALLBACKS, TAX_ASKS, TAX_ANSWERS, TAX_LEFT_ALONE];

const OVERSTATED: &str = "billed - credited > allowed OR billed - credited > dispatched - returned";

/// Describes the figures to Prometheus.
pub fn describe() {
    describe_gauge!(OVERSTATEMENT, "Order lines of which more is billed than left or was ordered");
    describe_gauge!(LAPSED, "Charges of which no invoice will bill the rest");
    describe_gauge!(
        FORMAT_FALLBACKS,
        "Invoices and credit memos that were sent in JSON for want of a fact"
    );
    describe_gauge!(
        TAX_FALLBACKS,
        "Invoices taxed by the table because the tax engine did not say"
    );
    describe_gauge!(TAX_ASKS, "Invoices that wait for the tax engine");
    describe_counter!(TAX_ANSWERS, "Questions to the tax engine by their outcome");
    describe_gauge!(TAX_LEFT_ALONE, "Whether the tax engine is left alone because it failed");
}

/// Sets the gauges, on the service's timer.
pub async fn report(db: &DatabaseConnection) -> Result<(), DbErr> {
    set(OVERSTATEMENT, overstated(db).await?);
    set(LAPSED, count(db, "order_charges", "lapsed > 0").await?);
    set(FORMAT_FALLBACKS, count(db, "format_fallbacks", "1 = 1").await?);
    set(TAX_FALLBACKS, count(db, "invoices", "tax_fallback IS NOT NULL").await?);
    set(TAX_ASKS, count(db, "tax_asks", "is_open").await?);
    Ok(())
}

/// Counts a question to the tax engine: `answered`, `refused`, `failed` or `left_alone`.
pub fn asked(outcome: &'static str) {
    metrics::counter!(TAX_ANSWERS, label::OUTCOME => outcome).increment(1);
}

/// Reports that the tax engine is left alone, or is not any more.
pub fn left_alone(is: bool) {
    set(TAX_LEFT_ALONE, i64::from(is));
}

/// Order lines of which more is billed than rule I1 allows.
pub async fn overstated(db: &DatabaseConnection) -> Result<i64, DbErr> {
    count(db, "order_lines", OVERSTATED).await
}
