//! Takes a warehouse's file: its confirmations become rows to be decided, and it is answered by a
//! 997, in one transaction. The same file again is answered by the same 997.

use std::fmt::Write as _;

use contracts::{WarehouseId, document::ShipConfirm, ids::derived};
use edi::{
    warehouse::{SHIPPING_ADVICE, ship_confirm},
    x12::{
        self, Answer, Group, GroupError, GroupVerdict, Interchange, InterchangeError, SetError,
        SetVerdict, TransactionSet,
    },
};
use jiff::Timestamp;
use mesh::{
    DatabaseTransaction, DbErr, Json,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use sea_orm::ConnectionTrait;

use super::metrics;
use crate::{
    config::Drop,
    deliveries::{
        Arrival, Arrived,
        write::{Draft, OUT, X12, enveloped, queue},
    },
};

/// Who takes which file, when.
pub(super) struct Desk<'a> {
    pub tx: &'a DatabaseTransaction,
    pub id: &'a WarehouseId,
    pub drop: &'a Drop,
    pub file: &'a str,
    pub now: Timestamp,
}

/// One interchange looked at.
struct Judged {
    errors: Vec<InterchangeError>,
    verdicts: Vec<GroupVerdict>,
    confirms: Vec<ShipConfirm>,
}

impl Desk<'_> {
    /// Takes what can be taken, and says what is wrong with the rest; nothing where all is well.
    pub async fn take(&mut self, interchanges: &[Interchange]) -> Result<String, DbErr> {
        let mut wrong = String::new();
        for interchange in interchanges {
            let number = number(interchange);
            let digest = derived(&["interchange", &interchange.text]).to_string();
            let before = self.before(&number).await?;
            if let Some(same) = before.as_ref().filter(|before| before.digest == digest) {
                // Decided again too: what was refused may be taken by now, what was taken stands.
                let judged = judge(interchange, self.drop, false);
                wrong.push_str(&what_is_wrong(interchange, &judged));
                self.note(judged.confirms, &number, &digest).await?;
                self.answer_again(&same.answer).await?;
                continue;
            }
            let judged = judge(interchange, self.drop, before.is_some());
            wrong.push_str(&what_is_wrong(interchange, &judged));
            let answer = self.answer(interchange, &judged, &number, &digest).await?;
            let taken = !judged.confirms.is_empty();
            self.note(judged.confirms, &number, &digest).await?;
            if taken {
                let (warehouse_id, received_at) = (self.id.clone(), self.now);
                let arrived = Arrived { warehouse_id, number, digest, answer, received_at };
                row::insert(self.tx, [&arrived]).await?;
            }
            self.hear(interchange);
        }
        Ok(wrong)
    }

    async fn before(&self, number: &str) -> Result<Option<Arrived>, DbErr> {
        let known: Vec<Arrived> = row::find(self.tx, "number", [number.to_owned()]).await?;
        Ok(known.into_iter().find(|known| known.warehouse_id == *self.id))
    }

    async fn answer_again(&self, answer: &str) -> Result<(), DbErr> {
        let mut update = Query::update();
        update.table(Alias::new("deliveries"));
        update.value(Alias::new("delivered_at"), None::<Timestamp>.value());
        // It has not waited since the first time.
        update.value(Alias::new("written_at"), self.now.value());
        update.and_where(Expr::col(Alias::new("warehouse_id")).eq(self.id.value()));
        update.and_where(Expr::col(Alias::new("id")).eq(answer));
        self.tx.execute(&update).await.map(|_| ())
    }

    /// Queues the acknowledgement, under an id that is made of what it acknowledges.
    async fn answer(
        &self,
        interchange: &Interchange,
        judged: &Judged,
        number: &str,
        digest: &str,
    ) -> Result<String, DbErr> {
        let id = derived(&["997", self.id.as_str(), number, digest]).to_string();
        let Answer { groups, .. } = x12::acknowledge(interchange, &judged.verdicts);
        let envelope = x12::interchange_acknowledgement(interchange, &judged.errors);
        if groups.is_empty() && envelope.is_none() {
            return Ok(id);
        }
        let (envelope, delimiters) = (envelope.as_ref(), interchange.delimiters);
        let written = enveloped(self.tx, self.drop, envelope, &groups, delimiters, self.now);
        let (text, control) = written.await?;
        let draft = Draft {
            id: id.clone(),
            document: "x12".to_owned(),
            content_type: X12,
            file: Some(format!("{OUT}/997-{control:09}.edi")),
            body: text.into_bytes(),
        };
        queue(self.tx, self.id, vec![draft], self.now).await?;
        Ok(id)
    }

    async fn note(
        &self,
        confirms: Vec<ShipConfirm>,
        number: &str,
        digest: &str,
    ) -> Result<(), DbErr> {
        let arrival = |(place, confirm): (usize, ShipConfirm)| {
            let parts = ["arrival", self.id.as_str(), number, digest, &place.to_string()];
            Arrival {
                id: derived(&parts).to_string(),
                warehouse_id: self.id.clone(),
                file: self.file.to_owned(),
                body: Json(confirm),
                received_at: self.now,
                due_at: self.now,
            }
        };
        let arrivals: Vec<Arrival> = confirms.into_iter().enumerate().map(arrival).collect();
        row::insert(self.tx, &arrivals).await
    }

    /// What the warehouse says of ours: one that could not be read will not be shipped.
    fn hear(&self, interchange: &Interchange) {
        let acknowledgements = interchange.groups.iter().filter(|it| it.is_acknowledgement());
        for set in acknowledgements.flat_map(|group| &group.sets) {
            let find = |id: &str| set.segments.iter().find(|segment| segment.id == id);
            let (Some(ak1), Some(ak9)) = (find("AK1"), find("AK9")) else { continue };
            if !matches!(ak9.get(1), "A" | "E") {
                let (warehouse, file, group) = (self.id, self.file, ak1.get(2));
                metrics::failed(self.id, true);
                tracing::error!(%warehouse, file, group, "a warehouse could not read our file");
            }
        }
    }
}

