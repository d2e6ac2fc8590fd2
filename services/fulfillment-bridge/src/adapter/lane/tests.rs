use super::*;

/// A warehouse that does not answer.
struct Silent;

impl Transport for Silent {
    async fn deliver(&self, _: &Delivery) -> Result<(), Failure> {
        Err(Failure::unreached("nobody answers"))
    }
}

/// The configuration with the built-in pauses: half a second at first, five minutes at most.
fn config(text: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ordermesh.toml");
    std::fs::write(&file, format!("[fulfillment-bridge]\n{text}")).unwrap();
    mesh::config::load("fulfillment-bridge", crate::config::DEFAULTS, Some(&file)).unwrap()
}

fn delivery(id: &WarehouseId) -> Delivery {
    Delivery {
        warehouse_id: id.clone(),
        id: "1".to_owned(),
        position: 1,
        document: "ship-order".to_owned(),
        content_type: "application/json".to_owned(),
        file: None,
        body: Vec::new(),
        written_at: Timestamp::UNIX_EPOCH,
        attempts: 0,
        last_error: None,
        delivered_at: None,
    }
}

/// The pauses of a new lane after each of so many failures.
fn paused(config: &Config, failures: usize) -> Vec<Duration> {
    let id: WarehouseId = "EAST".parse().unwrap();
    let (db, delivery) = (DatabaseConnection::default(), delivery(&id));
    let mut lane = Lane::new(&id, Silent, config, db, "a".to_owned());
    let mut pause = |_| {
        let now = Timestamp::UNIX_EPOCH;
        lane.failed(&delivery, &Failure::unreached("nobody answers"), now);
        lane.not_before.unwrap().duration_since(now).try_into().unwrap()
    };
    (0..failures).map(&mut pause).collect()
}

#[test]
fn f6_pauses_grow_are_no_longer_than_the_longest_and_differ_from_lane_to_lane() {
    let config = config("");
    let (first, most) = (config.retry_first(), config.retry_most());
    let lanes = [paused(&config, 14), paused(&config, 14)];
    for pauses in &lanes {
        let mut least = first;
        for pause in pauses {
            assert!((least..=(least * 2)).contains(pause), "{pause:?} after {least:?}");
            assert!(*pause <= most, "{pause:?}");
            least = (least * 2).min(most / 2);
        }
        assert!(pauses[0] <= first * 2);
        assert!(pauses[13] >= most / 2, "it has grown: {pauses:?}");
    }
    assert_ne!(lanes[0], lanes[1], "two that failed together come back together");
}

#[test]
fn f6_a_first_pause_above_the_longest_is_no_longer_than_that() {
    let config = config("retry_first_ms = 5000\nretry_most_seconds = 2\n");
    let pauses = paused(&config, 3);
    assert!(pauses.iter().all(|it| *it <= config.retry_most()), "{pauses:?}");
}
