//! How long it takes to render a chart: from its folder to texts with their origins, and to manifests.
//! `SEAWORTHY_CHARTS` may name folders of more charts, separated by `:`. Each is rendered a few times, its
//! shortest time counts, and the median of the charts is printed.

#![allow(clippy::expect_used, missing_docs, reason = "a benchmark that cannot run has nothing to say")]
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod charts;

use criterion::{Criterion, criterion_group, criterion_main};
use seaworthy::helm::chart::files::RootedFiles;
use seaworthy::helm::render::{RenderOptions, render};
use seaworthy::source::Sources;
use std::path::Path;
use std::time::{Duration, Instant};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn rendered(root: &Path, chart: &str) -> usize {
    let files = RootedFiles::new(root).expect("the chart is there");
    let sources = Sources::new();
    let mut rendered = render(&files, chart, &sources, &RenderOptions::default()).expect("the chart can be rendered");
    rendered.manifests(&sources).len()
}

fn benches(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    charts::chart(&folder.path().join("small"), "small", 4, 0);
    charts::umbrella(&folder.path().join("platform"), 8);
    criterion.bench_function("render/chart", |bencher| bencher.iter(|| rendered(folder.path(), "small")));
    criterion.bench_function("render/umbrella", |bencher| bencher.iter(|| rendered(folder.path(), "platform")));
}

/// How often each of the other charts is rendered.
const ROUNDS: usize = 9;

/// The shortest time that a chart takes.
fn shortest(chart: &str) -> Duration {
    let (root, name) = chart.rsplit_once('/').unwrap_or((".", chart));
    let once = || {
        let start = Instant::now();
        rendered(Path::new(root), name);
        start.elapsed()
    };
    (0..ROUNDS).map(|_| once()).min().unwrap_or_default()
}

fn other_charts(_: &mut Criterion) {
    let named = std::env::var("SEAWORTHY_CHARTS").unwrap_or_default();
    let charts = named.split(':').filter(|path| !path.is_empty());
    let mut times: Vec<(Duration, &str)> = charts.map(|chart| (shortest(chart), chart)).collect();
    times.sort();
    for (time, chart) in &times {
        println!("{time:10.2?}  {chart}");
    }
    if let Some((median, _)) = times.get(times.len() / 2) {
        println!("{median:10.2?}  median of {} charts", times.len());
    }
}

criterion_group!(group, benches, other_charts);
criterion_main!(group);
