//! The intake of a warehouse's file: its confirmations become rows to be decided, and it is answered
//! by a 997, in one transaction. The same file again is answered by the same 997.

use contracts::{WarehouseId, document::ShipConfirm, ids::derived};
use edi::x12::{self, Answer, Interchange};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DatabaseTransaction, DbErr, Json,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use super::{
    metrics,
    verdict::{Verdict, judge, what_is_wrong},
};
use crate::{
    config::Drop,
    deliveries::{
        folders::OUT,
        interchange::{X12, write_groups},
        queue::{NewDelivery, enqueue},
        rows::ArrivedInterchange,
    },
    domain::arrival::Arrival,
};

/// The source of interchanges: a file of a warehouse.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub id: &'a WarehouseId,
    pub drop: &'a Drop,
    pub file: &'a str,
}

/// Takes the interchanges of a file, and returns what is wrong with the rest; nothing if all is well.
pub async fn take(
    db: &DatabaseConnection,
    source: Source<'_>,
    interchanges: &[Interchange],
    now: Timestamp,
) -> Result<String, DbErr> {
    let tx = begin(db).await?;
    let wrong = Intake { tx: &tx, source, now }.take(interchanges).await?;
    commit(tx).await?;
    Ok(wrong)
}

/// A transaction of the background's own, over its own tables. It may write: SQLite takes its write
/// lock at once, so that it never has to be refused half way.
async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: immediate, ..Default::default() };
    db.begin_with_options(options).await
}

/// Commits what [`begin`] began. No decision is among it.
async fn commit(tx: DatabaseTransaction) -> Result<(), DbErr> {
    #[expect(clippy::disallowed_methods, reason = "deliveries and files; no decision")]
    tx.commit().await
}

/// The intake of one file.
struct Intake<'a> {
    tx: &'a DatabaseTransaction,
    source: Source<'a>,
    now: Timestamp,
}

impl Intake<'_> {
    async fn take(&self, interchanges: &[Interchange]) -> Result<String, DbErr> {
        let mut wrong = String::new();
        for interchange in interchanges {
            let number = number(interchange);
            let digest = derived(&["interchange", &interchange.text]).to_string();
            let before = self.before(&number).await?;
            if let Some(same) = before.as_ref().filter(|before| before.digest == digest) {
                // Decided again too: what was refused may be taken by now, what was taken stands.
                let verdict = judge(interchange, self.source.drop, false);
                wrong.push_str(&what_is_wrong(interchange, &verdict));
                self.add_arrivals(verdict.confirms, &number, &digest).await?;
                self.answer_again(&same.answer).await?;
                continue;
            }
            let verdict = judge(interchange, self.source.drop, before.is_some());
            wrong.push_str(&what_is_wrong(interchange, &verdict));
            let answer = self.answer(interchange, &verdict, &number, &digest).await?;
            let taken = !verdict.confirms.is_empty();
            self.add_arrivals(verdict.confirms, &number, &digest).await?;
            if taken {
                let (warehouse_id, received_at) = (self.source.id.clone(), self.now);
                let arrived =
                    ArrivedInterchange { warehouse_id, number, digest, answer, received_at };
                row::insert(self.tx, [&arrived]).await?;
            }
            self.log_refusals(interchange);
        }
        Ok(wrong)
    }

    async fn before(&self, number: &str) -> Result<Option<ArrivedInterchange>, DbErr> {
        let known: Vec<ArrivedInterchange> =
            row::find(self.tx, "number", [number.to_owned()]).await?;
        Ok(known.into_iter().find(|known| known.warehouse_id == *self.source.id))
    }

    async fn answer_again(&self, answer: &str) -> Result<(), DbErr> {
        let mut update = Query::update();
        update.table(Alias::new("deliveries"));
        update.value(Alias::new("delivered_at"), None::<Timestamp>.value());
        // It has not waited since the first time.
        update.value(Alias::new("written_at"), self.now.value());
        update.and_where(Expr::col(Alias::new("warehouse_id")).eq(self.source.id.value()));
        update.and_where(Expr::col(Alias::new("id")).eq(answer));
        self.tx.execute(&update).await.map(|_| ())
    }

    /// Queues the acknowledgement, under an id that is made of what it acknowledges.
    async fn answer(
        &self,
        interchange: &Interchange,
        verdict: &Verdict,
        number: &str,
        digest: &str,
    ) -> Result<String, DbErr> {
        let id = derived(&["997", self.source.id.as_str(), number, digest]).to_string();
        let Answer { groups, .. } = x12::acknowledge(interchange, &verdict.groups);
        let envelope = x12::interchange_acknowledgement(interchange, &verdict.errors);
        if groups.is_empty() && envelope.is_none() {
            return Ok(id);
        }
        let (envelope, delimiters) = (envelope.as_ref(), interchange.delimiters);
        let written =
            write_groups(self.tx, self.source.drop, envelope, &groups, delimiters, self.now);
        let (text, control) = written.await?;
        let delivery = NewDelivery {
            id: id.clone(),
            document: "x12".to_owned(),
            content_type: X12,
            file: Some(format!("{OUT}/997-{control:09}.edi")),
            body: text.into_bytes(),
        };
        enqueue(self.tx, self.source.id, vec![delivery], self.now).await?;
        Ok(id)
    }

    async fn add_arrivals(
        &self,
        confirms: Vec<ShipConfirm>,
        number: &str,
        digest: &str,
    ) -> Result<(), DbErr> {
        let arrival = |(place, confirm): (usize, ShipConfirm)| {
            let parts = ["arrival", self.source.id.as_str(), number, digest, &place.to_string()];
            Arrival {
                id: derived(&parts).to_string(),
                warehouse_id: self.source.id.clone(),
                file: self.source.file.to_owned(),
                body: Json(confirm),
                received_at: self.now,
                due_at: self.now,
            }
        };
        let arrivals: Vec<Arrival> = confirms.into_iter().enumerate().map(arrival).collect();
        row::insert(self.tx, &arrivals).await
    }

    /// Logs our interchanges that the warehouse could not read: they will not be shipped.
    fn log_refusals(&self, interchange: &Interchange) {
        let acknowledgements = interchange.groups.iter().filter(|it| it.is_acknowledgement());
        for set in acknowledgements.flat_map(|group| &group.sets) {
            let find = |id: &str| set.segments.iter().find(|segment| segment.id == id);
            let (Some(ak1), Some(ak9)) = (find("AK1"), find("AK9")) else { continue };
            if !matches!(ak9.get(1), "A" | "E") {
                let (warehouse, file, group) = (self.source.id, self.source.file, ak1.get(2));
                metrics::failed(self.source.id, true);
                tracing::error!(%warehouse, file, group, "a warehouse could not read our file");
            }
        }
    }
}

fn number(interchange: &Interchange) -> String {
    let header = &interchange.header;
    format!("{}:{}:{}", header.sender.qualifier, header.sender.id, header.control)
}
