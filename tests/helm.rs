//! Charts rendered from memory, held against what Helm's own engine makes of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use rayon::prelude::*;
use seaworthy::helm::chart::files::{ChartFiles, FileError, Listed};
use seaworthy::helm::objects::Release;
use seaworthy::helm::render::{Mode, RenderOptions, Rendered, render};
use seaworthy::source::{Problem, Sources};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Charts that stand in memory.
struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        Self(files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect())
    }
}

impl ChartFiles for Memory {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut found = BTreeMap::new();
        for rest in self.0.keys().filter_map(|name| name.strip_prefix(&prefix)) {
            let (name, is_folder) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            found.insert(name.to_owned(), is_folder);
        }
        if found.is_empty() {
            return Err(FileError::Missing);
        }
        Ok(found.into_iter().map(|(name, is_folder)| Listed { name, is_folder }).collect())
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        self.0.get(path).map(|bytes| Arc::from(bytes.as_slice())).ok_or(FileError::Missing)
    }
}

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: \"9.8\"\n";
const VALUES: &str = include_str!("data/helm/probe-values.yaml");

fn probe(case: &Value, sources: &Sources) -> Result<Rendered, Problem> {
    let text = |key: &str| case[key].as_str();
    let mut files = vec![
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", text("values").unwrap_or(VALUES)),
        ("c/templates/t.txt", text("template").unwrap()),
    ];
    let more: Vec<(String, &str)> = case["files"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, text)| (format!("c/{name}"), text.as_str().unwrap()))
        .collect();
    files.extend(more.iter().map(|(name, text)| (name.as_str(), *text)));
    let mut options = RenderOptions {
        release: Release { name: "rel".to_owned(), namespace: "ns".to_owned(), is_upgrade: false },
        kube_version: case["options"]["kube_version"].as_str().map(str::to_owned),
        mode: Mode::Faithful,
        ..RenderOptions::default()
    };
    for api in case["options"]["api_versions"].as_array().into_iter().flatten() {
        options.api_versions.push(api.as_str().unwrap().to_owned());
    }
    if !case["user"].is_null() {
        options.values.push(sources.add("user.yaml", case["user"].to_string()));
    }
    render(&Memory::new(files), "c", sources, &options)
}

fn texts(rendered: &Rendered, sources: &Sources) -> BTreeMap<String, String> {
    let text = |file: &seaworthy::helm::render::RenderedFile| {
        (file.name.clone(), sources.get(file.source).expose().to_owned())
    };
    rendered.files.iter().map(text).collect()
}

/// What is wrong with the answer to one case; nothing if it is right.
fn wrong(case: &Value) -> Option<String> {
    let sources = Sources::new();
    let answer = probe(case, &sources);
    let expects_error = case["error"].as_bool() == Some(true);
    match answer {
        Err(_) if expects_error => None,
        Err(problem) => Some(format!("fails: {} at {:?}", problem.message, problem.place)),
        Ok(rendered) => {
            let texts = texts(&rendered, &sources);
            if expects_error {
                return Some(format!("does not fail: {texts:?}"));
            }
            let expected: BTreeMap<String, String> = match &case["output"] {
                Value::Object(files) => {
                    files.iter().map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned())).collect()
                }
                text => [("c/templates/t.txt".to_owned(), text.as_str().unwrap().to_owned())].into(),
            };
            (texts != expected).then(|| format!("\n  is     {texts:?}\n  not    {expected:?}"))
        }
    }
}

/// Cases that are to differ, and why.
const DIFFERENT: [(&str, &str); 4] = [
    ("crypto-1", "derivePassword is a stand-in; no chart was seen to use it"),
    ("yaml-10", "the error that a null key makes does not repeat the value"),
    ("kubeversion", "the engine alone lets a chart pass that the helm command refuses"),
    ("strict-missing", "the strict mode belongs to helm lint"),
];

/// The probes of the project and, when `SEAWORTHY_PROBES` names a file, those of that file.
#[test]
fn probes_agree_with_helm() {
    let more = std::env::var_os("SEAWORTHY_PROBES").map(|path| std::fs::read_to_string(path).unwrap());
    let cases = include_str!("data/helm/probes.jsonl").lines().chain(more.as_deref().unwrap_or_default().lines());
    let (mut count, mut failures) = (0, Vec::new());
    for line in cases {
        let case: Value = serde_json::from_str(line).unwrap();
        count += 1;
        let is_known = DIFFERENT.iter().any(|(id, _)| case["id"] == *id);
        if let Some(what) = wrong(&case).filter(|_| !is_known) {
            failures.push(format!("{} {}: {what}", case["id"], case["template"]));
        }
    }
    assert!(failures.is_empty(), "{} of {count} differ\n{}", failures.len(), failures.join("\n"));
}

