//! A chart from its folder to the texts that Helm would make of it, every byte with its places.

use super::chart::files::{ChartFile, ChartFiles};
use super::chart::load::{Chart, source_of};
use super::chart::unread::{Reads, Unread};
use super::chart::values;
use super::manifest::{Manifest, manifests};
pub use super::options::{Mode, RenderOptions};
use super::origins::{Chains, settled};
use super::plan::{Plan, PlannedTemplate};
use super::prepare::{Prepared, prepare};
use super::template::engine::Engine;
use super::template::error::{Cause, TemplateError};
use super::threads::on_threads;
use super::value::convert::{from_values, value};
use super::value::{Data, MapKind, Object, Value};
use crate::source::origin::OriginMap;
use crate::source::{Place, Problem, SourceId, Sources, Span};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

/// The text that one template file became, or one that is taken as it is.
#[derive(Debug)]
pub struct RenderedFile {
    /// `CHART/templates/x.yaml`
    pub name: String,
    /// The path of the template, relative to the root.
    pub path: Arc<str>,
    /// The rendered text as a source, under the template's path, with its origins; what is taken as
    /// it is has none.
    pub source: SourceId,
}

impl RenderedFile {
    /// Whether this is a NOTES.txt, which Helm prints and does not install.
    #[must_use]
    pub fn is_notes(&self) -> bool {
        self.name.ends_with("NOTES.txt")
    }
}

/// What became of a chart.
#[derive(Debug)]
pub struct Rendered {
    /// The chart's name.
    pub chart: String,
    /// Its files in the order in which Helm prints them.
    pub files: Vec<RenderedFile>,
    /// Custom resource definitions below crds/, as they are: Helm does not render them.
    pub crds: Vec<RenderedFile>,
    /// The values files in use, the chart's own first, each with what no template reads, if
    /// that is known.
    pub unread: Vec<(SourceId, Option<Vec<Unread>>)>,
    /// What it cost, in steps of the templates.
    pub steps: usize,
    /// What was wrong; Helm itself refuses a chart with an error among these.
    pub problems: Vec<Problem>,
}

/// One document that a chart would install.
#[derive(Debug)]
pub struct RenderedManifest {
    /// The rendered file, as a source with origins.
    pub source: SourceId,
    /// The bytes of the document within the source, and what kind and hook it is.
    pub manifest: Manifest,
}

impl Rendered {
    /// The documents in the order of installation, hooks behind; what cannot be read is added to
    /// the problems.
    pub fn manifests(&mut self, sources: &Sources) -> Vec<RenderedManifest> {
        let files: Vec<&RenderedFile> = self.files.iter().filter(|file| !file.is_notes()).collect();
        let texts: Vec<_> = files.iter().map(|file| sources.get(file.source)).collect();
        let named: Vec<(&str, &str)> =
            files.iter().zip(&texts).map(|(file, text)| (file.name.as_str(), text.expose())).collect();
        let (found, bad) = manifests(&named);
        let document = |manifest: Manifest| RenderedManifest { source: files[manifest.file].source, manifest };
        let documents = found.into_iter().map(document).collect();
        for bad in bad {
            let span = Span::new(files[bad.file].source, bad.offset, bad.offset);
            let message = format!("What this template renders is not a manifest: {}.", bad.message);
            self.problems.push(Problem::error(span, message));
        }
        documents
    }
}

/// Renders the chart at `path`, a folder or an archive below the root of `files`.
///
/// # Errors
/// If nothing of the chart can be rendered: it cannot be loaded, the options do not fit it, or, in
/// faithful mode, Helm would refuse it.
pub fn render(
    files: &(dyn ChartFiles + Sync),
    path: &str,
    sources: &Sources,
    options: &RenderOptions<'_>,
) -> Result<Rendered, Problem> {
    let work = || run(&prepare(files, path, sources, options)?, sources, options);
    let unbroken = || catch_unwind(AssertUnwindSafe(work)).ok();
    let answer = on_threads(unbroken).flatten();
    answer.unwrap_or_else(|| Err(Problem::error(path, "Rendering this chart broke off; nothing of it was seen.")))
}