fn number(interchange: &Interchange) -> String {
    let header = &interchange.header;
    format!("{}:{}:{}", header.sender.qualifier, header.sender.id, header.control)
}

fn judge(interchange: &Interchange, drop: &Drop, number_taken: bool) -> Judged {
    let mut errors = Vec::new();
    if interchange.header.sender.id != drop.theirs.id {
        errors.push(InterchangeError::Sender);
    } else if interchange.header.sender.qualifier != drop.theirs.qualifier {
        errors.push(InterchangeError::SenderQualifier);
    }
    if number_taken {
        errors.push(InterchangeError::Duplicate);
    }
    let refused = !errors.is_empty() || !interchange.errors.is_empty();
    let mut judged = Judged { errors, verdicts: Vec::new(), confirms: Vec::new() };
    for group in &interchange.groups {
        let (verdict, confirms) = judge_group(group, refused);
        judged.verdicts.push(verdict);
        judged.confirms.extend(confirms);
    }
    judged
}

fn judge_group(group: &Group, refused: bool) -> (GroupVerdict, Vec<ShipConfirm>) {
    let mut errors = group.errors.clone();
    if group.functional_id != SHIPPING_ADVICE && !group.is_acknowledgement() {
        errors.push(GroupError::NotSupported);
    }
    let mut verdict = GroupVerdict { errors, sets: Vec::new(), refused };
    let mut confirms = Vec::new();
    if verdict.is_whole() && !group.is_acknowledgement() {
        for set in &group.sets {
            let (of_set, confirm) = judge_set(set);
            verdict.sets.push(of_set);
            confirms.extend(confirm);
        }
    }
    (verdict, confirms)
}

fn judge_set(set: &TransactionSet) -> (SetVerdict, Option<ShipConfirm>) {
    if set.id == "945" {
        return ship_confirm(set);
    }
    (SetVerdict::of(set, &[SetError::NotSupported], (Vec::new(), false)), None)
}

/// What the 997 says, for people: they look at the file and not at the 997.
fn what_is_wrong(interchange: &Interchange, judged: &Judged) -> String {
    let mut text = String::new();
    let header = &interchange.header.control;
    for error in interchange.errors.iter().chain(&judged.errors) {
        let _ = writeln!(text, "interchange {header}: {error:?} (TA1 {})", error.code());
    }
    if interchange.groups.is_empty() {
        let _ = writeln!(text, "interchange {header} has no group");
    }
    for (group, verdict) in interchange.groups.iter().zip(&judged.verdicts) {
        for error in &verdict.errors {
            let _ = writeln!(text, "group {}: {error:?} (AK9 {})", group.control, error.code());
        }
        for (set, verdict) in group.sets.iter().zip(&verdict.sets) {
            if !verdict.status.is_taken() {
                of_set(set, verdict, &mut text);
            }
        }
    }
    text
}

fn of_set(set: &TransactionSet, verdict: &SetVerdict, text: &mut String) {
    for error in &verdict.errors {
        let _ = writeln!(text, "set {} {}: {error:?} (AK5 {})", set.id, set.control, error.code());
    }
    for finding in &verdict.findings {
        let (segment, position) = (&finding.segment, finding.position);
        let code = finding.error.code();
        let _ = writeln!(text, "  {segment} at {position}: {:?} (AK3 {code})", finding.error);
        for it in &finding.elements {
            let (code, element) = (it.error.code(), it.element);
            let _ =
                writeln!(text, "    element {element} `{}`: {:?} (AK4 {code})", it.copy, it.error);
        }
    }
}
