//! Which dependencies take part, under which names, and what they export to their parent.

use super::coalesce::coalesce;
use super::load::Chart;
use super::metadata::Dependency;
use super::values::{Nulls, entry, fill, table_at, value_at};
use crate::helm::yaml::tree::{At, Data, Table, Tree};
use std::rc::Rc;
use std::sync::Arc;

/// The most charts that aliases may make of the loaded ones.
const MAX_CHARTS: usize = 2_000;

/// A dependency that takes part but whose chart is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The chart that declares it: folder or archive.
    pub chart: Arc<str>,
    /// Its name or alias.
    pub name: String,
    /// Where it is declared.
    pub at: Option<At>,
}

/// Works out which dependencies are enabled under the user's values, renames those with an alias,
/// removes the others, and imports what `import-values` asks for. Answers which enabled ones are
/// missing.
///
/// # Errors
/// A sentence, if the section of a dependency is not a map.
pub fn process(chart: &mut Chart, user: &Table) -> Result<Vec<Missing>, String> {
    let mut enabler = Enabler { budget: MAX_CHARTS, missing: Vec::new() };
    enabler.enable(chart, user, "")?;
    import(chart)?;
    Ok(enabler.missing)
}

struct Enabler {
    budget: usize,
    missing: Vec<Missing>,
}

impl Enabler {
    fn enable(&mut self, chart: &mut Chart, values: &Table, path: &str) -> Result<(), String> {
        self.budget =
            self.budget.checked_sub(1).ok_or_else(|| format!("aliases make more than {MAX_CHARTS} charts"))?;
        if chart.metadata.dependencies.is_empty() {
            return Ok(());
        }
        rename(chart);
        let values = coalesce(chart, values.clone(), Nulls::Delete)?;
        for dependency in &mut chart.metadata.dependencies {
            dependency.enabled =
                by_condition(dependency, &values, path).unwrap_or_else(|| by_tags(dependency, &values));
        }
        let off: Vec<String> = chart
            .metadata
            .dependencies
            .iter()
            .filter(|dependency| !dependency.enabled)
            .map(|dependency| dependency.name.clone())
            .collect();
        chart.metadata.dependencies.retain(|dependency| dependency.enabled);
        chart.dependencies.retain(|subchart| !off.contains(&subchart.metadata.name));
        for dependency in &chart.metadata.dependencies {
            if !chart.dependencies.iter().any(|subchart| subchart.metadata.name == dependency.name) {
                let missing = Missing { chart: chart.path.clone(), name: dependency.name.clone(), at: dependency.at };
                self.missing.push(missing);
            }
        }
        for subchart in &mut chart.dependencies {
            let path = format!("{path}{}.", subchart.metadata.name);
            self.enable(subchart, &values, &path)?;
        }
        Ok(())
    }
}

/// Brings the charts into the order of the declarations, one for each, under its alias. Charts that
/// nothing declares come first.
fn rename(chart: &mut Chart) {
    let declared = |present: &Chart| {
        chart.metadata.dependencies.iter().any(|one| one.accepts(&present.metadata.name, &present.metadata.version))
    };
    let mut charts: Vec<Chart> = chart.dependencies.iter().filter(|present| !declared(present)).cloned().collect();
    for dependency in &mut chart.metadata.dependencies {
        let found = chart
            .dependencies
            .iter()
            .find(|present| dependency.accepts(&present.metadata.name, &present.metadata.version));
        if let Some(found) = found {
            let mut copy = found.clone();
            dependency.effective_name().clone_into(&mut copy.metadata.name);
            charts.push(copy);
        }
        dependency.name = dependency.effective_name().to_owned();
    }
    chart.dependencies = charts;
}

/// The first path of the condition that leads to a boolean decides.
fn by_condition(dependency: &Dependency, values: &Table, path: &str) -> Option<bool> {
    let paths = dependency.condition.trim().split(',').filter(|condition| !condition.is_empty());
    for condition in paths {
        if let Some(Data::Bool(value)) = value_at(values, &format!("{path}{condition}")).map(|value| &value.data) {
            return Some(*value);
        }
    }
    None
}

/// One true tag enables, only false ones disable; without a word on its tags a dependency is on.
fn by_tags(dependency: &Dependency, values: &Table) -> bool {
    let Some(tags) = table_at(values, "tags") else { return true };
    let mut is_off = false;
    for tag in &dependency.tags {
        match tags.get(tag.as_str()).map(|entry| &entry.value.data) {
            Some(Data::Bool(true)) => return true,
            Some(Data::Bool(false)) => is_off = true,
            _ => {}
        }
    }
    !is_off
}

