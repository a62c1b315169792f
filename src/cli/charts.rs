//! Flags about charts, which several commands take.

use crate::helm::chart::strvals::SetKind;
use crate::options::RawCharts;
use clap::{Args, ValueHint};
use std::path::PathBuf;

const CHARTS: &str = "Charts";

/// With which values and for which cluster charts are rendered.
#[derive(Args)]
pub struct Charts {
    /// A values file for the chart, over its own values (repeatable, the last wins)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = CHARTS)]
    values: Vec<PathBuf>,
    /// A value of the chart, as helm --set takes it (repeatable)
    #[arg(long, value_name = "KEY=VALUE", help_heading = CHARTS)]
    set: Vec<String>,
    /// The same, always as text
    #[arg(long, value_name = "KEY=VALUE", help_heading = CHARTS)]
    set_string: Vec<String>,
    /// The same, as JSON
    #[arg(long, value_name = "KEY=JSON", help_heading = CHARTS)]
    set_json: Vec<String>,
    /// The same, as it stands: commas and braces mean nothing
    #[arg(long, value_name = "KEY=VALUE", help_heading = CHARTS)]
    set_literal: Vec<String>,
    /// The same, out of a file
    #[arg(long, value_name = "KEY=FILE", help_heading = CHARTS)]
    set_file: Vec<String>,
    /// The name of the release [default: release-name]
    #[arg(long, value_name = "NAME", help_heading = CHARTS)]
    release: Option<String>,
    /// The namespace of the release [default: default]
    #[arg(long, value_name = "NAME", help_heading = CHARTS)]
    namespace: Option<String>,
    /// The version of the cluster: charts ask for it, and manifests have to fit it
    #[arg(long, value_name = "VERSION", help_heading = CHARTS)]
    kube_version: Option<String>,
    /// APIs of the cluster beside the usual ones (repeatable, or with commas)
    #[arg(long, value_name = "API", value_delimiter = ',', help_heading = CHARTS)]
    api_versions: Vec<String>,
}

impl From<Charts> for RawCharts {
    fn from(given: Charts) -> Self {
        let kinds = [
            (SetKind::Typed, given.set),
            (SetKind::String, given.set_string),
            (SetKind::Json, given.set_json),
            (SetKind::Literal, given.set_literal),
            (SetKind::File, given.set_file),
        ];
        let sets = kinds.into_iter().flat_map(|(kind, texts)| texts.into_iter().map(move |text| (kind, text)));
        Self {
            values: given.values,
            sets: sets.collect(),
            release: given.release,
            namespace: given.namespace,
            kube_version: given.kube_version,
            api_versions: given.api_versions,
        }
    }
}