/// The values that the templates of each scope find under `.`.
fn roots(plan: &Plan, prepared: &Prepared) -> Vec<Value> {
    let release = value(&prepared.release.tree(), &|_| None);
    if let Some(map) = release.as_map() {
        map.set("Revision", Value::int(1));
    }
    let capabilities: Value = Data::Object(Object::Capabilities(Rc::new(prepared.capabilities.clone()))).into();
    let mut roots: Vec<Value> = Vec::with_capacity(plan.scopes.len());
    for scope in &plan.scopes {
        let own = match scope.parent.and_then(|parent| roots.get(parent)) {
            None => Some(from_values(&prepared.values)),
            Some(parent) => {
                let values = parent.as_map().and_then(|root| root.get("Values"));
                values.and_then(|values| values.as_map()?.get(&scope.name))
            }
        };
        let values = match own {
            Some(Value { data: Data::Map(_, map), came }) => Value { data: Data::Map(MapKind::Values, map), came },
            _ => Value::map_of(MapKind::Values, []),
        };
        let entries = [
            ("Values", values),
            ("Chart", from_values(&scope.chart)),
            ("Files", Data::Object(Object::Files(scope.files.clone())).into()),
            ("Release", release.clone()),
            ("Capabilities", capabilities.clone()),
            ("Subcharts", Value::map([])),
        ];
        let root = Value::map_of(MapKind::Values, entries.map(|(key, value)| (Rc::from(key), value)));
        if let Some(parent) = scope.parent.and_then(|parent| roots.get(parent)) {
            let subcharts = parent.as_map().and_then(|map| map.get("Subcharts"));
            if let Some(map) = subcharts.as_ref().and_then(Value::as_map) {
                map.set(&scope.name, root.clone());
            }
        }
        roots.push(root);
    }
    roots
}

fn run(prepared: &Prepared, sources: &Sources, options: &RenderOptions<'_>) -> Result<Rendered, Problem> {
    let is_faithful = options.mode == Mode::Faithful;
    if is_faithful && let Some(problem) = first_error(&prepared.problems) {
        return Err(problem);
    }
    let plan = Plan::new(&prepared.chart);
    let mut engine = Engine::new(options.now);
    let mut rendered = Rendered {
        chart: prepared.chart.metadata.name.clone(),
        files: Vec::new(),
        crds: crds(&prepared.chart, sources),
        unread: unread(prepared, sources, options),
        steps: 0,
        problems: prepared.problems.clone(),
    };
    let mut broken = Vec::new();
    for template in &plan.templates {
        let source = source_of(sources, &template.file);
        if let Err(error) = engine.add(&template.name, text_of(&template.file, source, sources), source) {
            if is_faithful {
                return Err(error.problem());
            }
            rendered.problems.push(error.problem());
            broken.push(template.name.as_str());
        }
    }
    let roots = roots(&plan, prepared);
    let mut chains = Chains::new(sources, &prepared.values);
    for template in plan.templates.iter().filter(|template| !template.is_partial) {
        if broken.contains(&template.name.as_str()) {
            continue;
        }
        let scope = &plan.scopes[template.scope];
        let root = &roots[template.scope];
        if let Some(map) = root.as_map() {
            let entries = [("Name", template.name.as_str()), ("BasePath", &scope.base_path())];
            let entries = entries.map(|(key, text)| (Rc::from(key), Value::from(text)));
            map.set("Template", Value::map_of(MapKind::Values, entries));
        }
        match file(&mut engine, template, root, is_faithful) {
            Ok((text, problems)) => {
                rendered.problems.extend(problems);
                if let Some(Text { text, origins }) = text.map(|out| finish(out, &mut chains, &engine)) {
                    let path = template.file.path.clone();
                    let source = sources.add_rendered(path.clone(), text, origins);
                    rendered.files.push(RenderedFile { name: template.name.clone(), path, source });
                }
            }
            Err(error) => return Err(error.problem()),
        }
    }
    rendered.steps = engine.context.work.steps();
    rendered.files.sort_by(|left, right| left.name.cmp(&right.name));
    let mut seen: Vec<Problem> = Vec::new();
    rendered.problems.retain(|problem| {
        let is_new = !seen.contains(problem);
        if is_new {
            seen.push(problem.clone());
        }
        is_new
    });
    Ok(rendered)
}