/// Takes exported values of dependencies into the chart's own, below what the chart says itself.
fn import(chart: &mut Chart) -> Result<(), String> {
    for subchart in &mut chart.dependencies {
        import(subchart)?;
    }
    if chart.metadata.dependencies.iter().all(|dependency| dependency.import_values.is_empty()) {
        // Without imports the merged values say nothing that coalescing does not say again.
        return Ok(());
    }
    let mut values = coalesce(chart, Table::new(), Nulls::Keep)?;
    let mut imported = Table::new();
    for dependency in &chart.metadata.dependencies {
        for one in &dependency.import_values {
            let Some(table) = table_at(&values, &format!("{}.{}", dependency.name, one.child)) else { continue };
            fill(&mut imported, &nest(&one.parent, table), Nulls::Keep);
        }
    }
    fill(&mut values, &imported, Nulls::Keep);
    chart.values = Tree::new(Data::Map(Rc::new(values)));
    Ok(())
}

/// A map below a path of keys.
fn nest(path: &str, table: &Rc<Table>) -> Table {
    if path == "." {
        return (**table).clone();
    }
    let mut nested = table.clone();
    for key in path.rsplit('.') {
        let mut outer = Table::new();
        outer.insert(key.into(), entry(Data::Map(nested)));
        nested = Rc::new(outer);
    }
    Rc::unwrap_or_clone(nested)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::chart::files::MemoryFiles;
    use crate::helm::chart::load::load;
    use crate::helm::yaml::{json, read};
    use crate::source::{SourceId, Sources};
    use std::collections::BTreeMap;

    fn seen(chart: &Chart, values: &Tree, path: &str, found: &mut BTreeMap<String, String>) {
        if !chart.is_library() {
            found.insert(format!("{path}/templates/v.txt"), json::compact(values, json::Escape::Html));
        }
        for subchart in &chart.dependencies {
            let name = &subchart.metadata.name;
            seen(subchart, values.get(name).unwrap(), &format!("{path}/charts/{name}"), found);
        }
    }

    fn answer(case: &serde_json::Value) -> Result<BTreeMap<String, String>, String> {
        let files = case["files"].as_object().unwrap().iter();
        let files = files.map(|(name, text)| (name.clone(), text.as_str().unwrap().as_bytes().to_vec())).collect();
        let loaded = load(&MemoryFiles(files), "", &Sources::new()).map_err(|problem| problem.message)?;
        if let Some(problem) = loaded.problems.first() {
            return Err(problem.message.clone());
        }
        let mut chart = loaded.chart;
        let user = read::first(case["user"].as_str().unwrap(), SourceId(9)).unwrap();
        let user = user.as_map().unwrap();
        process(&mut chart, user)?;
        let values = coalesce(&chart, (**user).clone(), Nulls::Delete)?;
        let mut found = BTreeMap::new();
        seen(&chart, &Tree::new(Data::Map(Rc::new(values))), &chart.metadata.name, &mut found);
        Ok(found)
    }

    #[test]
    fn every_chart_sees_the_values_that_helm_gives_it() {
        let mut wrong = Vec::new();
        for line in include_str!("../../../tests/data/helm/values.jsonl").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let expected = case["values"].as_object().map(|values| {
                values.iter().map(|(name, json)| (name.clone(), json.as_str().unwrap().to_owned())).collect()
            });
            let answer = answer(&case);
            if answer.as_ref().ok() != expected.as_ref() {
                wrong.push(format!("{}\n got {answer:?}\nwant {expected:?}", case["note"]));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn an_enabled_dependency_without_a_chart_is_missing() {
        let text = |enabled: bool| {
            let chart =
                "apiVersion: v2\nname: p\nversion: 1.0.0\ndependencies:\n- {name: s, version: 1.x, condition: on}\n";
            let files = [("Chart.yaml", chart.to_owned()), ("values.yaml", format!("on: {enabled}\n"))];
            let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
            let mut chart = load(&MemoryFiles(BTreeMap::from(files)), "", &Sources::new()).unwrap().chart;
            process(&mut chart, &Table::new()).unwrap().len()
        };
        assert_eq!((text(true), text(false)), (1, 0));
    }
}
