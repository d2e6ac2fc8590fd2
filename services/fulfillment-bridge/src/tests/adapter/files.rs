//! Folders: a 940 goes out, a 945 comes in, and the faults of one are written beside it.

use std::{fs, path::PathBuf, sync::LazyLock, time::SystemTime};

use contracts::{
    document::Rejection,
    event::{ShipmentDispatched, ShipmentShort},
};
use edi::{
    warehouse::{SHIPPING_ADVICE, order_number},
    x12::{self, Delimiters, OutGroup, OutSet, Segment, Sender},
};
use mesh::row;
use tempfile::TempDir;

use super::*;
use crate::store;

/// A warehouse of files, EAST, whose service works.
struct Yard {
    folder: TempDir,
    bench: Bench,
    service: FulfillmentBridge,
    beside: Option<Beside>,
}

impl Yard {
    async fn new() -> Self {
        Self::of(tempfile::tempdir().unwrap()).await
    }

    async fn of(folder: TempDir) -> Self {
        let service = reached(&[("EAST", by_files(folder.path()))]);
        let mut bench = bench_of(&service).await;
        bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
        bench.at(Timestamp::now());
        let beside = Some(Beside::start(&service, bench.database()));
        Self { folder, bench, service, beside }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder)) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    async fn file(&self, name: &str) -> String {
        until(name, || async { fs::read_to_string(self.path(name)).ok() }).await
    }

    async fn answers(&self) -> Vec<Delivery> {
        row::find(self.bench.database(), "document", ["x12".to_owned()]).await.unwrap()
    }

    /// Leaves a file as a careful sender does.
    async fn leave(&self, name: &str, text: &str) {
        until("in", || async { self.path("in").is_dir().then_some(()) }).await;
        fs::write(self.path("in").join(".sending"), text).unwrap();
        fs::rename(self.path("in").join(".sending"), self.path("in").join(name)).unwrap();
    }

    /// The decisions on files.
    async fn decided(&mut self) -> Outcome {
        self.bench.at(Timestamp::now());
        self.bench.tick().await
    }
}

/// The day on which files are left, so that rule D1 takes them; one for all of a test.
static TODAY: LazyLock<String> = LazyLock::new(|| Timestamp::now().strftime("%Y%m%d").to_string());

/// A 945 of the first shipment from EAST.
fn advice(control: u32, items: &[&str]) -> String {
    advice_of(&TODAY, control, items)
}

/// A 945 of goods that left on this day.
fn advice_of(day: &str, control: u32, items: &[&str]) -> String {
    let head = format!("W06*F*{}*{day}*BOL-{control}", order_number(east()));
    let segments = std::iter::once(head.as_str()).chain(items.iter().copied()).map(|text| {
        let mut parts = text.split('*');
        Segment::new(parts.next().unwrap(), parts)
    });
    let sets = vec![OutSet { id: "945", segments: segments.collect() }];
    let address = |id: &str| x12::Address { qualifier: "ZZ".to_owned(), id: id.to_owned() };
    let sender = Sender {
        from: address("WMS"),
        to: address("ORDERMESH"),
        version: "00401".to_owned(),
        usage: "P".to_owned(),
        delimiters: Delimiters::default(),
        at: jiff::civil::date(2026, 3, 3).at(12, 0, 0, 0),
        control,
    };
    let (from, to) = ("WMS".to_owned(), "ORDERMESH".to_owned());
    let version = "004010".to_owned();
    let functional_id = SHIPPING_ADVICE;
    let group = OutGroup { functional_id, sender: from, receiver: to, version, sets };
    x12::write(&sender, None, &[group])
}

const NINE_OF_TEN: [&str; 3] = ["LX*1", "W12*CP*10*9*1*EA**VN*WIDGET-1", "N9*LI*1"];