/// Each line of the rendered files with the places that its first character came from.
fn origins(rendered: &Rendered, sources: &Sources) -> String {
    let mut out = String::new();
    for file in &rendered.files {
        let source = sources.get(file.source);
        out.push_str(&format!("# {}\n", file.name));
        let mut start = 0;
        for line in source.expose().split_inclusive('\n') {
            let text = line.trim_end();
            // What a value feeds stands behind the key, so that is where a line is looked up.
            let inner = text.find(": ").map_or(text.len() - text.trim_start().len(), |at| at + 2);
            let chain = source.origins.as_ref().unwrap().chain(u32::try_from(start + inner).unwrap());
            let step = |step: &seaworthy::source::origin::Origin| {
                let name = step.name.as_ref().map_or(String::new(), |name| format!(" {name}"));
                let place = step.span.map_or("nowhere".to_owned(), |span| {
                    let source = sources.get(span.source);
                    let position = source.position(span.start);
                    let file = source.name.rsplit('/').next().unwrap().to_owned();
                    format!("{file}:{}:{}", position.line, position.column)
                });
                format!("{} {place}{name}", step.kind.word())
            };
            let steps: Vec<String> = chain.map(|chain| chain.iter().map(step).collect()).unwrap_or_default();
            if !text.is_empty() {
                out.push_str(&format!("{text:<60} <- {}\n", steps.join(" <- ")));
            }
            start += line.len();
        }
    }
    out
}

#[test]
fn every_line_names_its_template_and_its_value() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/helm");
    let files = seaworthy::helm::chart::files::RootedFiles::new(&root).unwrap();
    let sources = Sources::new();
    let mut rendered = render(&files, "origins", &sources, &RenderOptions::default()).unwrap();
    assert!(rendered.problems.is_empty(), "{:?}", rendered.problems);
    insta::assert_snapshot!(origins(&rendered, &sources));
    let kinds: Vec<String> = rendered.manifests(&sources).iter().map(|found| found.manifest.kind.clone()).collect();
    assert_eq!(kinds, ["ConfigMap", "Deployment"]);
}

fn audit(template: &str, values: &str) -> (String, Vec<String>) {
    let sources = Sources::new();
    let files = Memory::new([
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", values),
        ("c/templates/t.yaml", template),
        ("c/templates/other.yaml", "kind: Service\n"),
    ]);
    let rendered = render(&files, "c", &sources, &RenderOptions::default()).unwrap();
    let texts = texts(&rendered, &sources);
    assert_eq!(texts.get("c/templates/other.yaml").map(String::as_str), Some("kind: Service\n"));
    let problems = rendered.problems.iter().map(|problem| problem.message.clone()).collect();
    (texts.get("c/templates/t.yaml").cloned().unwrap_or_default(), problems)
}

#[test]
fn a_file_that_fails_does_not_take_the_others_along() {
    let (text, problems) = audit("{{ .Values.a.b.c }}", "");
    assert_eq!((text.as_str(), problems.len()), ("", 1));
    let (text, problems) = audit("{{ if }}", "");
    assert_eq!((text.as_str(), problems.len()), ("", 1));
    let (text, problems) = audit("a: {{ required \"set a, please\" .Values.a }}\nb: {{ include \"x\" . }}", "");
    assert_eq!(text, "");
    assert!(problems[0].contains("set a, please") && problems[1].contains("helm dependency build"), "{problems:?}");
    let (text, problems) = audit("a: {{ required \"set a, please\" .Values.a }}\nb: 1", "");
    assert_eq!((text.as_str(), problems.len()), ("a: required-and-not-set\nb: 1", 1));
}

#[test]
fn messages_show_no_value() {
    let values = "password: hunter2\nlist: [hunter2]\n";
    for template in [
        "{{ fail (printf \"the password %s is weak\" .Values.password) }}",
        "{{ fail (.Values.password | upper) }}",
        "{{ fail (toYaml .Values) }}",
        "{{ range .Values.password }}{{ end }}",
        "{{ .Values.password.x }}",
        "{{ index .Values.list .Values.password }}",
        "{{ include .Values.list . }}",
        "{{ semver .Values.password }}",
        "{{ regexFind .Values.password \"(\" }}{{ mustRegexFind \"(\" .Values.password }}",
        "{{ tpl (printf \"{{ %s }}\" .Values.password) . }}",
        "{{ include .Values.password . }}",
    ] {
        let (_, problems) = audit(template, values);
        assert_eq!(problems.len(), 1, "{template}");
        assert!(!problems[0].to_lowercase().contains("hunter2"), "{template}: {problems:?}");
    }
}

