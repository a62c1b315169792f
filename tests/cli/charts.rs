//! Charts: with which values they are rendered, and what that shows.

use crate::support::{Ran, Tree};
use serde_json::Value;

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

const DEPLOYMENT: &str = "apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  containers:
    - name: shop
      image: acme/shop:{{ .Values.image.tag }}
      env:
        - {name: LOG_LEVEL, value: {{ .Values.logLevel | quote }}}
";

const VALUES: &str = "image:\n  tag: 1.4.2\nlogLevel: info\n";

fn shop() -> Tree {
    let files = [
        ("chart/Chart.yaml", CHART),
        ("chart/values.yaml", VALUES),
        ("chart/templates/pod.yaml", DEPLOYMENT),
        ("prod.yaml", "# production\nlogLevel: debug\n"),
        ("level.txt", "debug"),
    ];
    Tree::new(&files)
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

/// The verdict of the only finding of a rule, and its primary place.
fn verdict(tree: &Tree, rule: &str, arguments: &[&str]) -> String {
    let ran = tree.run(&[&["chart", "-f", "json", "--select", rule], arguments].concat());
    let report = json(&ran);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{}", ran.out);
    let place = &findings[0]["locations"][0];
    let file = place["file"].as_str().unwrap();
    format!("{} {file}:{}", findings[0]["verdict"].as_str().unwrap(), place["line"])
}

#[test]
fn values_come_from_where_the_command_line_says() {
    let tree = shop();
    let level = |arguments: &[&str]| verdict(&tree, "monitoring/log-level", arguments);
    assert_eq!(level(&[]), "pass values.yaml:3");
    // A file that is named is read wherever it lies.
    assert_eq!(level(&["--values", "prod.yaml"]), "fail ../prod.yaml:2");
    assert_eq!(level(&["--values", "prod.yaml", "--set", "logLevel=info"]), "pass <--set logLevel>:1");
    assert_eq!(level(&["--set", "logLevel=trace"]), "fail <--set logLevel>:1");
    // The order of the family is Helm's, not that of the command line.
    assert_eq!(level(&["--set-string", "logLevel=debug", "--set", "logLevel=info"]), "fail <--set logLevel>:1");
    assert_eq!(level(&["--set-json", "logLevel=\"debug\""]), "fail <--set logLevel>:1");
    assert_eq!(level(&["--set-file", "logLevel=level.txt"]), "fail <--set logLevel>:1");
    assert_eq!(level(&["--set-literal", "logLevel=debug"]), "fail <--set logLevel>:1");
}

#[test]
fn values_that_no_single_chart_can_take_are_a_blind_spot() {
    let tree = shop();
    let run = |arguments: &[&str]| json(&tree.run(&[&["-f", "json", "--fail-on", "never"], arguments].concat()));
    let told = |report: &Value| report["problems"].to_string();
    assert!(!told(&run(&[".", "--set", "a=1"])).contains("values were given"));
    tree.add("other/Chart.yaml", CHART.as_bytes());
    tree.add("other/templates/pod.yaml", b"");
    let report = run(&[".", "--set", "a=1"]);
    assert!(told(&report).contains("several here (chart, other)"), "{}", told(&report));
    assert_eq!(report["exit_status"], 3);
    let nothing = Tree::new(&[("pod.yaml", "")]);
    let report = json(&nothing.run(&["-f", "json", "--set", "a=1"]));
    assert!(told(&report).contains("there is no chart here"), "{}", told(&report));
}

#[test]
fn a_values_file_that_is_not_understood_is_told_at_its_place() {
    let tree = shop();
    tree.add("bad.yaml", b"image:\n  tag: [1\nlogLevel: x\n");
    let report = json(&tree.run(&["chart", "-f", "json", "--values", "bad.yaml"]));
    assert_eq!(report["exit_status"], 3);
    let problem = &report["problems"][0];
    assert_eq!(problem["file"], "../bad.yaml");
    assert!(problem["line"].as_u64().is_some(), "{problem}");
}

#[test]
fn a_password_given_with_set_is_not_repeated() {
    let tree = shop();
    for arguments in [["--set", "db.password.Tr0ub4dor-Zq8x"], ["--set-json", "db.password=Tr0ub4dor-Zq8x"]] {
        let ran = tree.run(&[&["chart"], &arguments[..]].concat());
        assert_eq!(ran.status, 2);
        assert_eq!(ran.err.contains("Tr0ub4dor"), arguments[0] == "--set", "a key is told: {}", ran.err);
    }
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: a:1.2.3\n      \
               env:\n        - {name: DB_PASSWORD, value: {{ .Values.password | quote }}}\n";
    tree.add("chart/templates/pod.yaml", pod.as_bytes());
    for format in ["json", "table"] {
        let ran = tree.run(&["chart", "-v", "-f", format, "--show", "all", "--set", "password=Tr0ub4dor-Zq8x"]);
        assert!(ran.out.contains("secrets/plaintext") && !ran.out.contains("Tr0ub4dor"), "{}", ran.out);
    }
}