#[tokio::test]
async fn f6_a_shipping_order_is_dropped_under_its_control_number() {
    let mut yard = Yard::new().await;
    let order = yard.file("out/940-200000001.edi").await;
    let read = x12::read(order.as_bytes()).unwrap();
    assert!(read[0].errors.is_empty() && read[0].groups[0].errors.is_empty());
    assert_eq!(read[0].header.control, "200000001");
    assert_eq!(
        (read[0].header.receiver.id.as_str(), &*read[0].groups[0].functional_id),
        ("WMS", "OW")
    );
    let set = &read[0].groups[0].sets[0];
    assert!(set.errors.is_empty());
    assert_eq!((set.id.as_str(), set.segments[1].get(1)), ("940", "N"));
    assert_eq!(set.segments[1].get(2), order_number(east()));
    // Less is wanted, then nothing.
    yard.bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "6")])).await;
    let change = yard.file("out/940-200000002.edi").await;
    assert!(change.contains("\nW05*R*") && change.contains("\nW01*4*EA**VN*WIDGET-1~"), "{change}");
    yard.bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "4")])).await;
    let cancel = yard.file("out/940-200000003.edi").await;
    assert!(cancel.contains("\nW05*F*") && !cancel.contains("W01"), "{cancel}");
    assert!(yard.names("out").iter().all(|name| name.ends_with(".edi")));
    yard.beside.take().unwrap().stop().await;
}

/// A file is written under a hidden name: as long as it cannot be renamed, nothing of it is seen.
#[tokio::test]
async fn f6_a_file_has_its_name_only_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    // A folder stands in its place and cannot be replaced.
    let in_the_way = folder.path().join("out/940-200000001.edi");
    fs::create_dir_all(in_the_way.join("something")).unwrap();
    let yard = Yard::of(folder).await;
    let hidden = yard.path("out/.940-200000001.edi.tmp");
    let whole = until("the hidden file", || async {
        fs::read_to_string(&hidden).ok().filter(|text| text.contains("\nIEA*"))
    });
    let whole = whole.await;
    assert!(in_the_way.is_dir());
    assert_eq!(yard.names("out"), ["940-200000001.edi"]);
    fs::remove_dir_all(&in_the_way).unwrap();
    assert_eq!(yard.file("out/940-200000001.edi").await, whole);
    assert!(!hidden.exists());
}

/// The same file again replaces the first in one step: a reader sees all of one of them.
#[tokio::test]
async fn f6_a_file_is_replaced_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("out")).unwrap();
    let file = folder.path().join("out/940-200000001.edi");
    fs::write(&file, "what somebody reads").unwrap();
    let reader = folder.path().join("reader");
    fs::hard_link(&file, &reader).unwrap();
    let yard = Yard::of(folder).await;
    until("the order", || async {
        fs::read_to_string(&file).ok().filter(|text| text.starts_with("ISA*"))
    })
    .await;
    assert!(fs::read_to_string(&file).unwrap().contains("\nIEA*"));
    assert_eq!(fs::read_to_string(&reader).unwrap(), "what somebody reads");
    yard.beside.unwrap().stop().await;
}

#[tokio::test]
async fn f6_a_shipping_advice_is_a_confirmation_and_is_acknowledged() {
    let mut yard = Yard::new().await;
    yard.leave("945-1.edi", &advice(7, &NINE_OF_TEN)).await;
    yard.file("processed/945-1.edi").await;
    let decided = yard.decided().await;
    let dispatched = decided.events::<ShipmentDispatched>();
    assert_eq!(dispatched.len(), 1);
    assert_eq!(dispatched[0].confirmation_id.as_str(), "BOL-7");
    assert_eq!(dispatched[0].lines[0].quantity, "9".parse().unwrap());
    assert_eq!(decided.events::<ShipmentShort>()[0].lines[0].quantity, "1".parse().unwrap());
    assert_eq!(acks(&decided).len(), 1);
    let answer = yard.file("out/997-200000002.edi").await;
    assert!(answer.contains("AK1*SW*7~") && answer.contains("AK9*A*1*1*1~"), "{answer}");
    assert_eq!(yard.names("in"), [""; 0]);
    assert_eq!(yard.decided().await.subjects(), [""; 0], "once");
}

