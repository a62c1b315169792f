//! `explain FILE:LINE`: what is understood at a place.

use crate::support::{Ran, Tree};
use serde_json::Value;

const COMPOSE: &str = "name: shop
services:
  app:
    image: acme/app:${TAG:-latest}
    mem_limit: 512m
    env_file: app.env
    environment:
      LOG_LEVEL: ${LEVEL}
      API_TOKEN: ${TOKEN}
    ports: [\"8080:80\"]
# nothing below
";

fn shop() -> Tree {
    Tree::new(&[
        ("compose.yaml", COMPOSE),
        (".env", "LEVEL=debug\nTOKEN=kJ8v-2nQx.7Lw4Tz\n"),
        ("app.env", "# of the app\nDB_PASSWORD=Zx9-planted-7Q\nWORKERS=4\n"),
        ("notes.txt", "hello\n"),
    ])
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

fn page(tree: &Tree, place: &str) -> Value {
    json(&tree.run(&["explain", place, "-f", "json"]))
}

/// What is understood, as `kind name field=value`.
fn understood(page: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = |row: &Value| {
        let (subject, field) = (&row["subject"], text(&row["field"]));
        let value = if field.is_empty() { String::new() } else { format!(" {field}={}", text(&row["value"])) };
        format!("{} {}{value}", text(&subject["kind"]), text(&subject["name"]))
    };
    page["understood"].as_array().unwrap().iter().map(told).collect()
}

/// The verdict of a rule.
fn verdict(page: &Value, rule: &str) -> String {
    let rules = page["rules"].as_array().unwrap();
    let found: Vec<&Value> = rules.iter().filter(|row| row["rule"] == rule).collect();
    assert_eq!(found.len(), 1, "{rule} in {page}");
    found[0]["verdict"].as_str().unwrap().to_owned()
}

/// The way of the first value, as `file:line`.
fn way(page: &Value) -> Vec<String> {
    let origins = page["understood"][0]["origins"].as_array().unwrap().iter();
    origins.map(|place| format!("{}:{}", place["file"].as_str().unwrap(), place["line"])).collect()
}

#[test]
fn fields_settings_and_exposures_are_told_with_their_rules() {
    let tree = shop();
    let image = page(&tree, "compose.yaml:4");
    assert_eq!(understood(&image), ["container app image=acme/app:latest"]);
    assert_eq!(verdict(&image, "signing/image-pinned"), "fail");
    assert_eq!(understood(&page(&tree, "compose.yaml:5:9")), ["container app limits.memory=512Mi"]);
    assert_eq!(verdict(&page(&tree, "compose.yaml:5"), "resource-limits/memory-limit"), "pass");
    let level = page(&tree, "compose.yaml:8");
    assert_eq!(understood(&level), ["setting LOG_LEVEL value=debug"]);
    assert_eq!(way(&level), [".env:1", "compose.yaml:8"]);
    assert_eq!(verdict(&level, "monitoring/log-level"), "fail");
    assert!(understood(&page(&tree, "compose.yaml:10")).contains(&"exposure 80 reach=public".to_owned()));
    let service = page(&tree, "compose.yaml:3");
    assert!(understood(&service).contains(&"container app".to_owned()));
    assert_eq!(verdict(&service, "hardening/not-privileged"), "pass");
}

#[test]
fn lines_of_env_files_are_told_by_what_they_become() {
    let tree = shop();
    let level = page(&tree, ".env:1");
    assert_eq!((level["kind"].as_str(), level["status"].as_str()), (Some("env-file"), Some("audited")));
    assert_eq!(understood(&level), ["setting LOG_LEVEL value=debug"]);
    let workers = page(&tree, "app.env:3");
    assert_eq!(understood(&workers), ["setting WORKERS value=4"]);
    assert_eq!(way(&workers), ["app.env:3", "compose.yaml:6"]);
}

#[test]
fn lines_of_values_files_are_told_by_what_they_become() {
    let tree = Tree::new(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
        ("chart/values.yaml", "# of the chart\nimage:\n  tag: latest\nlevel: debug\n"),
        (
            "chart/templates/app.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n  containers:\n    - name: app\n      \
             image: acme/app:{{ .Values.image.tag }}\n      env:\n        - {name: LOG_LEVEL, value: {{ .Values.level }}}\n",
        ),
    ]);
    let tag = page(&tree, "chart/values.yaml:3");
    assert_eq!(understood(&tag), ["container app image=acme/app:latest"]);
    assert_eq!(way(&tag), ["chart/values.yaml:3", "chart/templates/app.yaml:7"]);
    assert_eq!(verdict(&tag, "signing/image-pinned"), "fail");
    assert_eq!(understood(&page(&tree, "chart/values.yaml:4")), ["setting LOG_LEVEL value=debug"]);
    assert!(
        understood(&page(&tree, "chart/templates/app.yaml:7"))
            .contains(&"container app image=acme/app:latest".to_owned())
    );
}

#[test]
fn no_secret_is_told_at_any_line() {
    let tree = shop();
    let secret = page(&tree, ".env:2");
    assert_eq!(understood(&secret)[0], "setting API_TOKEN value=[secret, 16 characters]");
    assert_eq!(secret["understood"][0]["secret"], true);
    for (file, lines) in [("compose.yaml", 11), (".env", 2), ("app.env", 3), ("notes.txt", 1)] {
        for line in 1..=lines {
            for format in ["table", "json"] {
                let ran = tree.run(&["explain", &format!("{file}:{line}"), "-f", format]);
                assert_eq!(ran.status, 0, "{}", ran.err);
                let all = ran.out + &ran.err;
                assert!(!all.contains("kJ8v") && !all.contains("planted"), "{file}:{line}: {all}");
            }
        }
    }
    // The name of a file is none, whatever comes from it.
    assert!(tree.run(&["explain", "compose.yaml:6"]).out.contains("env_file: app.env"));
}

#[test]
fn where_nothing_is_understood_the_nearest_place_is_named() {
    let tree = shop();
    let nothing = page(&tree, "compose.yaml:11");
    assert!(understood(&nothing).is_empty());
    assert_eq!(nothing["nearest"], 10);
    let told = tree.run(&["explain", "compose.yaml:11"]);
    assert!(told.out.contains("the nearest place that is: compose.yaml:10"), "{}", told.out);
    let other = tree.run(&["explain", "notes.txt:1"]);
    assert!(
        other.out.contains("no part of a deployment") && other.out.contains("nothing of this file"),
        "{}",
        other.out
    );
    assert!(tree.run(&["explain", "compose.yaml:99"]).out.contains("the file ends before that line"));
    let missing = tree.run(&["explain", "compsoe.yaml:3"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("did you mean \"compose.yaml\"?"), "{}", missing.err);
}

#[test]
fn the_file_with_options_near_the_place_holds() {
    let tree = Tree::new(&[("deploy/compose.yaml", COMPOSE), (".git/HEAD", "")]);
    tree.add("deploy/seaworthy.toml", b"[severity]\n\"signing/image-pinned\" = \"low\"\n");
    let image = page(&tree, "deploy/compose.yaml:4");
    let rules = image["rules"].as_array().unwrap();
    assert_eq!(rules.iter().find(|rule| rule["rule"] == "signing/image-pinned").unwrap()["severity"], "low");
}
