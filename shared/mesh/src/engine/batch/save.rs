//! The mesh's own rows of a batch, written at its end.

use std::{collections::BTreeMap, sync::atomic::AtomicI64};

use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use super::{Batch, item::Content};
use crate::{
    engine::{
        envelope::EnvelopeBuilder,
        processed::Processed,
        verdict::{self, Verdict},
    },
    message::Inbound,
    store::{
        column::Json,
        row,
        tables::{Attempt, ConsumedSequence, DeadLetter, Parked, PartnerRow},
    },
};

impl Batch<'_> {
    /// Writes the mesh's own rows, the outgoing messages among them.
    pub async fn save(
        mut self,
        tx: &DatabaseTransaction,
        service: &'static str,
        position: &AtomicI64,
        event_time: Timestamp,
    ) -> Result<(Processed, bool), DbErr> {
        let mut done = Processed::default();
        let mut stamp = EnvelopeBuilder::new(service, self.around.now, event_time, position);
        // By key: a message may be in the batch twice, and PostgreSQL upserts a row only once.
        let mut parked = BTreeMap::new();
        let (mut dead, mut partners) = (BTreeMap::new(), BTreeMap::new());
        let mut settled: Vec<&Inbound> = Vec::new();
        for item in &self.items {
            match (&item.verdict, item.inbound) {
                (Verdict::Done(outputs), inbound) => {
                    done.tally.applied += 1;
                    let is_event = inbound.is_none_or(|inbound| inbound.key().is_some());
                    done.tally.refused += u64::from(!is_event && outputs.refuses());
                    done.more_due |= outputs.more_due;
                    done.advanced.extend(outputs.advanced.iter().cloned());
                    stamp.add(inbound, outputs);
                    if let Content::Partner(updated) = &item.content {
                        let name = updated.partner.clone();
                        let record = Json(updated.record.clone());
                        partners.insert(name.clone(), PartnerRow { name, record });
                    }
                    settled.extend(inbound);
                }
                (Verdict::Park(key, waiting), Some(inbound)) => {
                    done.tally.parked += u64::from(inbound.parked.is_none());
                    let as_before = inbound.parked == Some(*waiting)
                        && self.waited_for.get(&inbound.id) == Some(key);
                    if !as_before {
                        let row = Parked::new(inbound, key.clone(), *waiting);
                        parked.insert(&inbound.id, row);
                    }
                }
                (Verdict::Dead { code, reason }, Some(inbound)) => {
                    done.tally.dead += 1;
                    stamp.dead_letter(inbound, *code, reason, None);
                    dead.insert(
                        &inbound.id,
                        verdict::record(inbound, *code, reason, self.around.now),
                    );
                    settled.push(inbound);
                }
                (Verdict::Dead { code, reason }, None) => {
                    tracing::error!(%code, reason, "due work failed");
                }
                (Verdict::Duplicate, inbound) => {
                    done.tally.duplicate += 1;
                    settled.extend(inbound);
                }
                (Verdict::Park(..) | Verdict::Pending, _) => {}
            }
        }
        let woken = settled.iter().filter(|inbound| inbound.parked.is_some());
        let keys: Vec<_> = woken.map(|inbound| vec![inbound.id.clone().into()]).collect();
        row::delete::<Parked>(tx, keys.clone()).await?;
        row::delete::<Attempt>(tx, keys).await?;
        row::upsert(tx, parked.values()).await?;
        row::upsert::<DeadLetter>(tx, dead.values()).await?;
        row::upsert(tx, partners.values()).await?;
        let advanced = |(key, sequence)| ConsumedSequence { key, sequence };
        let consumed = std::mem::take(&mut self.consumed)
            .into_iter()
            .filter(|(key, _)| self.advanced.contains(key));
        row::upsert(tx, &consumed.map(advanced).collect::<Vec<_>>()).await?;
        let (outgoing, announced) = stamp.write(tx).await?;
        done.outgoing = outgoing;
        done.advanced.append(&mut self.advanced);
        done.advanced.extend(announced);
        Ok((done, !partners.is_empty()))
    }
}
