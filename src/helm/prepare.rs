//! Everything before the first template runs: loading, values, dependencies, and the gates at which
//! Helm turns a chart away.

use super::chart::assign::set;
use super::chart::coalesce::coalesce;
use super::chart::dependencies::{Missing, process};
use super::chart::files::ChartFiles;
use super::chart::load::{Chart, load};
use super::chart::strvals::{self, SetKind};
use super::chart::values::{self, Nulls, merge_over};
use super::objects::{Capabilities, KubeVersion, Release};
use super::options::RenderOptions;
use super::schema;
use super::template::error::capital;
use super::yaml::tree::{Data, Table, Tree};
use crate::source::origin::OriginMap;
use crate::source::{Place, Problem, Sources};
use std::rc::Rc;

/// A chart that is ready to be rendered.
pub struct Prepared {
    /// With its enabled dependencies under their final names.
    pub chart: Chart,
    /// What the chart sees as `.Values`; the sections of its dependencies are theirs.
    pub values: Tree,
    /// `.Release`
    pub release: Release,
    /// `.Capabilities`
    pub capabilities: Capabilities,
    /// Whether every dependency that takes part is there.
    pub is_whole: bool,
    /// Helm itself refuses a chart with an error among these.
    pub problems: Vec<Problem>,
}

/// Loads a chart and works out its values under the options.
///
/// # Errors
/// If nothing of the chart can be rendered: it cannot be loaded, or the options do not fit it.
pub fn prepare(
    files: &dyn ChartFiles,
    path: &str,
    sources: &Sources,
    options: &RenderOptions<'_>,
) -> Result<Prepared, Problem> {
    let loaded = load(files, path, sources)?;
    let (mut chart, mut problems) = (loaded.chart, loaded.problems);
    let place = chart_place(&chart);
    let refuse = |message: String| Problem::error(place.clone(), message);
    let kube = match &options.kube_version {
        Some(text) => Some(
            KubeVersion::parse(text)
                .ok_or_else(|| refuse(format!("The Kubernetes version {text} cannot be read; write it as 1.33.0.")))?,
        ),
        None => None,
    };
    let capabilities = Capabilities::new(kube, &options.api_versions);
    let user = user_values(sources, options, &place)?;
    let missing = process(&mut chart, &user).map_err(|message| refuse(sentence(&message)))?;
    let is_whole = missing.is_empty();
    problems.extend(missing.iter().map(missing_problem));
    let values = coalesce(&chart, user, Nulls::Delete).map_err(|message| refuse(sentence(&message)))?;
    let values = Tree::new(Data::Map(Rc::new(values)));
    if chart.is_library() {
        problems.push(refuse("A library chart cannot be installed; it lends templates to other charts.".to_owned()));
    }
    check_kube_version(&chart, &capabilities, &mut problems);
    check_schemas(&chart, &values, "", &mut problems);
    Ok(Prepared { chart, values, release: options.release.clone(), capabilities, is_whole, problems })
}

fn user_values(sources: &Sources, options: &RenderOptions<'_>, place: &Place) -> Result<Table, Problem> {
    let mut user = Table::new();
    for source in &options.values {
        let text = sources.get(*source);
        let tree = values::read(text.expose(), *source)?;
        if let Some(table) = tree.as_map() {
            merge_over(&mut user, table);
        }
    }
    for (kind, text) in &options.sets {
        let source = sources.add_rendered(set_name(text, *kind), text.as_str(), OriginMap::default());
        set(&mut user, text, *kind, Some(source), options.read_file)
            .map_err(|message| Problem::error(place.clone(), format!("A value given with --set: {message}.")))?;
    }
    Ok(user)
}

/// What stands for the file in the places of values that the command line gives.
fn set_name(text: &str, kind: SetKind) -> String {
    let keys = strvals::parse(text, kind).unwrap_or_default();
    let first = keys.first().map(|assignment| strvals::describe(&assignment.path)).unwrap_or_default();
    format!("<--set {first}>")
}

fn chart_place(chart: &Chart) -> Place {
    chart.place("name").map_or_else(|| Place::Path(chart.path.clone()), |at| Place::Span(at.span()))
}

fn missing_problem(missing: &Missing) -> Problem {
    let place = missing.at.map_or_else(|| Place::Path(missing.chart.clone()), |at| Place::Span(at.span()));
    let message = format!(
        "The dependency {} is declared but its chart is not in charts/, so what it would deploy is not seen. \
         Run `helm dependency build` and audit again.",
        missing.name
    );
    Problem::error(place, message)
}

