//! How long it takes to render a chart: from its folder to texts with their origins, and to manifests.
//! `SEAWORTHY_CHARTS` may name folders of more charts, separated by `:`.

#![allow(clippy::expect_used, missing_docs, reason = "a benchmark that cannot run has nothing to say")]

mod charts;

use criterion::{Criterion, criterion_group, criterion_main};
use seaworthy::helm::chart::files::RootedFiles;
use seaworthy::helm::render::{RenderOptions, render};
use seaworthy::source::Sources;
use std::path::Path;

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
    for chart in std::env::var("SEAWORTHY_CHARTS").unwrap_or_default().split(':').filter(|path| !path.is_empty()) {
        let (root, name) = chart.rsplit_once('/').unwrap_or((".", chart));
        let root = Path::new(root);
        criterion.bench_function(&format!("render/{name}"), |bencher| bencher.iter(|| rendered(root, name)));
    }
}

criterion_group!(group, benches);
criterion_main!(group);
