//! Loads charts from folders and archives, with the charts that they depend on.

use super::archive;
use super::files::{ChartFile, ChartFiles, FileError, MAX_CHART, MAX_DEPTH, MAX_FILES, join};
use super::ignore::Ignore;
use super::metadata::{Dependency, Metadata, MetadataError};
use super::values;
use crate::helm::yaml::read;
use crate::helm::yaml::tree::{At, Data, Table, Tree};
use crate::source::{Place, Problem, SourceId, Sources};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// How deep charts may contain charts.
const MAX_NESTING: usize = 16;

/// A chart, as its files say.
#[derive(Clone)]
pub struct Chart {
    /// Chart.yaml.
    pub metadata: Metadata,
    /// The folder or archive, relative to the root.
    pub path: Arc<str>,
    /// Chart.yaml as it was read, for the places of its fields.
    pub chart_yaml: Tree,
    /// values.yaml; a map.
    pub values: Tree,
    /// values.schema.json.
    pub schema: Option<ChartFile>,
    /// Everything below templates/.
    pub templates: Vec<Rc<ChartFile>>,
    /// What `.Files` holds: all that is neither template nor subchart, Chart.yaml or values.
    pub files: Vec<Rc<ChartFile>>,
    /// The charts below charts/ and those that were found for declared dependencies.
    pub dependencies: Vec<Chart>,
}

impl Chart {
    /// The custom resource definitions: files below crds/, those of dependencies behind, each with
    /// the name that Helm gives it: `CHART/crds/x.yaml`, `CHART/charts/SUB/crds/x.yaml`.
    #[must_use]
    pub fn crds(&self) -> Vec<(String, Rc<ChartFile>)> {
        self.crds_below(&self.metadata.name)
    }

    fn crds_below(&self, full_path: &str) -> Vec<(String, Rc<ChartFile>)> {
        let is_crd = |file: &&Rc<ChartFile>| {
            file.name.starts_with("crds/") && [".yaml", ".yml", ".json"].iter().any(|end| file.name.ends_with(end))
        };
        let named = |file: &Rc<ChartFile>| (format!("{full_path}/{}", file.name), file.clone());
        let mut crds: Vec<_> = self.files.iter().filter(is_crd).map(named).collect();
        for dependency in &self.dependencies {
            crds.extend(dependency.crds_below(&format!("{full_path}/charts/{}", dependency.metadata.name)));
        }
        crds
    }

    /// Where a top-level field of Chart.yaml stands.
    #[must_use]
    pub fn place(&self, field: &str) -> Option<At> {
        self.chart_yaml.get(field).and_then(|value| value.at)
    }

    /// Whether the chart only lends its named templates to others.
    #[must_use]
    pub fn is_library(&self) -> bool {
        self.metadata.kind == "library"
    }
}

/// A chart and what was wrong with its parts.
pub struct Loaded {
    /// The chart, without the parts that could not be read.
    pub chart: Chart,
    /// Helm itself refuses a chart with an error among these.
    pub problems: Vec<Problem>,
}

/// Loads the chart at `path`: a folder that holds a Chart.yaml, or a `.tgz` file.
///
/// Declared dependencies that charts/ does not hold are looked for where `file://` points and in
/// sibling folders; nothing is ever downloaded.
///
/// # Errors
/// If there is no chart at `path`, or its own Chart.yaml or values.yaml cannot be read.
pub fn load(files: &dyn ChartFiles, path: &str, sources: &Sources) -> Result<Loaded, Problem> {
    let mut loader = Loader { files, sources, problems: Vec::new(), bytes: 0, count: 0 };
    let chart = loader.path(path, 0)?;
    Ok(Loaded { chart, problems: loader.problems })
}

struct Loader<'a> {
    files: &'a dyn ChartFiles,
    sources: &'a Sources,
    problems: Vec<Problem>,
    bytes: u64,
    count: usize,
}

