use super::*;

fn load(text: &str) -> Result<Config, mesh::config::Invalid> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ordermesh.toml");
    std::fs::write(folder.path().join("secret"), "s3cret\nsecond line\n").unwrap();
    let text = text.replace("HERE", &folder.path().display().to_string());
    std::fs::write(&file, text).unwrap();
    mesh::config::load("fulfillment-bridge", DEFAULTS, Some(&file))
}

#[test]
fn f6_no_warehouse_is_reached_otherwise_unless_it_is_said() {
    let config = load("").unwrap();
    assert!(config.warehouses.is_empty());
    assert!(config.lease() > config.timeout(), "two replicas would send at once");
}

#[test]
fn f6_a_webhook_and_a_drop_are_configured_and_the_secret_is_not_shown() {
    let config = load(
        "[[fulfillment-bridge.warehouses]]\nwarehouse = \"EAST\"\n\
         webhook = { url = \"https://wms.example/hooks\", secret_file = \"HERE/secret\" }\n\
         [[fulfillment-bridge.warehouses]]\nwarehouse = \"WEST\"\n\
         drop = { folder = \"HERE\", isa_id = \"WESTWMS\", test = true }\n",
    )
    .unwrap();
    let Reach::Webhook(east) = &config.warehouses[&"EAST".parse().unwrap()] else { panic!() };
    assert_eq!(east.secret.reveal(), b"s3cret");
    assert!(!format!("{config:?}").contains("s3cret"));
    let Reach::Drop(west) = &config.warehouses[&"WEST".parse().unwrap()] else { panic!() };
    assert_eq!((west.theirs.id.as_str(), west.gs_id.as_str()), ("WESTWMS", "WESTWMS"));
    assert_eq!((west.ours.id.as_str(), west.test), ("ORDERMESH", true));
}

#[test]
fn what_cannot_work_is_refused_at_the_start_with_its_warehouse() {
    let head = "[[fulfillment-bridge.warehouses]]\nwarehouse = \"EAST\"\n";
    for (entry, told) in [
        ("", "either a `webhook` or a `drop`"),
        ("webhook = { url = \"ftp://wms\", secret = \"s\" }", "https://"),
        ("webhook = { url = \"https://wms\" }", "secret_file"),
        ("webhook = { url = \"https://wms\", secret = \" \" }", "empty"),
        ("webhook = { url = \"https://wms\", secret_file = \"HERE/none\" }", "none"),
        ("webhook = { url = \"https://wms\", secret = \"s\", retries = 1 }", "retries"),
        ("drop = { folder = \"HERE/none\", isa_id = \"W\" }", "is not there"),
        ("drop = { folder = \"HERE\", isa_id = \"MORE-THAN-FIFTEEN\" }", "no address"),
        ("drop = { folder = \"HERE\", isa_id = \"W\", version = \"X\" }", "no version"),
    ] {
        let error = load(&format!("{head}{entry}\n")).unwrap_err().to_string();
        assert!(error.contains(told), "{entry}: {error}");
    }
    let entry = "webhook = { url = \"https://wms\", secret = \"s\" }\n";
    let error = load(&format!("{head}{entry}{head}{entry}")).unwrap_err().to_string();
    assert!(error.contains("twice"), "{error}");
}
