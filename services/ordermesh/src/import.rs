//! `ordermesh import`: a folder of CSV and JSON Lines, sent as the partner `erp` through the same
//! subjects as any partner's documents. Everything is checked before anything is sent.

mod answer;
mod batch;
mod columns;
mod document;
mod draft;
mod file_kind;
mod folder;
mod group;
mod help;
mod hint;
mod path;
mod problem;
mod progress;
mod report;
mod send;
mod sheet;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::Result;
use contracts::PartnerName;
use strum::IntoEnumIterator as _;

use self::{
    answer::{Answer, DocumentOutcome},
    document::Document,
    file_kind::FileKind,
    folder::{Entry, Found},
    problem::{Problem, code},
    progress::Progress,
    report::{FileCount, Tally},
    send::Sender,
};
pub(crate) use self::{help::columns as columns_help, report::Report};
use crate::{
    nats::{
        connect::connect,
        folder::{FIRST_PARTNER, read_seed},
        site::Site,
    },
    operator::Operator,
};

/// A folder that was read and checked.
pub(crate) struct Import {
    entries: Vec<Entry>,
    report: Report,
}

impl Import {
    /// Reads and checks a folder. On a dry run the report says so.
    pub fn read(folder: &Path, dry_run: bool) -> Result<Self> {
        let Found { entries, problems, files, passed_over } = folder::read(folder)?;
        let files = files.into_iter().map(|(file, documents)| FileCount { file, documents });
        let report = Report {
            well: problems.is_empty(),
            dry_run,
            files: files.collect(),
            passed_over,
            documents: Vec::new(),
            not_sent: 0,
            errors: problems,
        };
        Ok(Self { entries, report })
    }

    /// Returns true if the documents are to be sent: nothing is wrong, and it is no dry run.
    pub fn is_sendable(&self) -> bool {
        self.report.well && !self.report.dry_run
    }

    pub async fn send(&mut self, site: &Site, operator: &Operator) -> Result<()> {
        send_all(&self.entries, site, operator, &mut self.report).await
    }

    pub fn into_report(self) -> Report {
        self.report
    }
}

/// Sends kind by kind: documents come after those they refer to.
async fn send_all(
    entries: &[Entry],
    site: &Site,
    operator: &Operator,
    report: &mut Report,
) -> Result<()> {
    let partner = PartnerName::new(FIRST_PARTNER)?;
    let seed = read_seed(&site.folder().seed_of(FIRST_PARTNER))?;
    let client = connect(site.url(), &seed, FIRST_PARTNER).await?;
    let mut sender = Sender::new(client, partner, operator).await?;
    let mut progress = Progress::new(entries.len());
    for file_kind in FileKind::iter() {
        let entries: Vec<&Entry> =
            entries.iter().filter(|it| it.draft.file_kind == file_kind).collect();
        let documents: Vec<&Document> = entries.iter().map(|entry| &entry.document).collect();
        if documents.is_empty() {
            continue;
        }
        let outcomes = sender.send(file_kind.document(), &documents, &mut progress).await?;
        progress.next(documents.len());
        report.documents.push(tally(file_kind, &outcomes));
        let wrong = entries.iter().zip(&outcomes).flat_map(|(entry, it)| wrong(entry, it));
        report.errors.extend(wrong);
        if outcomes.iter().any(|outcome| matches!(outcome.answer, Answer::None(_))) {
            break;
        }
    }
    progress.finish();
    let sent: usize = report.documents.iter().map(|tally| tally.sent).sum();
    report.not_sent = entries.len().saturating_sub(sent);
    report.errors.sort();
    report.well = report.errors.is_empty();
    Ok(())
}

fn tally(file_kind: FileKind, outcomes: &[DocumentOutcome]) -> Tally {
    let mut tally = Tally { document: file_kind.document().name(), ..Tally::default() };
    let accepted = |changed: bool| {
        let is_it =
            |it: &&DocumentOutcome| it.answer == Answer::Accepted && it.changed == Some(changed);
        file_kind.announces_changes().then(|| outcomes.iter().filter(is_it).count())
    };
    (tally.changed, tally.unchanged) = (accepted(true), accepted(false));
    for outcome in outcomes {
        let figure = match outcome.answer {
            Answer::Accepted => &mut tally.accepted,
            Answer::Rejected(_) => &mut tally.rejected,
            Answer::None(_) => &mut tally.unanswered,
            Answer::NotSent => continue,
        };
        *figure += 1;
        tally.sent += 1;
    }
    tally
}

/// Lists what the mesh rejected, by file, line and column.
fn wrong(entry: &Entry, outcome: &DocumentOutcome) -> Vec<Problem> {
    let draft = &entry.draft;
    match &outcome.answer {
        Answer::Accepted | Answer::NotSent => Vec::new(),
        Answer::None(said) => {
            let hint = "see `ordermesh doctor`; importing again repeats nothing";
            let problem = Problem::at(&draft.file, draft.line, code::NO_ANSWER, said);
            vec![problem.hint(Some(hint.to_owned()))]
        }
        Answer::Rejected(reasons) => {
            let problem = |reason: &contracts::ReasonPath| {
                let place = draft.place(&reason.path);
                let code = reason.code.into();
                let problem = Problem::at(&place.file, place.line, code, &*reason.message);
                Problem { column: place.column, ..problem }
            };
            reasons.iter().map(problem).collect()
        }
    }
}
