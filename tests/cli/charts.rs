//! Charts: with which values they are rendered, and what that shows.

use crate::support::{Ran, Tree};
use serde_json::Value;
use std::io::Read;
use std::process::Stdio;

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

/// A chart with a helper, a list out of the values, a generated password, notes and a hook.
fn full() -> Tree {
    let tree = shop();
    let files = [
        (
            "chart/templates/_helpers.tpl",
            "{{- define \"shop.labels\" -}}\napp: shop\nversion: {{ .Chart.Version | quote }}\n{{- end }}\n",
        ),
        (
            "chart/templates/secret.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\n  labels:\n    {{- include \"shop.labels\" . | nindent 4 }}\n\
             stringData:\n  token: {{ randAlphaNum 24 }}\n  password: {{ .Values.password }}\n---\n# nothing\n",
        ),
        (
            "chart/templates/hook.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: check\n  annotations: {helm.sh/hook: test}\n",
        ),
        ("chart/templates/NOTES.txt", "Thank you for {{ .Chart.Name }}.\n"),
        ("secret.yaml", "password: Tr0ub4dor-Zq8x\n"),
    ];
    for (path, text) in files {
        tree.add(path, text.as_bytes());
    }
    tree
}

#[test]
fn render_prints_what_helm_template_prints() {
    let ran = full().run(&["render", "chart", "--release", "eu", "--namespace", "web", "--values", "secret.yaml"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn origins_stand_beside_each_line() {
    let tree = full();
    let render = |columns: &str| {
        let mut command =
            tree.command(&["render", "chart", "--origins", "--values", "secret.yaml", "--set", "logLevel=warn"]);
        let ran = crate::support::finish(command.env("COLUMNS", columns));
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        ran.out
    };
    insta::assert_snapshot!("origins_80", render("80"));
    insta::assert_snapshot!("origins_200", render("200"));
}

#[test]
fn render_shows_secrets_unless_they_are_to_be_masked() {
    let tree = full();
    let plain = tree.run(&["render", "chart", "--values", "secret.yaml"]).out;
    let masked = tree.run(&["render", "chart", "--values", "secret.yaml", "--redact"]).out;
    assert!(plain.contains("password: Tr0ub4dor-Zq8x"), "{plain}");
    assert!(!masked.contains("Tr0ub4dor"), "{masked}");
    let different = plain.lines().zip(masked.lines()).filter(|(one, other)| one != other).count();
    assert_eq!((plain.lines().count(), different), (masked.lines().count(), 2), "{masked}");
    let origins = tree.run(&["render", "chart", "--values", "secret.yaml", "--redact", "--origins"]).out;
    assert!(origins.contains("secret.yaml:1") && !origins.contains("Tr0ub4dor"), "{origins}");
}

#[test]
fn one_rendered_file_can_be_asked_for_whatever_it_is() {
    let tree = full();
    for name in ["templates/NOTES.txt", "shop/templates/NOTES.txt", "./templates/NOTES.txt"] {
        let ran = tree.run(&["render", "chart", "--file", name]);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("Thank you for shop.\n", ""), "{name}");
    }
    let ran = tree.run(&["render", "chart", "--file", "templates/NOTES.text"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("did you mean \"templates/NOTES.txt\"?"), "{}", ran.err);
}

#[test]
fn definitions_are_printed_first_where_they_are_asked_for() {
    let tree = shop();
    let files = [
        ("crds/widget.yaml", "kind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n"),
        ("charts/part/Chart.yaml", "apiVersion: v2\nname: part\nversion: 1.0.0\n"),
        ("charts/part/crds/gadget.yaml", "kind: CustomResourceDefinition\n# {{ not a template }}\n"),
        ("templates/test.yaml", "kind: Pod\nmetadata: {name: probe, annotations: {helm.sh/hook: test}}\n"),
    ];
    for (path, text) in files {
        tree.add(&format!("chart/{path}"), text.as_bytes());
    }
    let plain = tree.run(&["render", "chart", "--skip-crds"]).out;
    assert!(!plain.contains("crds/") && plain.contains("name: probe"), "{plain}");
    let ran = tree.run(&["render", "chart", "--include-crds", "--skip-tests"]);
    let definitions = "---\n# Source: shop/crds/widget.yaml\nkind: CustomResourceDefinition\nmetadata: {name: \
                       widgets.example.com}\n\n---\n# Source: shop/charts/part/crds/gadget.yaml\nkind: \
                       CustomResourceDefinition\n# {{ not a template }}\n\n---\n# Source: shop/templates/";
    assert!(ran.out.starts_with(definitions), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("name: probe"), "{}", ran.out);
    let origins = tree.run(&["render", "chart", "--include-crds", "--origins"]).out;
    assert!(origins.lines().any(|line| line.contains("widget.yaml:1") && line.contains("kind:")), "{origins}");
}

#[test]
fn what_keeps_a_chart_from_being_rendered_is_told_at_its_place() {
    let tree = full();
    let cases: [(&str, &str, &str); 4] = [
        ("{{ if }}", "chart/templates/a.yaml:1:", "if needs a value"),
        (
            "a: 1\nb: {{ required \"set the token\" .Values.token }}",
            "chart/templates/a.yaml:2:7: error:",
            "set the token",
        ),
        ("a: b: c\n", "chart/templates/a.yaml:1:", "not a manifest"),
        ("{{ include \"common.names\" . }}", "chart/templates/a.yaml:1:", "common.names"),
    ];
    for (template, place, words) in cases {
        tree.add("chart/templates/a.yaml", template.as_bytes());
        let ran = tree.run(&["render", "chart"]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{template}");
        assert!(ran.err.contains(place) && ran.err.contains(words), "{template}: {}", ran.err);
    }
    let ran = tree.run(&["render", "."]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("nothing that can be rendered") && ran.err.contains("Chart.yaml"), "{}", ran.err);
}

#[test]
fn a_reader_of_a_render_may_stop_early() {
    let tree = shop();
    tree.add("chart/templates/many.yaml", b"a:\n{{- range until 40000 }}\n  - {{ . }}\n{{- end }}\n");
    for arguments in [&["render", "chart"][..], &["render", "chart", "--origins"]] {
        let mut child = tree.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
    }
}

/// For each finding of a rule its verdict, subjects, place and variants.
fn told(report: &Value, rule: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let mut told: Vec<String> = findings
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| {
            let place = &finding["locations"][0];
            let variants: Vec<&str> =
                finding["variants"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let place = format!("{}:{}", place["file"].as_str().unwrap(), place["line"]);
            let verdict = finding["verdict"].as_str().unwrap();
            format!("{verdict} {} {place} [{}]", finding["subjects"], variants.join(" "))
        })
        .collect();
    told.sort();
    told
}

#[test]
fn value_sets_beside_a_chart_are_variants() {
    let tree = shop();
    tree.add("chart/values-prod.yaml", b"image:\n  tag: 1.5.0\n");
    tree.add("chart/values/dev.yaml", b"logLevel: debug\nimage: {tag: latest}\n");
    tree.add("chart/ci/tag-values.yaml", b"image: {tag: latest}\n");
    tree.add("chart/ci/notes.yaml", b"logLevel: debug\n");
    let sidecar = "{{ if .Values.sidecar }}\napiVersion: v1\nkind: Pod\nmetadata: {name: side}\nspec:\n  containers:\n    - name: \
                   side\n      image: acme/side:latest\n{{ end }}\n";
    tree.add("chart/templates/side.yaml", sidecar.as_bytes());
    tree.add("chart/examples/more-values.yaml", b"sidecar: true\n");
    let report = json(&tree.run(&["chart", "-f", "json"]));
    let names = ["default", "values-prod", "values/dev", "ci/tag-values", "examples/more-values"];
    assert_eq!(report["stacks"].as_array().unwrap().len(), 1);
    assert_eq!(report["stacks"][0]["variants"], serde_json::json!(names));
    // Told once, with the places to edit and the variants that read them.
    assert_eq!(
        told(&report, "signing/image-pinned"),
        [
            "fail 1 ci/tag-values.yaml:1 [ci/tag-values]",
            "fail 1 templates/side.yaml:8 [examples/more-values]",
            "fail 1 values/dev.yaml:2 [values/dev]",
        ]
    );
    // It fails in one, so it passes in none.
    assert_eq!(told(&report, "monitoring/log-level"), ["fail 1 values/dev.yaml:1 [values/dev]"]);
    // What holds in all variants names none.
    let everywhere = told(&report, "resource-limits/memory-limit");
    assert_eq!(everywhere, ["fail 1 templates/pod.yaml:8 []", "fail 1 templates/side.yaml:7 [examples/more-values]"]);
    let passes = told(&report, "hardening/not-privileged");
    assert_eq!(passes, ["pass 2 templates/pod.yaml:8 []"]);
    let table = tree.run(&["chart"]).out;
    assert!(table.contains("[in values/dev]"), "{table}");
    // Whoever chooses values means those alone.
    let report = json(&tree.run(&["chart", "-f", "json", "--set", "sidecar=false"]));
    assert_eq!(report["stacks"][0]["variants"], serde_json::json!([]));
    assert_eq!(told(&report, "monitoring/log-level"), ["pass 1 values.yaml:3 []"]);
}

#[test]
fn what_is_wrong_with_some_value_sets_only_says_with_which() {
    let tree = shop();
    tree.add(
        "chart/templates/token.yaml",
        b"{{ if .Values.strict }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: {{ required \"set the token\" .Values.token }}\n{{ end }}",
    );
    tree.add("chart/values-strict.yaml", b"strict: true\n");
    tree.add("chart/values-broken.yaml", b"strict: [\n");
    let report = json(&tree.run(&["chart", "-f", "json"]));
    let problems: Vec<String> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| format!("{}:{} {}", problem["file"].as_str().unwrap(), problem["line"], problem["message"]))
        .collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("templates/token.yaml:6 ") && problems[0].contains("(with values-strict)"));
    assert!(problems[1].starts_with("values-broken.yaml:") && problems[1].contains("(with values-broken)"));
    // What renders with no values at all is a blind spot; with some of them it is not.
    let empty = Tree::new(&[
        ("Chart.yaml", CHART),
        ("templates/a.yaml", "{{ if .Values.enabled }}\napiVersion: v1\nkind: A\nmetadata: {name: a}\n{{ end }}"),
    ]);
    assert_eq!(json(&empty.run(&["-f", "json"]))["problems"][0]["severity"], "error");
    empty.add("values-on.yaml", b"enabled: true\n");
    let report = json(&empty.run(&["-f", "json"]));
    assert_eq!(report["problems"][0]["severity"], "warning", "{}", report["problems"]);
    assert!(report["problems"].to_string().contains("(with its own values)"), "{}", report["problems"]);
}
