//! Every figure says what it means, in the form that Prometheus asks for.

use std::collections::BTreeSet;

use super::shop::Shop;
use crate::metrics;

#[tokio::test]
async fn every_figure_has_a_help_and_a_sound_name() {
    let rendered = mesh::telemetry::collect().unwrap();
    metrics::describe();
    let shop = Shop::open().await;
    metrics::report(shop.bench.database()).await.unwrap();
    metrics::asked("answered");
    metrics::left_alone(false);
    let text = rendered.render();
    let named = |kind: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(kind));
        let names = lines.map(|line| line.split(' ').next().unwrap().to_owned());
        names.filter(|name| name.starts_with("ordermesh_")).collect()
    };
    let (told, known) = (named("# HELP "), named("# TYPE "));
    assert_eq!(known.difference(&told).collect::<Vec<_>>(), Vec::<&String>::new());
    for name in metrics::ALL {
        assert!(known.contains(name), "{name} in {text}");
    }
    assert_eq!(testkit::promtool(&text), "", "{text}");
}
