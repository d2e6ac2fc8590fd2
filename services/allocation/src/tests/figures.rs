//! The figures of the service, as Prometheus reads them.

use super::*;
use crate::metrics::{DIFFERENCES, FREED, WAITING};

#[tokio::test]
async fn i20_every_figure_has_a_help_text_and_a_clean_name() {
    let figures = mesh::telemetry::collect().unwrap();
    let mut bench = bench().await;
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "5")])).await;
    bench.at(bench.now() + std::time::Duration::from_secs(60));
    bench.tick().await;
    let text = figures.render();
    for family in [DIFFERENCES, WAITING, FREED] {
        assert!(text.contains(&format!("# HELP {family} ")), "{family}: {text}");
        assert!(text.contains(&format!("# TYPE {family} gauge")), "{family}: {text}");
    }
    assert!(text.contains(&format!("\n{WAITING} 1\n")), "{text}");
    let kinds = text.lines().filter(|line| line.starts_with("# TYPE ")).count();
    assert_eq!(kinds, text.lines().filter(|line| line.starts_with("# HELP ")).count(), "{text}");
    assert_eq!(testkit::promtool(&text), "", "{text}");
}
