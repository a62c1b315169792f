//! Kubernetes manifests as stacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::kubernetes::{Loaded, Manifest, load};
use seaworthy::model::Stack;
use seaworthy::source::{SourceId, Span};
use seaworthy::syntax::{Document, Entry, Mapping, Node, Style, Value};
use std::sync::Arc;

fn tree(value: &serde_yaml::Value, next: &mut usize) -> Node {
    *next += 1;
    let span = Span::new(SourceId(0), *next, *next);
    let scalar = |text: String, style| Node::scalar(span, text, style);
    match value {
        serde_yaml::Value::Null => scalar(String::new(), Style::Plain),
        serde_yaml::Value::Bool(value) => scalar(value.to_string(), Style::Plain),
        serde_yaml::Value::Number(value) => scalar(value.to_string(), Style::Plain),
        serde_yaml::Value::String(value) => scalar(value.clone(), Style::Quoted),
        serde_yaml::Value::Sequence(items) => {
            let items: Arc<[Node]> = items.iter().map(|item| tree(item, next)).collect();
            Node::new(span, Value::Sequence(items))
        }
        serde_yaml::Value::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| Entry { key: tree(key, next), value: tree(value, next) });
            Node::new(span, Value::Mapping(Arc::new(Mapping { entries: entries.collect() })))
        }
        serde_yaml::Value::Tagged(_) => panic!("no tags here"),
    }
}

fn loaded(text: &str) -> Loaded {
    let mut next = 0;
    let manifests = text.split("\n---\n").map(|part| {
        let value = serde_yaml::from_str(part).unwrap();
        let document = Document { root: tree(&value, &mut next), comments: Arc::new([]) };
        Manifest { path: "a.yaml".to_owned(), source: SourceId(0), document }
    });
    load("acme", ".", manifests.collect())
}

fn stack(text: &str) -> Stack {
    let loaded = loaded(text);
    assert_eq!(loaded.problems, []);
    loaded.stack.unwrap()
}

#[test]
fn a_deployment_becomes_a_workload() {
    let stack = stack(
        "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      securityContext: {runAsUser: 1000, runAsNonRoot: true}
      containers:
        - name: app
          image: ghcr.io/acme/web:1.2.3
          resources: {limits: {memory: 256Mi}}
",
    );
    let [workload] = stack.workloads.as_slice() else { panic!("one workload") };
    assert_eq!((workload.name.as_str(), workload.kind.as_str()), ("web", "deployment"));
    assert_eq!(workload.replicas.value(), Some(&1));
    assert_eq!(workload.update_unavailable.value(), Some(&0));
    let [container] = stack.containers.as_slice() else { panic!("one container") };
    assert_eq!(container.user.value().map(String::as_str), Some("1000"));
    assert_eq!(container.run_as_non_root.value(), Some(&true));
    assert_eq!(container.escalation.value(), Some(&true));
    assert_eq!(container.limits.memory.value().map(ToString::to_string).as_deref(), Some("256Mi"));
    assert_eq!(container.requests.memory.value().map(ToString::to_string).as_deref(), Some("256Mi"));
    assert!(container.limits.cpu.is_absent());
}