#[tokio::test]
async fn f6_the_same_file_again_is_answered_by_the_same_997_and_ships_nothing_more() {
    let mut yard = Yard::new().await;
    yard.leave("945-1.edi", &advice(7, &NINE_OF_TEN)).await;
    let first = yard.file("out/997-200000002.edi").await;
    yard.decided().await;
    fs::remove_file(yard.path("out/997-200000002.edi")).unwrap();
    // Days later: an answer that is sent again waits since then, or it would count as stuck.
    let days_ago = Timestamp::from_second(0).unwrap();
    let mut sent = yard.answers().await;
    sent.iter_mut().for_each(|it| it.written_at = days_ago);
    row::upsert(yard.bench.database(), &sent).await.unwrap();
    yard.leave("945-1.edi", &advice(7, &NINE_OF_TEN)).await;
    yard.file("processed/945-1.edi.1").await;
    assert_eq!(yard.file("out/997-200000002.edi").await, first);
    assert!(yard.answers().await.iter().all(|it| it.written_at > days_ago));
    assert!(yard.decided().await.events::<ShipmentDispatched>().is_empty());
    assert_eq!(figures(&yard.bench).await[1], "9");
    // Something else under its control number is refused.
    yard.leave("945-2.edi", &advice(7, &["LX*1", "W12*CC*1*1**EA**VN*WIDGET-1"])).await;
    let reason = yard.file("failed/945-2.edi.reason").await;
    assert!(reason.contains("Duplicate (TA1 025)"), "{reason}");
    let answer = yard.file("out/997-200000003.edi").await;
    assert!(answer.contains("\nTA1*000000007*") && answer.contains("*R*025~"), "{answer}");
}

#[tokio::test]
async fn f6_a_damaged_file_goes_to_failed_with_its_reason_and_a_refusing_997() {
    let mut yard = Yard::new().await;
    let items = ["LX*1", "W12*CP*10*nine*1*EA**VN*WIDGET-1"];
    yard.leave("damaged.edi", &advice(7, &items)).await;
    let reason = yard.file("failed/damaged.edi.reason").await;
    assert!(reason.contains("W12 at 4: Elements (AK3 8)"), "{reason}");
    assert!(reason.contains("element 3 `nine`: Character (AK4 6)"), "{reason}");
    yard.file("failed/damaged.edi").await;
    let answer = yard.file("out/997-200000002.edi").await;
    assert!(answer.contains("AK5*R*5~") && answer.contains("AK9*R*1*1*0~"), "{answer}");
    let foreign = advice(8, &NINE_OF_TEN).replace("ZZ*WMS            ", "ZZ*SOMEBODY       ");
    yard.leave("foreign.edi", &foreign).await;
    let reason = yard.file("failed/foreign.edi.reason").await;
    assert!(reason.contains("Sender (TA1 006)"), "{reason}");
    assert!(yard.decided().await.subjects().is_empty());
    // Mended, under the same number: it was never taken.
    yard.leave("mended.edi", &advice(7, &NINE_OF_TEN)).await;
    yard.file("processed/mended.edi").await;
    assert_eq!(yard.decided().await.events::<ShipmentDispatched>().len(), 1);
}

#[tokio::test]
async fn f6_a_file_that_is_still_written_is_left_until_it_is_whole() {
    let yard = Yard::new().await;
    let text = advice(7, &NINE_OF_TEN);
    yard.leave("945-1.edi", &text[..text.len() / 2]).await;
    yard.leave("marker.edi", &advice(8, &NINE_OF_TEN)).await;
    yard.file("processed/marker.edi").await;
    assert_eq!(yard.names("in"), ["945-1.edi"]);
    fs::write(yard.path("in/945-1.edi"), &text).unwrap();
    yard.file("processed/945-1.edi").await;
    // A file that nobody writes to any more will not become whole.
    yard.leave("old.edi.part", &text[..40]).await;
    let old = fs::File::options().write(true).open(yard.path("in/old.edi.part")).unwrap();
    let minute = std::time::Duration::from_secs(60);
    old.set_modified(SystemTime::UNIX_EPOCH + minute).unwrap();
    fs::rename(yard.path("in/old.edi.part"), yard.path("in/old.edi")).unwrap();
    let reason = yard.file("failed/old.edi.reason").await;
    assert!(reason.contains("ISA has sixteen elements"), "{reason}");
}