impl Loader<'_> {
    fn path(&mut self, path: &str, depth: usize) -> Result<Chart, Problem> {
        if path.ends_with(".tgz") || path.ends_with(".tar.gz") {
            let bytes = self.files.read(path).map_err(|error| unreadable(path, &error))?;
            let files = self.unpack(path, &bytes)?;
            return self.chart(path, files, depth);
        }
        let files = self.folder(path)?;
        let mut chart = self.chart(path, files, depth)?;
        self.find_missing(&mut chart, depth);
        Ok(chart)
    }

    fn unpack(&mut self, path: &str, bytes: &[u8]) -> Result<Vec<ChartFile>, Problem> {
        let files = archive::unpack(path, bytes)
            .map_err(|message| Problem::error(path, format!("The chart archive cannot be used: {message}.")))?;
        for file in &files {
            self.spend(file.data.len() as u64, path)?;
        }
        Ok(files)
    }

    fn spend(&mut self, bytes: u64, path: &str) -> Result<(), Problem> {
        self.bytes += bytes;
        self.count += 1;
        if self.bytes > MAX_CHART || self.count > MAX_FILES {
            let limit = MAX_CHART / 1024 / 1024;
            let message = format!("The chart with its dependencies is larger than {limit} MiB or {MAX_FILES} files.");
            return Err(Problem::error(path, message));
        }
        Ok(())
    }

    fn folder(&mut self, path: &str) -> Result<Vec<ChartFile>, Problem> {
        let ignore = match self.files.read(&inside(path, ".helmignore")) {
            Ok(bytes) => {
                let name = inside(path, ".helmignore");
                let (ignore, bad) = Ignore::parse(&String::from_utf8_lossy(&bytes));
                for rule in bad {
                    let message = format!("Line {} of .helmignore: {}.", rule.line, rule.message);
                    self.problems.push(Problem::error(name.as_str(), message));
                }
                ignore
            }
            Err(_) => Ignore::standard(),
        };
        let mut found = Vec::new();
        self.walk(path, "", &ignore, 0, &mut found)?;
        Ok(found)
    }

    fn walk(
        &mut self,
        chart: &str,
        folder: &str,
        ignore: &Ignore,
        depth: usize,
        found: &mut Vec<ChartFile>,
    ) -> Result<(), Problem> {
        let here = inside(chart, folder);
        if depth > MAX_DEPTH {
            let message = format!("Folders nest deeper than {MAX_DEPTH}; is there a link that leads back?");
            return Err(Problem::error(here.as_str(), message));
        }
        let entries = self.files.list(&here).map_err(|error| unreadable(&here, &error))?;
        for entry in entries {
            let name = inside(folder, &entry.name);
            if ignore.ignores(&name, entry.is_folder) {
                continue;
            }
            let path = inside(chart, &name);
            if entry.is_folder {
                if let Err(problem) = self.walk(chart, &name, ignore, depth + 1, found) {
                    self.problems.push(problem);
                }
                continue;
            }
            match self.files.read(&path) {
                Ok(data) => {
                    self.spend(data.len() as u64, &path)?;
                    found.push(ChartFile::new(name, path, data));
                }
                Err(error) => self.problems.push(unreadable(&path, &error)),
            }
        }
        Ok(())
    }

    fn chart(&mut self, path: &str, files: Vec<ChartFile>, depth: usize) -> Result<Chart, Problem> {
        if depth > MAX_NESTING {
            return Err(Problem::error(path, format!("Charts contain charts deeper than {MAX_NESTING} levels.")));
        }
        let Some(main) = files.iter().find(|file| file.name == "Chart.yaml") else {
            return Err(Problem::error(path, "There is no Chart.yaml here, so this is not a chart."));
        };
        let (tree, source) = self.tree(main)?;
        let mut metadata = Metadata::read(&tree).map_err(|error| refused(error, source))?;
        let mut chart = Chart {
            metadata: Metadata::default(),
            path: path.into(),
            chart_yaml: tree,
            values: Tree::new(Data::Map(Rc::new(Table::new()))),
            schema: None,
            templates: Vec::new(),
            files: Vec::new(),
            dependencies: Vec::new(),
        };
        let mut inner: BTreeMap<String, Vec<ChartFile>> = BTreeMap::new();
        for mut file in files {
            match file.name.as_str() {
                "Chart.yaml" | "Chart.lock" => {}
                "values.yaml" => chart.values = self.values(&file)?,
                "values.schema.json" => chart.schema = Some(file),
                "requirements.yaml" => {
                    let (tree, source) = self.tree(&file)?;
                    metadata.read_dependencies(&tree).map_err(|error| refused(error, source))?;
                    if metadata.api_version == "v1" {
                        chart.files.push(Rc::new(file));
                    }
                }
                "requirements.lock" if metadata.api_version != "v1" => {}
                name if name.starts_with("templates/") => chart.templates.push(Rc::new(file)),
                name if name.starts_with("charts/") => {
                    if name.ends_with(".prov") {
                        chart.files.push(Rc::new(file));
                        continue;
                    }
                    file.name = name["charts/".len()..].to_owned();
                    let folder = file.name.split('/').next().unwrap_or_default().to_owned();
                    inner.entry(folder).or_default().push(file);
                }
                _ => chart.files.push(Rc::new(file)),
            }
        }
        metadata.validate().map_err(|error| refused(error, source))?;
        chart.metadata = metadata;
        for (name, files) in inner {
            match self.subchart(path, &name, files, depth) {
                Ok(Some(subchart)) => chart.dependencies.push(subchart),
                Ok(None) => {}
                Err(problem) => self.problems.push(problem),
            }
        }
        Ok(chart)
    }

    /// What stands below charts/ under one name.
    fn subchart(
        &mut self,
        path: &str,
        name: &str,
        files: Vec<ChartFile>,
        depth: usize,
    ) -> Result<Option<Chart>, Problem> {
        if name.starts_with(['_', '.']) {
            return Ok(None);
        }
        let place = inside(path, &format!("charts/{name}"));
        if name.ends_with(".tgz")
            && let Some(file) = files.first().filter(|file| file.name == name)
        {
            let files = self.unpack(&place, &file.data)?;
            return self.chart(&place, files, depth + 1).map(Some);
        }
        let prefix = format!("{name}/");
        let cut = |mut file: ChartFile| {
            file.name = file.name.strip_prefix(&prefix)?.to_owned();
            Some(file)
        };
        let files: Vec<ChartFile> = files.into_iter().filter_map(cut).collect();
        if files.is_empty() {
            let message =
                "Below charts/ only charts may stand; Helm refuses this file. Move it or list it in .helmignore.";
            return Err(Problem::error(place.as_str(), message));
        }
        self.chart(&place, files, depth + 1).map(Some)
    }

    fn tree(&mut self, file: &ChartFile) -> Result<(Tree, SourceId), Problem> {
        let source = source_of(self.sources, file);
        let text = self.sources.get(source);
        match read::first(text.expose(), source) {
            Ok(tree) => Ok((tree, source)),
            Err(error) => Err(error.problem(source)),
        }
    }

    fn values(&mut self, file: &ChartFile) -> Result<Tree, Problem> {
        let source = source_of(self.sources, file);
        let text = self.sources.get(source);
        values::read(text.expose(), source)
    }

    /// Looks for declared dependencies that charts/ does not hold.
    fn find_missing(&mut self, chart: &mut Chart, depth: usize) {
        for dependency in chart.metadata.dependencies.clone() {
            let is_there = |present: &Chart| present.metadata.name == dependency.name;
            if dependency.name.is_empty() || chart.dependencies.iter().any(is_there) {
                continue;
            }
            if let Some(found) = self.elsewhere(chart, &dependency, depth) {
                chart.dependencies.push(found);
            }
        }
    }

    fn elsewhere(&mut self, chart: &Chart, dependency: &Dependency, depth: usize) -> Option<Chart> {
        let mut places = Vec::new();
        match dependency.repository.strip_prefix("file://") {
            Some(path) if path.starts_with('/') => return None,
            Some(path) => places.extend(join(&chart.path, path)),
            None => {
                places.extend(join(&chart.path, &format!("../{}", dependency.name)));
                places.extend(join(&chart.path, &format!("../{0}-{1}.tgz", dependency.name, dependency.version)));
            }
        }
        for place in places {
            let is_archive = place.ends_with(".tgz");
            let probe = if is_archive { place.clone() } else { inside(&place, "Chart.yaml") };
            if place == *chart.path || self.files.read(&probe).is_err() || depth >= MAX_NESTING {
                continue;
            }
            // A folder that is no chart, or another one, is not worth a word: it was only a guess.
            let known = self.problems.len();
            match self.path(&place, depth + 1) {
                Ok(found) if dependency.accepts(&found.metadata.name, &found.metadata.version) => return Some(found),
                Ok(_) | Err(_) => self.problems.truncate(known),
            }
        }
        None
    }
}

/// The source of a chart's file, added on first use.
#[must_use]
pub fn source_of(sources: &Sources, file: &ChartFile) -> SourceId {
    sources.find(&file.path).unwrap_or_else(|| sources.add(file.path.clone(), &*file.text()))
}

fn refused(error: MetadataError, source: SourceId) -> Problem {
    let place = error.at.map_or_else(|| Place::from(source), |at| Place::Span(at.span()));
    Problem::error(place, format!("Helm refuses this chart: {}.", error.message))
}

fn unreadable(path: &str, error: &FileError) -> Problem {
    let shown = if path.is_empty() { "." } else { path };
    Problem::error(shown, format!("{shown} {}.", error.phrase()))
}

fn inside(folder: &str, name: &str) -> String {
    match (folder.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => folder.to_owned(),
        (false, false) => format!("{folder}/{name}"),
    }
}
