//! The Helm chart: linted and rendered by Helm 3 and Helm 4, valid by the schemas of Kubernetes,
//! equal to `k8s/base`, and true to the programs that it starts.

mod kubelet;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

const CASES: [&str; 2] = ["sqlite", "postgres"];

/// The comment at the top of the rendered file.
const HEADER: &str =
    "# Made of helm/ordermesh: `ORDERMESH_UPDATE=1 tests/run.sh chart` writes it anew.\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn chart() -> PathBuf {
    root().join("helm/ordermesh")
}

/// Helm 3 and Helm 4.
fn helms() -> Vec<PathBuf> {
    let Some(helms) = std::env::var_os("ORDERMESH_TEST_HELM") else {
        panic!("ORDERMESH_TEST_HELM names no helm; run the tests by tests/run.sh");
    };
    std::env::split_paths(&helms).collect()
}

fn values(case: &str) -> PathBuf {
    chart().join(format!("ci/{case}-values.yaml"))
}

fn helm(helm: &Path, arguments: &[&str]) -> Output {
    // No settings or plugins of the user.
    let home = std::env::temp_dir().join("ordermesh-no-helm-home");
    let mut command = Command::new(helm);
    command.env("HELM_CONFIG_HOME", &home).env("HELM_DATA_HOME", &home);
    command.env("HELM_CACHE_HOME", &home).args(arguments).output().unwrap()
}

