//! The metrics of a process in Prometheus's format.

use std::collections::BTreeSet;

use mesh::telemetry;

use testkit::promtool;

use crate::outages::World;

/// Every metric family has a help text, and `promtool` has no complaints.
#[tokio::test(flavor = "multi_thread")]
async fn every_family_has_a_help_text_and_a_clean_name() {
    let world = World::worked().await;
    let text = telemetry::collect().unwrap().render();
    world.end().await;
    let named = |what: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(what));
        lines.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    let (families, helped) = (named("# TYPE "), named("# HELP "));
    assert_eq!(families, helped, "{text}");
    for family in ["messages_total", "lost_messages_total", "pauses_total", "batch_seconds"] {
        assert!(families.contains(&format!("ordermesh_{family}")), "{family}: {text}");
    }
    assert!(text.contains(r#"outcome="refused"} 0"#), "{text}");
    assert_eq!(promtool(&text), "", "{text}");
}
