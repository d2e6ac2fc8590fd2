//! A kubelet for the chart's pods on this machine: starts the programs with the arguments and the
//! environment from the chart, and probes them as it says.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{helms, objects, rendered};
use crate::mesh::{Mesh, ordermesh, programs};

const READY_WITHIN: Duration = Duration::from_secs(60);
const NAMESPACE: &str = "shop";

/// A container of the chart, run as a process.
struct Pod {
    name: String,
    child: Child,
    http: SocketAddr,
}

/// The seven services become ready with the settings of the chart, on the server of a mesh whose
/// own services have ended.
#[test]
fn the_programs_become_ready_with_what_the_chart_tells_them() {
    programs();
    let mut mesh = Mesh::start(&[]);
    let url = mesh.nats.clone();
    // The server keeps running, as it does in a cluster.
    mesh.kill(false);
    let set = format!("nats.url={url},nats.seedsSecret=seeds");
    let yaml = rendered(&helms().pop().unwrap(), &["--set", &set]).unwrap();
    let volumes = tempfile::tempdir().unwrap();
    let deployments = objects(&yaml).into_iter().filter(|it| it["kind"] == "Deployment");
    let pods: Vec<Pod> = (2..)
        .zip(deployments)
        .map(|(host, deployment)| start(&deployment, host, &volumes, &mesh))
        .collect();
    assert_eq!(pods.len(), 7);
    for pod in &pods {
        pod.becomes("/readyz");
        assert!(pod.says("/metrics").contains("ordermesh_"), "{}", pod.name);
        assert!(pod.says("/livez").starts_with("HTTP/1.1 200"), "{}", pod.name);
    }
    // The console answers to the names of its Service in this namespace, and to no pod's name.
    let tower = pods.iter().find(|pod| pod.name == "ordermesh-control-tower").unwrap();
    for (host, answer) in [
        ("ordermesh-control-tower:8080", "200"),
        ("ordermesh-control-tower.shop.svc.cluster.local:8080", "200"),
        ("ordermesh-control-tower.other.svc:8080", "421"),
        ("pod", "421"),
    ] {
        let said = tower.says_to(host, "/api/v1/status");
        assert!(said.starts_with(&format!("HTTP/1.1 {answer}")), "{host}: {said}");
    }
    drop(pods);
    mesh.kill_server();
}

fn start(deployment: &Value, host: u8, volumes: &TempDir, mesh: &Mesh) -> Pod {
    let pod = &deployment["spec"]["template"]["spec"];
    let ip = format!("127.0.1.{host}");
    let run = |container: &Value| {
        let name = deployment["metadata"]["labels"]["app.kubernetes.io/component"].as_str();
        let mut command = Command::new(ordermesh().with_file_name(name.unwrap()));
        let arguments = container["args"].as_array().unwrap().iter();
        command.args(arguments.map(|it| it.as_str().unwrap())).env_clear();
        for variable in container["env"].as_array().unwrap() {
            let field = match variable["valueFrom"]["fieldRef"]["fieldPath"].as_str() {
                Some("metadata.namespace") => NAMESPACE,
                Some(_) | None => &ip,
            };
            let value = variable["value"].as_str().unwrap_or(field).replace("$(POD_IP)", &ip);
            let value = value.replace("$(POD_NAMESPACE)", NAMESPACE);
            let value = mounted(&value, volumes, mesh);
            command.env(variable["name"].as_str().unwrap(), value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        command.spawn().unwrap()
    };
    for container in pod["initContainers"].as_array().into_iter().flatten() {
        assert!(run(container).wait().unwrap().success(), "{container}");
    }
    let child = run(&pod["containers"][0]);
    let name = deployment["metadata"]["name"].as_str().unwrap().to_owned();
    Pod { name, child, http: format!("{ip}:8080").parse().unwrap() }
}

/// Returns the path on this machine of a path inside the pod.
fn mounted(value: &str, volumes: &TempDir, mesh: &Mesh) -> String {
    let seeds = mesh.folder().join("nats/services");
    value
        .replace("/run/secrets/nats", seeds.to_str().unwrap())
        .replace("sqlite:///data", &format!("sqlite://{}", volumes.path().display()))
}

impl Pod {
    fn becomes(&self, path: &str) {
        let begun = Instant::now();
        while !self.says(path).starts_with("HTTP/1.1 200") {
            assert!(begun.elapsed() < READY_WITHIN, "{}: {}", self.name, self.says(path));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn says(&self, path: &str) -> String {
        self.says_to("pod", path)
    }

    fn says_to(&self, host: &str, path: &str) -> String {
        let mut said = String::new();
        if let Ok(mut stream) = TcpStream::connect(self.http) {
            let asked = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            stream.write_all(asked.as_bytes()).unwrap();
            let _ = stream.read_to_string(&mut said);
        }
        said
    }
}

impl Drop for Pod {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
