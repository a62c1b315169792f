//! How long an audit of many small files takes, step by step, with walking, reading and parsing
//! alone as the floor.

#![allow(clippy::expect_used, missing_docs, reason = "a benchmark that cannot run has nothing to say")]

mod corpus;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rayon::prelude::*;
use seaworthy::discovery::{Exclude, Workspace, walk};
use seaworthy::engine::{judge, understand};
use seaworthy::findings::{Bar, Material, Redactor, Report};
use seaworthy::project::{Inputs, Project, assemble};
use seaworthy::render::{Options, Paths, table};
use seaworthy::rules::{Ruleset, Tuning};
use seaworthy::syntax::Syntax;
use std::path::{Path, PathBuf};
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

fn load(root: &Path) -> Project {
    let inputs = Inputs { paths: vec![PathBuf::from(root)], ..Inputs::default() };
    assemble(&inputs).expect("the corpus is there")
}

fn end_to_end(root: &Path, ruleset: &Ruleset) -> (Project, Report, usize) {
    let mut project = load(root);
    understand(&mut project, ruleset);
    let findings = judge(&project.stacks, ruleset);
    let sources = &project.workspace.sources;
    let redactor = Redactor::new(sources, &project.stacks);
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

/// How many times the floor it takes from end to end, in seconds.
fn in_floors(root: &Path, ruleset: &Ruleset) -> Duration {
    let start = Instant::now();
    let least = floor(root);
    let floor = start.elapsed();
    drop(least);
    let start = Instant::now();
    let all = end_to_end(root, ruleset);
    let whole = start.elapsed();
    drop(all);
    Duration::from_secs_f64(whole.as_secs_f64() / floor.as_secs_f64())
}

fn benches(criterion: &mut Criterion) {
    // As the program does where none of the apps is that packs know.
    let awake = || Ruleset::awake(&[], &Tuning::default());
    let ruleset = awake().expect("the built-in rules are right");
    criterion.bench_function("rules", |bencher| bencher.iter(awake));
    for (name, manifests, projects) in [("10000-manifests", 10_000, 0), ("1000-compose", 0, 1000)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        corpus::write_manifests(folder.path(), manifests).expect("the corpus can be written");
        corpus::write_projects(folder.path(), projects).expect("the corpus can be written");
        let root = folder.path();
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10).measurement_time(Duration::from_secs(8));
        group.bench_function("floor", |bencher| bencher.iter_batched(|| (), |()| floor(root), BatchSize::PerIteration));
        group.bench_function("load", |bencher| bencher.iter_batched(|| (), |()| load(root), BatchSize::PerIteration));
        group.bench_function("evaluate", |bencher| {
            let mut project = load(root);
            understand(&mut project, &ruleset);
            bencher.iter_batched(|| (), |()| judge(&project.stacks, &ruleset), BatchSize::PerIteration);
        });
        group.bench_function("end-to-end", |bencher| {
            bencher.iter_batched(|| (), |()| end_to_end(root, &ruleset), BatchSize::PerIteration)
        });
        // One after the other: what slows the machine down for a while slows both. A second stands for one floor.
        group.bench_function("end-to-end-in-floors", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| in_floors(root, &ruleset)).sum())
        });
        group.finish();
    }
}

criterion_group!(all, benches);
criterion_main!(all);
