//! The seller's own system: master data before the first order, and the journal after.

use anyhow::Result;
use contracts::Ingress;

use super::desk::{Awaited, Desk, Inbox};
use crate::demo::scenario::Scenario;

/// Sends all master data; returns when every document of it is acknowledged.
pub(super) async fn master_data(desk: &Desk, scenario: &Scenario) -> Result<()> {
    let mut awaited = Vec::new();
    send(desk, std::slice::from_ref(&scenario.company), &mut awaited).await?;
    send(desk, &scenario.items, &mut awaited).await?;
    send(desk, &scenario.price_lists, &mut awaited).await?;
    send(desk, &scenario.customers, &mut awaited).await?;
    send(desk, &scenario.tax_rates, &mut awaited).await?;
    send(desk, &scenario.warehouses, &mut awaited).await?;
    desk.all_acknowledged(&awaited).await
}

async fn send<T: Ingress>(desk: &Desk, documents: &[T], awaited: &mut Vec<Awaited>) -> Result<()> {
    for document in documents {
        desk.send(document).await?;
        awaited.push(desk.awaited(document));
    }
    Ok(())
}

/// Reads acknowledgements and the journal until the run is over.
pub(super) async fn run(mut inbox: Inbox) -> Result<()> {
    while let Some(letter) = inbox.next().await? {
        // The journal is compared when the books are; here it is counted alone.
        inbox.common(&letter)?;
        inbox.done(letter).await?;
    }
    Ok(())
}
