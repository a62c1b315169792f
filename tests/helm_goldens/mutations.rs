//! Charts with random words of their files taken out, doubled, swapped or replaced: whatever
//! becomes of them, rendering ends, and with an answer.
//!
//! The project's charts are treated so a few hundred times. With `SEAWORTHY_MUTATIONS=N` beside
//! `SEAWORTHY_GOLDENS` each text file of each of their charts is so N times; the slowest renders and the
//! most memory are printed.

use crate::cases::{folder, lists};
use regex::Regex;
use seaworthy::helm::chart::files::{ChartFiles, FileError, Listed, RootedFiles};
use seaworthy::helm::render::{RenderOptions, render};
use seaworthy::source::Sources;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The files below a folder, but for one.
struct Mutated<'f> {
    inner: &'f RootedFiles,
    path: String,
    text: Arc<[u8]>,
}

impl ChartFiles for Mutated<'_> {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        self.inner.list(path)
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        if path == self.path { Ok(self.text.clone()) } else { self.inner.read(path) }
    }
}

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % end.max(1)
    }
}

/// What takes the place of words.
const INTRUDERS: [&str; 24] = [
    "{{",
    "}}",
    "{{-",
    "-}}",
    "(",
    ")",
    "\"",
    "`",
    "|",
    ".",
    "$",
    "\u{0}",
    "\u{feff}",
    "\t",
    "{{ end }}",
    "{{ range until 100000 }}",
    "{{ range . }}",
    "{{ define \"x\" }}",
    "{{ include .Template.Name . }}",
    "{{ tpl (toYaml .Values) . }}",
    "| nindent 99999999",
    "| repeat 99999999",
    "| toYaml | fromYaml",
    "&a [*a, *a]",
];

fn mutated(text: &str, words: &Regex, numbers: &mut Numbers) -> String {
    let mut pieces: Vec<&str> = words.find_iter(text).map(|found| found.as_str()).collect();
    for _ in 0..=numbers.below(3) {
        let (one, other) = (numbers.below(pieces.len()), numbers.below(pieces.len()));
        if pieces.is_empty() {
            break;
        }
        match numbers.below(4) {
            0 => drop(pieces.remove(one)),
            1 => pieces.insert(other, pieces[one]),
            2 => pieces.swap(one, other),
            _ => pieces[one] = INTRUDERS[numbers.below(INTRUDERS.len())],
        }
    }
    pieces.concat()
}

fn files_of(root: &Path, folder: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files_of(root, &path, found);
        } else if path.ends_with(".yaml") || path.ends_with(".tpl") || path.contains("/templates/") {
            found.push(path);
        }
    }
}

/// Renders a chart `rounds` times for each of its files; the slowest ones.
fn mutate(root: &Path, chart: &str, rounds: usize, slowest: &mut Vec<(Duration, String)>) -> usize {
    let words = Regex::new(r"(?s)\{\{-?|-?\}\}|[A-Za-z0-9_.$-]+|\s+|.").unwrap();
    let inner = RootedFiles::new(root).unwrap();
    let mut paths = Vec::new();
    files_of(root, chart, &mut paths);
    paths.sort();
    let mut count = 0;
    for path in paths {
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else { continue };
        for round in 0..rounds {
            let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ (text.len() as u64) << 20 ^ round as u64);
            let text = mutated(&text, &words, &mut numbers);
            let files = Mutated { inner: &inner, path: path.clone(), text: Arc::from(text.as_bytes()) };
            let start = Instant::now();
            let sources = Sources::new();
            let answer = render(&files, chart, &sources, &RenderOptions::default());
            let took = start.elapsed();
            let broke_off = |message: &str| message.contains("broke off");
            let is_broken = match answer {
                Err(problem) => broke_off(&problem.message),
                Ok(mut rendered) => {
                    rendered.manifests(&sources);
                    rendered.problems.iter().any(|problem| broke_off(&problem.message))
                }
            };
            assert!(!is_broken, "{path} in round {round}:\n{text}");
            count += 1;
            slowest.push((took, format!("{path} in round {round}")));
            slowest.sort_by(|left, right| right.cmp(left));
            slowest.truncate(5);
        }
    }
    count
}

#[test]
fn mutations_of_our_charts_end() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/helm");
    for chart in ["origins", "layers"] {
        assert!(mutate(&root, chart, 20, &mut Vec::new()) > 50);
    }
}

#[test]
fn mutations_of_other_charts_end() {
    let rounds = std::env::var("SEAWORTHY_MUTATIONS").ok().and_then(|rounds| rounds.parse().ok());
    let (Some(folder), Some(rounds)) = (folder(), rounds) else { return };
    let name = |case: &serde_json::Value, key: &str| case[key].as_str().unwrap().to_owned();
    let cases = lists(&folder).into_iter().flat_map(|(_, cases)| cases);
    let charts: BTreeSet<(String, String)> = cases.map(|case| (name(&case, "root"), name(&case, "chart"))).collect();
    let (mut slowest, mut count) = (Vec::new(), 0);
    for (root, chart) in &charts {
        count += mutate(&folder.join(root), chart, rounds, &mut slowest);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("{count} renders of {} charts; {memory}; slowest: {slowest:#?}", charts.len());
}