/// The files below crds/, in the order in which Helm prints them.
fn crds(chart: &Chart, sources: &Sources) -> Vec<RenderedFile> {
    let file = |(name, file): (String, Rc<ChartFile>)| RenderedFile {
        name,
        path: file.path.clone(),
        source: source_of(sources, &file),
    };
    chart.crds().into_iter().map(file).collect()
}

/// The text of a file, shared with its source unless that begins with the mark that Helm cuts off.
fn text_of(file: &ChartFile, source: SourceId, sources: &Sources) -> Arc<str> {
    let shared = sources.get(source).shared();
    if shared.starts_with('\u{feff}') { Arc::from(&*file.text()) } else { shared }
}

/// What no template reads, of the chart's own values and of those in files that were given. It is not
/// known where a dependency is missing.
fn unread(prepared: &Prepared, sources: &Sources, options: &RenderOptions<'_>) -> Vec<(SourceId, Option<Vec<Unread>>)> {
    if options.mode == Mode::Faithful {
        return Vec::new();
    }
    let reads = Reads::of(&prepared.chart, prepared.is_whole);
    let mut found = Vec::new();
    if let Some(own) = prepared.chart.values.as_map() {
        let source = own.values().find_map(|entry| entry.key_at).map(|at| at.source);
        found.extend(source.map(|source| (source, reads.unread(own))));
    }
    for source in &options.values {
        let tree = values::read(sources.get(*source).expose(), *source).ok();
        found.push((*source, tree.as_ref().and_then(|tree| reads.unread(tree.as_map()?))));
    }
    found
}

fn first_error(problems: &[Problem]) -> Option<Problem> {
    problems.iter().find(|problem| problem.severity == crate::source::problem::Severity::Error).cloned()
}

type Parts = (String, Vec<super::value::Part>);

struct Text {
    text: String,
    origins: OriginMap,
}

fn finish((text, parts): Parts, chains: &mut Chains<'_>, engine: &Engine) -> Text {
    let (text, parts) = settled(text, parts);
    Text { text, origins: chains.map(&parts, &engine.frames) }
}

/// Runs one file; in audit mode once more if the chart refused the values, this time to the end.
fn file(
    engine: &mut Engine,
    template: &PlannedTemplate,
    root: &Value,
    is_faithful: bool,
) -> Result<(Option<Parts>, Vec<Problem>), TemplateError> {
    let attempt = |engine: &mut Engine| {
        let out = engine.run(&template.name, root.clone())?;
        out.into_parts().map_err(|message| engine.whole_file(&template.name, message))
    };
    match attempt(engine) {
        Ok(parts) => Ok((Some(parts), Vec::new())),
        Err(error) if is_faithful => Err(error),
        Err(error) if error.cause == Cause::Refused => {
            engine.is_lenient = true;
            let second = attempt(engine);
            engine.is_lenient = false;
            let mut problems = vec![error.problem()];
            problems.extend(std::mem::take(&mut engine.refusals).iter().map(TemplateError::problem));
            let parts = second.map_err(|error| problems.push(error.problem())).ok();
            Ok((parts, problems))
        }
        Err(error) => Ok((None, vec![placed(error, template)])),
    }
}

/// An error of the whole file stands at the file.
fn placed(error: TemplateError, template: &PlannedTemplate) -> Problem {
    let problem = error.problem();
    match problem.place {
        Place::Path(_) => Problem { place: Place::Path(template.file.path.clone()), ..problem },
        Place::Span(_) => problem,
    }
}