fn rendered(with: &Path, arguments: &[&str]) -> Result<String, String> {
    let chart = chart();
    let all = [&["template", "ordermesh", chart.to_str().unwrap()], arguments].concat();
    let output = helm(with, &all);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn of_case(with: &Path, case: &str) -> String {
    rendered(with, &["--values", values(case).to_str().unwrap()]).unwrap()
}

/// Returns the objects of a rendering, read by an independent YAML reader.
fn objects(yaml: &str) -> Vec<Value> {
    let program = "import sys, json, yaml; \
        print(json.dumps([it for it in yaml.safe_load_all(sys.stdin) if it]))";
    let output = python(&["-c", program], yaml);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn python(arguments: &[&str], input: &str) -> Output {
    let Some(python) = std::env::var_os("ORDERMESH_TEST_PYTHON") else {
        panic!("ORDERMESH_TEST_PYTHON names no Python; run the tests by tests/run.sh");
    };
    let mut command = Command::new(python);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn it_is_clean_to_both_helms() {
    for with in helms() {
        for case in CASES {
            let (chart, values) = (chart(), values(case));
            let [chart, values] = [&chart, &values].map(|path| path.to_str().unwrap());
            let output = helm(&with, &["lint", "--strict", chart, "--values", values]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
    }
}

#[test]
fn both_helms_make_the_same_of_it() {
    for case in CASES {
        let made: Vec<_> = helms().iter().map(|with| objects(&of_case(with, case))).collect();
        assert!(made.len() >= 2 && made.windows(2).all(|two| two[0] == two[1]), "{case}");
    }
}

#[test]
fn kubernetes_knows_every_field_of_it() {
    let with = helms().pop().unwrap();
    for case in CASES {
        let yaml = of_case(&with, case);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &yaml).unwrap();
        let arguments = ["-m", "kubernetes_validate", "--strict", file.path().to_str().unwrap()];
        let output = python(&arguments, "");
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("WARN"), "{said}");
    }
}

#[test]
fn wrong_values_are_refused_with_their_path() {
    let cases = [
        ("services.invocing.replicas=1", "services", "invocing"),
        ("defaults.replica=2", "defaults", "replica"),
        ("database.kind=mysql", "database", "sqlite"),
        ("nats.url=http://nats:4222", "nats", "url"),
        ("services.allocation.replicas=2", "services.allocation.replicas", "SQLite"),
        ("database.kind=postgres", "database.existingSecret", "secret"),
        ("console.hosts={tower.example.com:443}", "console", "hosts"),
        ("config=[control-tower]\nconsole_hosts = \"tower\"", "console_hosts", "console.hosts"),
    ];
    for with in helms() {
        for (wrong, path, word) in cases {
            let refused = rendered(&with, &["--set", wrong]).unwrap_err();
            assert!(refused.contains(path) && refused.contains(word), "{wrong}: {refused}");
        }
    }
}

#[test]
fn a_service_may_differ_from_the_defaults_also_by_nothing() {
    let with = helms().pop().unwrap();
    let yaml =
        rendered(&with, &["--set", "services.returns.replicas=0,services.returns.spread=false"]);
    let all = objects(&yaml.unwrap());
    let of = |name: &str| {
        let named = |it: &&Value| it["kind"] == "Deployment" && it["metadata"]["name"] == name;
        all.iter().find(named).unwrap_or_else(|| panic!("no {name}")).clone()
    };
    let returns = of("ordermesh-returns");
    assert_eq!(returns["spec"]["replicas"], 0);
    assert!(returns["spec"]["template"]["spec"]["topologySpreadConstraints"].is_null());
    assert_eq!(of("ordermesh-invoicing")["spec"]["replicas"], 1);
}

/// The console answers only to the names of its Service, of an Ingress and of the values.
#[test]
fn the_console_gets_the_names_under_which_it_is_reached() {
    let ingress = r#"extraObjects=[{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": "tower"},
        "spec": {"rules": [{"host": "{{ .Release.Name }}.example.com"}, {"http": {"paths": []}}]}}]"#;
    let service = "ordermesh-control-tower";
    let own =
        ["", ".$(POD_NAMESPACE)", ".$(POD_NAMESPACE).svc"].map(|end| service.to_owned() + end);
    let whole = format!("{service}.$(POD_NAMESPACE).svc.cluster.local");
    let wanted =
        [&own[..], &[whole, "ordermesh.example.com".into(), "tower.example.org".into()]].concat();
    for with in helms() {
        let set = ["--set", "console.hosts={tower.example.org}", "--set-json", ingress];
        let all = objects(&rendered(&with, &set).unwrap());
        let mut hosts = Vec::new();
        for pod in all.iter().filter(|it| it["kind"] == "Deployment") {
            let spec = &pod["spec"]["template"]["spec"];
            let containers = [&spec["initContainers"][0], &spec["containers"][0]];
            for variable in containers.iter().filter_map(|it| it["env"].as_array()).flatten() {
                if variable["name"] == "ORDERMESH__CONTROL_TOWER__CONSOLE_HOSTS" {
                    hosts.push((pod["metadata"]["name"].as_str(), variable["value"].clone()));
                }
            }
        }
        assert_eq!(hosts, vec![(Some(service), wanted.join(",").into()); 2]);
    }
}

#[test]
fn every_pod_is_restricted() {
    let with = helms().pop().unwrap();
    for case in CASES {
        let all = objects(&of_case(&with, case));
        let pods = all.iter().filter(|it| it["kind"] == "Deployment");
        let pods: Vec<&Value> = pods.map(|it| &it["spec"]["template"]["spec"]).collect();
        assert_eq!(pods.len(), 7);
        for pod in pods {
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
            assert_eq!(pod["automountServiceAccountToken"], false);
            let lists = [&pod["initContainers"], &pod["containers"]];
            for container in lists.into_iter().filter_map(Value::as_array).flatten() {
                let security = &container["securityContext"];
                assert_eq!(security["allowPrivilegeEscalation"], false);
                assert_eq!(security["readOnlyRootFilesystem"], true);
                assert_eq!(security["capabilities"]["drop"][0], "ALL");
            }
        }
    }
}

/// `k8s/base`, which `kubectl apply -k` takes, is the rendered chart.
#[test]
fn the_base_is_what_the_chart_makes() {
    let with = helms().pop().unwrap();
    let file = root().join("k8s/base/ordermesh.yaml");
    let made = HEADER.to_owned() + &of_case(&with, "sqlite");
    if std::env::var_os("ORDERMESH_UPDATE").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept == made, "k8s/base differs from the chart; {HEADER}");
}
