//! Compose projects as text, and their profiles as variants.

use crate::support::Tree;
use serde_json::Value;

const COMPOSE: &str = "services:
  web:
    image: acme/web:${TAG}
    environment: { DB_PASSWORD: \"${DB_PASSWORD}\", LEVEL: info }
    ports: [\"127.0.0.1:8080:80\"]
  tool:
    image: acme/tool
    profiles: [debug]
";

const OVERRIDE: &str = "services:\n  web: { restart: always }\n";

const ENV: &str = "TAG=1.4.2\nDB_PASSWORD=Kx9vLw27QpZ4\n";

fn shop() -> Tree {
    Tree::new(&[("shop/compose.yaml", COMPOSE), ("shop/compose.override.yaml", OVERRIDE), ("shop/.env", ENV)])
}

#[test]
fn render_prints_the_merged_project() {
    let ran = shop().run(&["render", "shop"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn origins_stand_beside_each_line() {
    let ran = shop().run(&["render", "shop", "--origins", "--redact"]);
    assert!(!ran.out.contains("Kx9vLw27QpZ4"));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn what_compose_refuses_is_not_rendered() {
    let tree = Tree::new(&[("compose.yaml", "services:\n  web: { image: a, enviroment: {} }\n")]);
    let ran = tree.run(&["render", "compose.yaml"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("compose.yaml:2:20: error:") && ran.err.contains("\"environment\""), "{}", ran.err);
}

/// What holds with one profile only says so.
#[test]
fn findings_name_their_profiles() {
    let ran = shop().run(&["shop", "-f", "json", "--select", "signing/image-pinned"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["stacks"].as_array().unwrap().len(), 1);
    assert_eq!(report["stacks"][0]["variants"], serde_json::json!(["default", "debug"]));
    let found: Vec<(String, Value)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                format!("{} {}", finding["verdict"].as_str().unwrap(), finding["subject"]["name"].as_str().unwrap()),
                finding["variants"].clone(),
            )
        })
        .collect();
    assert!(found.contains(&("fail tool".to_owned(), serde_json::json!(["debug"]))), "{found:?}");
    assert!(
        found.iter().all(|(name, variants)| name.ends_with("tool") || variants == &serde_json::json!([])),
        "{found:?}"
    );
}