#[tokio::test]
async fn f6_f2_a_confirmation_that_is_refused_is_told_beside_the_files() {
    let mut yard = Yard::new().await;
    let items = ["LX*1", "W12*CC*1*1**EA**VN*WIDGET-9", "N9*LI*1"];
    yard.leave("945-1.edi", &advice(7, &items)).await;
    yard.file("processed/945-1.edi").await;
    let decided = yard.decided().await;
    let told: Vec<Rejection> = decided.documents(&name("threepl"));
    assert_eq!(told[0].reasons[0].code, contracts::Reason::NotOnShipment);
    let rejection = decided.outgoing.iter().find(|it| it.subject.contains("rejection")).unwrap();
    let file = format!("failed/{}.rejection.json", rejection.id);
    assert_eq!(yard.file(&file).await.as_bytes(), rejection.payload);
}

/// D1: the age of a file counts from the time at which it was taken in.
#[tokio::test]
async fn d1_f6_a_file_of_another_day_is_refused_and_that_is_told_beside_the_files() {
    let mut yard = Yard::new().await;
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = [2, -401].map(|days| today.saturating_add(jiff::Span::new().days(days)));
    for (control, day) in (7..).zip(days) {
        let day = day.strftime("%Y%m%d").to_string();
        yard.leave(&format!("945-{control}.edi"), &advice_of(&day, control, &NINE_OF_TEN)).await;
        yard.file(&format!("processed/945-{control}.edi")).await;
        let decided = yard.decided().await;
        let told: Vec<Rejection> = decided.documents(&name("threepl"));
        assert_eq!(told[0].reasons[0].code, contracts::Reason::InvalidValue, "{day}");
        assert_eq!(told[0].reasons[0].path, "shipped_at");
        assert!(decided.events::<ShipmentDispatched>().is_empty());
    }
}

#[tokio::test]
async fn f6_f2_files_speak_for_the_partner_of_their_warehouse_and_wait_for_it() {
    let mut yard = Yard::new().await;
    // The record says that EAST is another partner's now.
    let mut record = warehouse("EAST", "open");
    record.warehouse.partner = name("nobody-yet");
    yard.bench.event(&record).await;
    yard.leave("945-1.edi", &advice(7, &NINE_OF_TEN)).await;
    yard.file("processed/945-1.edi").await;
    assert!(yard.decided().await.subjects().is_empty(), "nobody speaks for EAST");
    assert_eq!(store::undecided_arrivals(yard.bench.database()).await.unwrap(), 1);
    yard.bench.event(&warehouse("EAST", "open")).await;
    yard.bench.at(Timestamp::now() + Duration::from_secs(61));
    let decided = yard.bench.tick().await;
    assert_eq!(decided.events::<ShipmentDispatched>().len(), 1);
    assert_eq!(store::undecided_arrivals(yard.bench.database()).await.unwrap(), 0);
}

#[tokio::test]
async fn f6_a_file_that_was_read_and_not_moved_ships_once() {
    let mut yard = Yard::new().await;
    yard.leave("945-1.edi", &advice(7, &NINE_OF_TEN)).await;
    yard.file("processed/945-1.edi").await;
    // Killed between the commit and the move: the file is still there.
    yard.beside = None;
    fs::rename(yard.path("processed/945-1.edi"), yard.path("in/945-1.edi")).unwrap();
    let lease = "UPDATE delivery_leases SET held_until = 0";
    sea_orm::ConnectionTrait::execute_unprepared(yard.bench.database(), lease).await.unwrap();
    yard.beside = Some(Beside::start(&yard.service, yard.bench.database()));
    yard.file("processed/945-1.edi").await;
    assert_eq!(yard.decided().await.events::<ShipmentDispatched>().len(), 1);
    assert!(yard.decided().await.subjects().is_empty());
    assert_eq!(figures(&yard.bench).await[1], "9");
}
