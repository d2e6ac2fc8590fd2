//! The same starting points over rows in memory, for rules that need only `decide`.

use testkit::Scenario;

use super::*;

pub fn ordered() -> Scenario<Returns> {
    ordered_with(knobs())
}

fn ordered_with(config: Config) -> Scenario<Returns> {
    let mut scenario = Scenario::new(Returns::new(config));
    partners().into_iter().for_each(|record| scenario.partner(record));
    scenario.event(&company()).outputs();
    scenario.event(&warehouse("EAST", "threepl")).outputs();
    scenario.event(&warehouse("WEST", "fourpl")).outputs();
    scenario.event(&accepted()).outputs();
    scenario
}

pub fn shipped() -> Scenario<Returns> {
    shipped_with(knobs())
}

pub fn shipped_with(config: Config) -> Scenario<Returns> {
    let mut scenario = ordered_with(config);
    scenario.event(&all_dispatched()).outputs();
    scenario
}

pub fn authorized() -> Scenario<Returns> {
    let mut scenario = shipped();
    scenario.document(&name("acme"), &request("RR-1", one("4"))).outputs();
    scenario
}
