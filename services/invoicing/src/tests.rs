//! Rules I1–I11 through the engine and a real database.

mod amounts;
mod billing;
mod books;
mod changes;
mod charges;
mod config;
mod credit;
mod edi;
mod http;
mod journal;
mod laws;
mod metrics;
mod peers;
mod periods;
mod postgres;
mod scene;
mod shop;
mod size;
mod surplus;
mod tax;
mod tax_answers;
mod tax_quotes;

#[tokio::test]
async fn however_many_start_together_its_schema_is_made_once() {
    testkit::a_schema_is_made_once(crate::Invoicing::configured(None).unwrap()).await;
}
