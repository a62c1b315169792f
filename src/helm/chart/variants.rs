//! The value sets that stand beside a chart: each is a further way in which it is meant to run.

use super::files::{ChartFiles, Listed};

/// The most value sets of one chart.
const MAX_VARIANTS: usize = 200;

/// A values file beside a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its path within the chart's folder without the suffix: `values-production`, `ci/ha-values`.
    pub name: String,
    /// Its path relative to the root.
    pub path: String,
}

/// Finds `values-*.yaml`, `values/*.yaml`, `ci/*-values.yaml` and `examples/*values*.yaml` in a
/// chart's folder, by name.
#[must_use]
pub fn variants(files: &dyn ChartFiles, chart: &str) -> Vec<Variant> {
    let mut found = Vec::new();
    for (folder, fits) in PLACES {
        let path = match (chart.is_empty(), folder.is_empty()) {
            (true, _) => folder.to_owned(),
            (false, true) => chart.to_owned(),
            (false, false) => format!("{chart}/{folder}"),
        };
        for Listed { name, is_folder } in files.list(&path).unwrap_or_default() {
            let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else { continue };
            if is_folder || !fits(stem) || found.len() >= MAX_VARIANTS {
                continue;
            }
            let within = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
            let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            found.push(Variant { name: within, path });
        }
    }
    found
}

/// Whether the stem of a file's name marks a value set.
type StemTest = fn(&str) -> bool;

/// Folders below the chart's, and which stems of file names count there.
const PLACES: [(&str, StemTest); 4] = [
    ("", |stem| stem.starts_with("values-") || stem.starts_with("values.")),
    ("values", |_| true),
    ("ci", |stem| stem.ends_with("-values")),
    ("examples", |stem| stem.contains("values")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::chart::files::MemoryFiles;

    #[test]
    fn value_sets_are_found_by_name() {
        let names = [
            "c/values.yaml",
            "c/values-prod.yaml",
            "c/values/eu.yaml",
            "c/values/notes.txt",
            "c/ci/ha-values.yaml",
            "c/ci/other.yaml",
            "c/examples/my-values.yml",
            "c/templates/values-x.yaml",
        ];
        let files = MemoryFiles(names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect());
        let found: Vec<String> = variants(&files, "c").into_iter().map(|variant| variant.name).collect();
        assert_eq!(found, ["values-prod", "values/eu", "ci/ha-values", "examples/my-values"]);
    }
}
