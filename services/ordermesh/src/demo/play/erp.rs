//! The seller's own system: it sends master data before the first order and reads the journal after
//! it.

use anyhow::Result;
use contracts::Ingress;

use super::partner_client::{Awaited, Inbox, PartnerClient};
use crate::demo::scenario::Scenario;

/// Sends all master data; returns when every document is acknowledged.
pub(super) async fn master_data(client: &PartnerClient, scenario: &Scenario) -> Result<()> {
    let mut awaited = Vec::new();
    send(client, std::slice::from_ref(&scenario.company), &mut awaited).await?;
    send(client, &scenario.items, &mut awaited).await?;
    send(client, &scenario.price_lists, &mut awaited).await?;
    send(client, &scenario.customers, &mut awaited).await?;
    send(client, &scenario.tax_rates, &mut awaited).await?;
    send(client, &scenario.warehouses, &mut awaited).await?;
    client.all_acknowledged(&awaited).await
}

async fn send<T: Ingress>(
    client: &PartnerClient,
    documents: &[T],
    awaited: &mut Vec<Awaited>,
) -> Result<()> {
    for document in documents {
        client.send(document).await?;
        awaited.push(client.awaited(document));
    }
    Ok(())
}

/// Reads acknowledgements and the journal until the run is over.
pub(super) async fn run(mut inbox: Inbox) -> Result<()> {
    while let Some(document) = inbox.next().await? {
        // The journal is only counted here; it is compared with the books at the end.
        inbox.common(&document)?;
        inbox.done(document).await?;
    }
    Ok(())
}
