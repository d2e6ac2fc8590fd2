//! Knobs, from files and from the environment.

use std::process::Command;

use contracts::document::LedgerAccount;

use super::{shop::settings, tax_quotes::asking};
use crate::config::Config;

/// Text stays text though it is of digits alone. The environment is a process's own, so the test
/// below is run again as one.
#[test]
fn knobs_of_digits_are_set_by_the_environment() {
    let own = std::env::current_exe().unwrap();
    let test = "tests::config::they_are_as_the_environment_says";
    let prefix = "ORDERMESH__INVOICING__";
    let run = Command::new(own)
        .args(["--exact", test, "--ignored"])
        .env(format!("{prefix}RESTOCKING_FEE_PERCENT"), "15")
        .env(format!("{prefix}ACCOUNTS__REVENUE"), "0400")
        .env(format!("{prefix}ACCOUNTS__TAX"), "2201")
        .env(format!("{prefix}INVOICE_PREFIX"), "2026")
        .env(format!("{prefix}TAX_ENGINE__SECRET"), "123456")
        .env(format!("{prefix}NUMBER_DIGITS"), "8")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "run by the test above, with an environment"]
fn they_are_as_the_environment_says() {
    let config = settings();
    assert_eq!(config.restocking_fee_percent.to_string(), "15");
    let number = |account| config.accounts.number(account).unwrap().to_owned();
    assert_eq!(number(LedgerAccount::Revenue), "0400");
    assert_eq!(number(LedgerAccount::Tax), "2201");
    // What is not named keeps its default.
    assert_eq!(number(LedgerAccount::Receivable), "1100");
    assert_eq!(config.invoice_prefix, "2026");
    assert_eq!(config.tax_engine.secret.reveal(), Some("123456"));
    assert_eq!(config.tax_engine.attempts, 3);
    assert_eq!(config.number_digits, 8);
}

#[test]
fn knobs_that_make_no_sense_are_refused_at_the_start() {
    let load = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let loaded =
            mesh::config::load::<Config>("invoicing", crate::config::DEFAULTS, Some(file.path()));
        loaded.map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(load("[invoicing.tax_engine]\nurl = \"https://tax.example/v1\"\n"), Ok(()));
    for (text, why) in [
        ("[invoicing.tax_engine]\nurl = \"ftp://tax.example\"\n", "no address of HTTP"),
        ("[invoicing.tax_engine]\nurl = \"tax\"\n", "relative URL"),
        ("[invoicing.tax_engine]\ntimeuot_ms = 1\n", "timeuot_ms"),
        ("[invoicing.accounts]\ncash = \"1\"\n", "invoicing.accounts.cash is unknown"),
        ("[invoicing.accounts]\ntax = \" \"\n", "the account tax has no number"),
    ] {
        let error = load(text).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
    let mut config = asking();
    config.tax_engine.secret = "hush".into();
    assert!(!format!("{config:?}").contains("hush"));
}
