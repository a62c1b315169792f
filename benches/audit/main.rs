//! How long an audit of many small files takes, step by step, with walking, reading and parsing
//! alone as the floor.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark that cannot run has nothing to say"
)]

mod corpus;

use criterion::{BatchSize, Criterion, criterion_group};
use rayon::prelude::*;
use seaworthy::discovery::{Exclude, Workspace, walk};
use seaworthy::engine::{judge, understand};
use seaworthy::findings::{Bar, Material, Redactor, Report, Scanned, Secrets};
use seaworthy::project::{Inputs, Project, assemble, assemble_beside};
use seaworthy::render::{Options, Paths, table};
use seaworthy::rules::{Ruleset, Tuning};
use seaworthy::syntax::Syntax;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The least that any auditor has to do: find the files, read them, parse them.
fn floor(root: &Path) -> (Workspace, usize) {
    let workspace = Workspace::new(root).expect("the corpus is there");
    let found = walk(&workspace.root(), &[root.to_path_buf()], &Exclude::default());
    let parse = |path: &String| workspace.parse(path, Syntax::Yaml).map_or(0, |parsed| parsed.documents.len());
    let documents = found.files.par_iter().map(parse).sum();
    (workspace, documents)
}

fn inputs(root: &Path) -> Inputs {
    Inputs { paths: vec![PathBuf::from(root)], ..Inputs::default() }
}

fn load(root: &Path) -> Project {
    assemble(&inputs(root)).expect("the corpus is there")
}

fn end_to_end(root: &Path, ruleset: &Ruleset) -> (Project, Report, usize) {
    let (mut project, scanned) = assemble_beside(&inputs(root), Scanned::of).expect("the corpus is there");
    understand(&mut project, ruleset);
    let sources = &project.workspace.sources;
    let (findings, secrets) =
        rayon::join(|| judge(&project.stacks, ruleset), || Secrets::new(sources, &project.stacks, scanned));
    let redactor = Redactor::knowing(secrets, sources, &project.stacks);
    let report = Report::build(Material {
        sources,
        redactor: &redactor,
        findings,
        problems: std::mem::take(&mut project.problems),
        files: Vec::new(),
        stacks: Vec::new(),
        as_of: "2026-01-01".to_owned(),
        bar: Bar::default(),
        excerpts: false,
    });
    let options =
        Options { width: 100, shown: Vec::new(), all: false, verbose: false, quiet: false, paths: Paths::default() };
    let mut out = Vec::new();
    table::write(&report, &options, &mut out).expect("memory can be written to");
    // As the program does: every command ends with its report.
    std::mem::forget(redactor);
    (project, report, out.len())
}

/// The argument behind which the step and the folder stand that a process of its own is started for.
const ALONE: &str = "--alone";

/// How long a step takes in a process of its own, as people run it.
fn alone(step: &str, root: &Path) -> Duration {
    let program = std::env::current_exe().expect("a program has a path");
    let output = Command::new(program).arg(ALONE).arg(step).arg(root).output().expect("it can be started again");
    let nanoseconds = String::from_utf8_lossy(&output.stdout).trim().parse().expect("it says how long it took");
    Duration::from_nanos(nanoseconds)
}

/// What such a process does: one step, and saying how long it took.
fn step(name: &str, root: &Path) {
    let ruleset = awake();
    let start = Instant::now();
    // To take things apart is no part of a step, nor does the program do it.
    match name {
        "floor" => std::mem::forget(floor(root)),
        _ => std::mem::forget(end_to_end(root, &ruleset)),
    }
    println!("{}", start.elapsed().as_nanos());
}

/// Runs in a row of which the median counts.
const IN_A_ROW: usize = 5;

/// How many times the floor it takes from end to end, in seconds. Each is run several times behind a run that does
/// not count: what went before leaves more or less of the machine's memory at hand than it found, and to get
/// memory may take longer than to use it.
fn in_floors(root: &Path) -> Duration {
    let median = |step| {
        alone(step, root);
        let mut times: Vec<f64> = (0..IN_A_ROW).map(|_| alone(step, root).as_secs_f64()).collect();
        times.sort_by(f64::total_cmp);
        times.get(IN_A_ROW / 2).copied().expect("there was a run")
    };
    Duration::from_secs_f64(median("end-to-end") / median("floor"))
}

/// As the program does where none of the apps is that packs know.
fn awake() -> Ruleset {
    Ruleset::awake(&[], &Tuning::default()).expect("the built-in rules are right")
}

fn benches(criterion: &mut Criterion) {
    let ruleset = awake();
    criterion.bench_function("rules", |bencher| bencher.iter(awake));
    for (name, manifests, projects) in [("10000-manifests", 10_000, 0), ("1000-compose", 0, 1000)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        corpus::write_manifests(folder.path(), manifests).expect("the corpus can be written");
        corpus::write_projects(folder.path(), projects).expect("the corpus can be written");
        let root = folder.path();
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10).measurement_time(Duration::from_secs(8));
        // What is compared with each other runs in processes of its own, one for each time.
        for step in ["floor", "end-to-end"] {
            group.bench_function(step, |bencher| {
                bencher.iter_custom(|times| (0..times).map(|_| alone(step, root)).sum())
            });
        }
        group.bench_function("load", |bencher| bencher.iter_batched(|| (), |()| load(root), BatchSize::PerIteration));
        group.bench_function("evaluate", |bencher| {
            let mut project = load(root);
            understand(&mut project, &ruleset);
            bencher.iter_batched(|| (), |()| judge(&project.stacks, &ruleset), BatchSize::PerIteration);
        });
        // One after the other: what slows the machine down for a while slows both. A second stands for one floor.
        group.bench_function("end-to-end-in-floors", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| in_floors(root)).sum())
        });
        group.finish();
    }
}

criterion_group!(all, benches);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.as_slice() {
        [_, flag, name, root] if flag == ALONE => step(name, Path::new(root)),
        _ => {
            all();
            Criterion::default().configure_from_args().final_summary();
        }
    }
}