fn check_kube_version(chart: &Chart, capabilities: &Capabilities, problems: &mut Vec<Problem>) {
    let range = &chart.metadata.kube_version;
    if range.is_empty() || capabilities.kube.satisfies(range) {
        return;
    }
    let place = chart.metadata.kube_version_at.map_or_else(|| chart_place(chart), |at| Place::Span(at.span()));
    let message = format!(
        "The chart asks for Kubernetes {range}, which {} does not satisfy. Give another version with --kube-version.",
        capabilities.kube.normalized
    );
    problems.push(Problem::error(place, message));
}

fn check_schemas(chart: &Chart, values: &Tree, path: &str, problems: &mut Vec<Problem>) {
    if let Some(file) = &chart.schema {
        match schema::validate(&file.text(), values) {
            Ok(violations) => problems.extend(violations.into_iter().map(|violation| {
                let place = violation.at.map_or_else(|| chart_place(chart), |at| Place::Span(at.span()));
                let name = match (path.is_empty(), violation.path.is_empty()) {
                    (true, true) => "The whole of the values".to_owned(),
                    (true, false) => violation.path.clone(),
                    (false, true) => path.to_owned(),
                    (false, false) => format!("{path}.{}", violation.path),
                };
                Problem::error(place, format!("{name} {} ({}).", violation.message, file.path))
            })),
            Err(message) => {
                problems.push(Problem::error(
                    Place::Path(file.path.clone()),
                    format!("The schema is not JSON: {message}."),
                ));
            }
        }
    }
    for subchart in &chart.dependencies {
        let name = &subchart.metadata.name;
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if let Some(section) = values.get(name).filter(|section| !section.is_null()) {
            check_schemas(subchart, section, &inner, problems);
        }
    }
}

/// A sentence out of a phrase.
fn sentence(phrase: &str) -> String {
    format!("{}.", capital(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::chart::files::MemoryFiles;
    use crate::helm::yaml::json;

    fn run(
        files: &[(&str, &str)],
        options: &RenderOptions<'_>,
        sources: &Sources,
    ) -> Result<(String, Vec<String>), String> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        let prepared = prepare(&MemoryFiles(files), "chart", sources, options).map_err(|problem| problem.message)?;
        let problems = prepared.problems.into_iter().map(|problem| problem.message).collect();
        Ok((json::compact(&prepared.values, json::Escape::None), problems))
    }

    const CHART: &str = "name: p\nversion: 1.0.0\nkubeVersion: '>=1.25-0'\n";

    #[test]
    fn options_win_over_files_and_files_over_defaults() {
        let sources = Sources::new();
        let first = sources.add("one.yaml", "a: 1\nb: {c: 1}\n");
        let second = sources.add("two.yaml", "\u{feff}b: {d: 2}\n");
        let options = RenderOptions {
            values: vec![first, second],
            sets: vec![(SetKind::Typed, "b.e=3,x=null".to_owned()), (SetKind::String, "a=4".to_owned())],
            ..RenderOptions::default()
        };
        let files = [("chart/Chart.yaml", CHART), ("chart/values.yaml", "a: 0\nx: 1\nz: 9\n")];
        let (values, problems) = run(&files, &options, &sources).unwrap();
        assert_eq!(values, r#"{"a":"4","b":{"c":1,"d":2,"e":3},"z":9}"#);
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn gates_are_problems() {
        let schema = r#"{"properties": {"port": {"type": "integer"}}, "required": ["name"]}"#;
        let files = [
            ("chart/Chart.yaml", &*format!("{CHART}type: library\ndependencies: [{{name: q, version: 1.x}}]\n")),
            ("chart/values.yaml", "port: x\n"),
            ("chart/values.schema.json", schema),
        ];
        let options = RenderOptions { kube_version: Some("1.20".to_owned()), ..RenderOptions::default() };
        let (_, problems) = run(&files, &options, &Sources::new()).unwrap();
        assert_eq!(problems.len(), 5, "{problems:?}");
        let bad = RenderOptions { kube_version: Some("one".to_owned()), ..RenderOptions::default() };
        assert!(run(&files, &bad, &Sources::new()).is_err());
        let bad = RenderOptions { sets: vec![(SetKind::Typed, "a".to_owned())], ..RenderOptions::default() };
        assert!(run(&files, &bad, &Sources::new()).is_err());
    }
}
