//! Which templates of a chart and its subcharts are parsed and rendered, in which order, and what
//! each finds around it.

use super::chart::files::ChartFile;
use super::chart::load::Chart;
use super::objects::{FileSet, chart};
use super::yaml::tree::Tree;
use std::cmp::Reverse;
use std::rc::Rc;

/// What all templates of one chart share.
pub struct Scope {
    /// The name under which the parent knows the chart.
    pub name: String,
    /// `CHART/charts/SUB/…`: the beginning of the names of its templates.
    pub full_path: String,
    /// `.Chart`
    pub chart: Tree,
    /// `.Files`
    pub files: FileSet,
    /// Index of the parent's scope; `None` for the chart itself.
    pub parent: Option<usize>,
}

impl Scope {
    /// `.Template.BasePath`
    #[must_use]
    pub fn base_path(&self) -> String {
        format!("{}/templates", self.full_path)
    }
}

/// One file below templates/.
pub struct PlannedTemplate {
    /// `CHART/templates/x.yaml`
    pub name: String,
    /// Its text.
    pub file: Rc<ChartFile>,
    /// Index of its chart's scope.
    pub scope: usize,
    /// Its base name begins with `_`: it is parsed but not rendered.
    pub is_partial: bool,
}

/// Everything that takes part in rendering a chart.
pub struct Plan {
    /// The chart first, each parent before its subcharts.
    pub scopes: Vec<Scope>,
    /// In the order in which they are parsed and rendered: deeper paths first, and from the end of
    /// the alphabet. Of two definitions of a name the last parsed wins, so a parent overrides its
    /// subcharts.
    pub templates: Vec<PlannedTemplate>,
}

impl Plan {
    /// The plan for a chart whose dependencies were processed.
    #[must_use]
    pub fn new(chart: &Chart) -> Self {
        let mut plan = Self { scopes: Vec::new(), templates: Vec::new() };
        plan.add(chart, None, chart.metadata.name.clone());
        let order = |template: &PlannedTemplate| Reverse((template.name.matches('/').count(), template.name.clone()));
        plan.templates.sort_by_cached_key(order);
        plan
    }

    fn add(&mut self, chart: &Chart, parent: Option<usize>, full_path: String) {
        let scope = self.scopes.len();
        for file in &chart.templates {
            let is_partial = file.name.rsplit('/').next().is_some_and(|base| base.starts_with('_'));
            if is_partial || !chart.is_library() {
                let name = format!("{full_path}/{}", file.name);
                self.templates.push(PlannedTemplate { name, file: file.clone(), scope, is_partial });
            }
        }
        self.scopes.push(Scope {
            name: chart.metadata.name.clone(),
            chart: chart::tree(chart, parent.is_none()),
            files: FileSet::new(&chart.files),
            parent,
            full_path: full_path.clone(),
        });
        for subchart in &chart.dependencies {
            self.add(subchart, Some(scope), format!("{full_path}/charts/{}", subchart.metadata.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::chart::files::MemoryFiles;
    use crate::helm::chart::load::load;
    use crate::source::Sources;

    #[test]
    fn templates_come_deepest_first_and_backwards() {
        let chart = |name: &str, kind: &str| format!("name: {name}\nversion: 1.0.0\ntype: {kind}\n").into_bytes();
        let files = [
            ("Chart.yaml", chart("p", "application")),
            ("templates/a.yaml", Vec::new()),
            ("templates/_b.tpl", Vec::new()),
            ("templates/d/c.yaml", Vec::new()),
            ("charts/s/Chart.yaml", chart("s", "application")),
            ("charts/s/templates/a.yaml", Vec::new()),
            ("charts/l/Chart.yaml", chart("l", "library")),
            ("charts/l/templates/a.yaml", Vec::new()),
            ("charts/l/templates/_l.tpl", Vec::new()),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text)).into_iter().collect();
        let plan = Plan::new(&load(&MemoryFiles(files), "", &Sources::new()).unwrap().chart);
        let names: Vec<&str> = plan.templates.iter().map(|template| template.name.as_str()).collect();
        let expected = [
            "p/charts/s/templates/a.yaml",
            "p/charts/l/templates/_l.tpl",
            "p/templates/d/c.yaml",
            "p/templates/a.yaml",
            "p/templates/_b.tpl",
        ];
        assert_eq!(names, expected);
        assert_eq!(plan.scopes[1].base_path(), "p/charts/l/templates");
    }
}