#[test]
fn hostile_templates_end() {
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    let nested = format!("{}{}", "{{ if 1 }}".repeat(5000), "{{ end }}".repeat(5000));
    let cases = [
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}".to_owned(),
        "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}".to_owned(),
        "{{ define \"a\" }}{{ if 1 }}{{ with 1 }}{{ range 1 }}{{ ((tpl (print \"{{\" \" include `a` $ }}\") $)) }}{{ end }}{{ end }}{{ end }}{{ end }}{{ include \"a\" . }}".to_owned(),
        "{{ $t := \"{{ tpl .t . }}\" }}{{ tpl $t (dict \"t\" $t) }}".to_owned(),
        "{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}".to_owned(),
        "{{ until 2000000000 }}".to_owned(),
        "{{ range 9000000000000000000 }}{{ end }}".to_owned(),
        "{{ $s := repeat 1000 \"a\" }}{{ range until 60 }}{{ $s = cat $s $s }}{{ end }}".to_owned(),
        "{{ $s := \"a\" }}{{ range until 60 }}{{ $s = replace \"a\" \"aa\" $s }}{{ end }}".to_owned(),
        "{{ $s := \"a\" }}{{ range until 60 }}{{ $s = printf \"%s%s\" $s $s }}{{ end }}".to_owned(),
        "{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}".to_owned(),
        "{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ toYaml $l }}".to_owned(),
        "{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}{{ print $l }}".to_owned(),
        "{{ $l := list 1 }}{{ $m := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ $m = list $m $m }}{{ end }}{{ deepEqual $l $m }}".to_owned(),
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}".to_owned(),
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}".to_owned(),
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}".to_owned(),
        "{{ $a := dict }}{{ $b := dict }}{{ $_ := set $a \"x\" $a }}{{ $_ := set $b \"x\" $b }}{{ merge $a $b }}".to_owned(),
        "{{ printf \"%999999999d\" 1 }}{{ fail \"x\" }}".to_owned(),
        "{{ printf \"%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d\" 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 }}".to_owned(),
        "{{ repeat 9000000000000000000 \"abc\" }}".to_owned(),
        "{{ indent 9000000000000000000 \"a\" }}".to_owned(),
        "{{ mustRegexMatch \"((a{1000}){1000}){1000}\" \"a\" }}".to_owned(),
        "{{ range until 100 }}{{ mustRegexMatch (print . \"(x+x+)+y\") (repeat 10000 \"x\") }}{{ end }}{{ fail \"x\" }}".to_owned(),
        "{{ randAlphaNum 2000000000 }}".to_owned(),
        "{{ fromYaml (repeat 100000 \"[\") }}{{ fail \"x\" }}".to_owned(),
        "{{ fromJson (repeat 100000 \"[\") }}{{ fail \"x\" }}".to_owned(),
        "{{ seq 1 9000000000000000000 }}".to_owned(),
        "{{ slice (list 1) 9000000000000000000 }}".to_owned(),
        "{{ wrap 9000000000000000000 (repeat 1000 \"a \") }}{{ wrapWith -5 \"\" \"abc\" }}{{ abbrev -9000000000000000000 \"abc\" }}{{ abbrevboth 9000000000000000000 7 \"abcdefghijkl\" }}{{ fail \"x\" }}".to_owned(),
        "{{ round 1.5 9000000000000000000 }}{{ trunc -9223372036854775808 \"a\" }}{{ div -9223372036854775808 -1 }}{{ duration -9223372036854775808 }}{{ date \"2006\" 9223372036854775807 }}{{ fail \"x\" }}".to_owned(),
        format!("{{{{ {deep} }}}}"),
        nested,
        "{{".to_owned(),
        "{{/*".to_owned(),
        "{{ \"".to_owned(),
        "{{ (".to_owned(),
        "{{ define".to_owned(),
        "{{ $".to_owned(),
        "{{ ' }}".to_owned(),
        "{{ \u{0} }}".to_owned(),
    ];
    // Most cases run until all steps are spent.
    cases.par_iter().for_each(|case| {
        let (_, problems) = audit(case, "");
        assert!(!problems.is_empty(), "{}", &case[..case.len().min(200)]);
    });
}
