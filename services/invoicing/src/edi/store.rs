//! Queries: what saying invoices and credit memos in UBL and X12 may touch.

use std::collections::BTreeSet;

use contracts::{
    CustomerId, PartnerName, Sku,
    document::{CreditMemo, Egress, Invoice},
    partner::{Format, Partner},
};
use mesh::{DatabaseTransaction, DbErr, row};

use super::rows::{Buyer, Channel, ItemText};

/// Whom and what a batch may bill.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// The buyers' partners.
    pub partners: BTreeSet<PartnerName>,
    /// Who is billed.
    pub customers: BTreeSet<CustomerId>,
    /// For what.
    pub skus: BTreeSet<Sku>,
}

impl Named {
    /// Names a buyer.
    pub fn note(&mut self, partner: &PartnerName, customer: &CustomerId) {
        self.partners.insert(partner.clone());
        self.customers.insert(customer.clone());
    }
}

/// The rows.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Who is billed.
    pub buyers: Vec<Buyer>,
    /// For what.
    pub texts: Vec<ItemText>,
    /// How they are written to, locked.
    pub channels: Vec<Channel>,
}

/// Brings what is needed; nothing where every partner wants JSON. Two replicas must not use one
/// control number twice, so that channels that are missing are made first, then locked.
pub async fn load(tx: &DatabaseTransaction, named: Named) -> Result<Loaded, DbErr> {
    let partners = mesh::partners_named(tx, named.partners).await?;
    if !partners.values().any(|it| wants(it, Format::Ubl) || wants(it, Format::X12)) {
        return Ok(Loaded::default());
    }
    let in_x12 = partners.values().filter(|it| it.x12.is_some() && wants(it, Format::X12));
    let in_x12: BTreeSet<PartnerName> = in_x12.map(|it| it.partner.clone()).collect();
    let new: Vec<Channel> = in_x12.iter().cloned().map(Channel::new).collect();
    if !new.is_empty() {
        row::insert(tx, &new).await?;
    }
    Ok(Loaded {
        buyers: row::find(tx, "customer_id", named.customers).await?,
        texts: row::find(tx, "sku", named.skus).await?,
        channels: row::lock(tx, "partner", in_x12).await?,
    })
}

fn wants(partner: &Partner, format: Format) -> bool {
    let documents = [Invoice::DOCUMENT, CreditMemo::DOCUMENT];
    documents.iter().any(|document| partner.formats_of(document).contains(&format))
}
