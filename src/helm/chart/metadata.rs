//! What Chart.yaml says: names, versions, dependencies.

use crate::helm::semver::{Constraint, Version};
use crate::helm::yaml::number;
use crate::helm::yaml::tree::{At, Data, Tree};

/// The most dependencies that one chart may declare.
const MAX_DEPENDENCIES: usize = 500;

/// The content of Chart.yaml; fields that are left out are empty.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Metadata {
    pub api_version: String,
    pub name: String,
    pub version: String,
    pub app_version: String,
    pub description: String,
    pub home: String,
    pub icon: String,
    pub kind: String,
    pub kube_version: String,
    pub condition: String,
    pub tags: String,
    pub deprecated: bool,
    pub keywords: Vec<String>,
    pub sources: Vec<String>,
    /// In the order of the file; `None` if there is no such field.
    pub annotations: Option<Vec<(String, String)>>,
    pub maintainers: Vec<Maintainer>,
    pub dependencies: Vec<Dependency>,
    /// Where the name stands.
    pub name_at: Option<At>,
    /// Where `kubeVersion` stands.
    pub kube_version_at: Option<At>,
}

/// One of `maintainers`.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Maintainer {
    pub name: String,
    pub email: String,
    pub url: String,
}

/// One of `dependencies`.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Dependency {
    pub name: String,
    pub version: String,
    pub repository: String,
    pub condition: String,
    pub alias: String,
    pub tags: Vec<String>,
    pub import_values: Vec<Import>,
    /// Where the entry stands.
    pub at: Option<At>,
    /// Whether tags and conditions leave it on; worked out when values are known.
    pub enabled: bool,
}

/// One of `import-values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The path in the dependency's values.
    pub child: String,
    /// The path in the chart's own values; `.` is the top.
    pub parent: String,
}

/// What is wrong with a Chart.yaml, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataError {
    /// The place; `None` for the file as a whole.
    pub at: Option<At>,
    /// A sentence.
    pub message: String,
}

impl MetadataError {
    fn new(at: Option<At>, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

impl Dependency {
    /// The name under which the dependency's values stand and its templates are found.
    #[must_use]
    pub fn effective_name(&self) -> &str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    /// Whether a chart of this name and version is what is asked for.
    #[must_use]
    pub fn accepts(&self, name: &str, version: &str) -> bool {
        self.name == name && is_compatible(&self.version, version)
    }
}

/// Whether a version lies in a range; what cannot be read does not.
#[must_use]
pub fn is_compatible(range: &str, version: &str) -> bool {
    // A range that cannot be read, the empty one among them, accepts nothing.
    let constraint = Constraint::parse(range);
    let version = Version::parse(version);
    constraint.zip(version).is_some_and(|(constraint, version)| constraint.check(&version))
}

impl Metadata {
    /// Reads the tree of a Chart.yaml.
    ///
    /// # Errors
    /// If a field has the wrong type.
    pub fn read(tree: &Tree) -> Result<Self, MetadataError> {
        if tree.as_map().is_none() {
            return Err(MetadataError::new(tree.at, format!("Chart.yaml must be a map; found {}", tree.describe())));
        }
        let mut metadata = Self {
            api_version: text(tree, "apiVersion")?,
            name: text(tree, "name")?,
            version: text(tree, "version")?,
            app_version: text(tree, "appVersion")?,
            description: text(tree, "description")?,
            home: text(tree, "home")?,
            icon: text(tree, "icon")?,
            kind: text(tree, "type")?,
            kube_version: text(tree, "kubeVersion")?,
            condition: text(tree, "condition")?,
            tags: text(tree, "tags")?,
            deprecated: flag(tree, "deprecated")?,
            keywords: texts(tree, "keywords")?,
            sources: texts(tree, "sources")?,
            annotations: annotations(tree)?,
            maintainers: Vec::new(),
            dependencies: Vec::new(),
            name_at: tree.get("name").and_then(|value| value.at),
            kube_version_at: tree.get("kubeVersion").and_then(|value| value.at),
        };
        for item in list(tree, "maintainers")? {
            expect_map(item, "maintainers")?;
            let maintainer =
                Maintainer { name: text(item, "name")?, email: text(item, "email")?, url: text(item, "url")? };
            metadata.maintainers.push(maintainer);
        }
        metadata.read_dependencies(tree)?;
        if metadata.api_version.is_empty() {
            "v1".clone_into(&mut metadata.api_version);
        }
        Ok(metadata)
    }

    /// Takes the dependencies of a Chart.yaml or a requirements.yaml.
    ///
    /// # Errors
    /// If a field has the wrong type.
    pub fn read_dependencies(&mut self, tree: &Tree) -> Result<(), MetadataError> {
        let items = list(tree, "dependencies")?;
        if items.len() > MAX_DEPENDENCIES {
            return Err(MetadataError::new(tree.at, format!("there are more than {MAX_DEPENDENCIES} dependencies")));
        }
        for item in items {
            if item.is_null() {
                return Err(MetadataError::new(item.at, "an entry of dependencies is empty; remove it"));
            }
            expect_map(item, "dependencies")?;
            self.dependencies.push(Dependency {
                name: text(item, "name")?,
                version: text(item, "version")?,
                repository: text(item, "repository")?,
                condition: text(item, "condition")?,
                alias: text(item, "alias")?,
                tags: texts(item, "tags")?,
                import_values: imports(item)?,
                at: item.at,
                enabled: true,
            });
        }
        Ok(())
    }

    /// The checks that Helm makes before it uses a chart.
    ///
    /// # Errors
    /// The first thing that makes Helm refuse the chart.
    pub fn validate(&self) -> Result<(), MetadataError> {
        let refuse = |message: &str| Err(MetadataError::new(self.name_at, message));
        if self.name.is_empty() {
            return refuse("the chart has no name; write `name:` into Chart.yaml");
        }
        if self.name.contains('/') || matches!(self.name.as_str(), "." | "..") {
            return refuse("the chart's name is a path; write a plain name");
        }
        if self.version.is_empty() {
            return refuse("the chart has no version; write `version:` into Chart.yaml");
        }
        if Version::parse(&self.version).is_none() {
            return refuse("the chart's version is not a semantic version, such as 1.2.3");
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            return refuse("the chart's type must be application or library");
        }
        let mut names = std::collections::BTreeSet::new();
        for dependency in &self.dependencies {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            if !dependency.alias.chars().all(is_plain) {
                let message = format!(
                    "the alias of the dependency {} may hold letters, digits, `_` and `-` only",
                    dependency.name
                );
                return Err(MetadataError::new(dependency.at, message));
            }
            if !names.insert(dependency.effective_name()) {
                let message = format!("more than one dependency has the name or alias {}", dependency.effective_name());
                return Err(MetadataError::new(dependency.at, message));
            }
        }
        Ok(())
    }
}

/// A string field; numbers and booleans are taken as text, as sigs.k8s.io/yaml does.
fn text(tree: &Tree, key: &str) -> Result<String, MetadataError> {
    let Some(value) = tree.get(key) else { return Ok(String::new()) };
    scalar(value).ok_or_else(|| wrong(value, key, "a string"))
}

fn scalar(value: &Tree) -> Option<String> {
    match &value.data {
        Data::Null => Some(String::new()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Number(value) if value.fract() == 0.0 && value.abs() < 1e6 => Some(format!("{value}")),
        Data::Number(value) => Some(number::yaml(*value)),
        Data::String(text, _) => Some(text.to_string()),
        Data::List(_) | Data::Map(_) => None,
    }
}

fn flag(tree: &Tree, key: &str) -> Result<bool, MetadataError> {
    match tree.get(key).map(|value| (value, &value.data)) {
        None | Some((_, Data::Null)) => Ok(false),
        Some((_, Data::Bool(value))) => Ok(*value),
        Some((value, _)) => Err(wrong(value, key, "true or false")),
    }
}

fn list<'t>(tree: &'t Tree, key: &str) -> Result<&'t [Tree], MetadataError> {
    match tree.get(key).map(|value| (value, &value.data)) {
        None | Some((_, Data::Null)) => Ok(&[]),
        Some((_, Data::List(items))) => Ok(items),
        Some((value, _)) => Err(wrong(value, key, "a list")),
    }
}

fn texts(tree: &Tree, key: &str) -> Result<Vec<String>, MetadataError> {
    list(tree, key)?.iter().map(|item| scalar(item).ok_or_else(|| wrong(item, key, "a list of strings"))).collect()
}

fn annotations(tree: &Tree) -> Result<Option<Vec<(String, String)>>, MetadataError> {
    let Some(value) = tree.get("annotations").filter(|value| !value.is_null()) else { return Ok(None) };
    let entries = value.as_map().ok_or_else(|| wrong(value, "annotations", "a map"))?;
    let mut annotations = Vec::with_capacity(entries.len());
    for (key, entry) in entries.iter() {
        let text = scalar(&entry.value).ok_or_else(|| wrong(&entry.value, "annotations", "a map of strings"))?;
        annotations.push((key.to_string(), text));
    }
    Ok(Some(annotations))
}

fn imports(dependency: &Tree) -> Result<Vec<Import>, MetadataError> {
    let mut imports = Vec::new();
    for item in list(dependency, "import-values")? {
        match &item.data {
            Data::String(name, _) => imports.push(Import { child: format!("exports.{name}"), parent: ".".to_owned() }),
            Data::Map(_) => imports.push(Import { child: text(item, "child")?, parent: text(item, "parent")? }),
            // Helm passes over anything else.
            _ => {}
        }
    }
    Ok(imports)
}

fn expect_map(value: &Tree, key: &str) -> Result<(), MetadataError> {
    if value.as_map().is_some() { Ok(()) } else { Err(wrong(value, key, "a list of maps")) }
}

fn wrong(value: &Tree, key: &str, expected: &str) -> MetadataError {
    MetadataError::new(value.at, format!("`{key}` must be {expected}; found {}", value.describe()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::yaml::read;
    use crate::source::SourceId;

    fn read(text: &str) -> Result<Metadata, MetadataError> {
        let metadata = Metadata::read(&read::first(text, SourceId(0)).unwrap())?;
        metadata.validate().map(|()| metadata)
    }

    #[test]
    fn fields_are_read_as_text() {
        let metadata = read("name: a\nversion: 1\nappVersion: 1.10\ndependencies:\n- {name: b, version: 2, import-values: [x, {child: y, parent: z}]}\n").unwrap();
        assert_eq!((metadata.api_version.as_str(), metadata.version.as_str()), ("v1", "1"));
        assert_eq!(metadata.app_version, "1.1");
        assert_eq!(metadata.dependencies[0].import_values[0], Import { child: "exports.x".into(), parent: ".".into() });
        assert!(metadata.dependencies[0].accepts("b", "2.7.1") && !metadata.dependencies[0].accepts("b", "3.0.0"));
    }

    #[test]
    fn charts_that_helm_refuses_are_refused() {
        let head = "name: a\nversion: 1.0.0\n";
        for text in [
            "name: a\n",
            "version: 1.0.0\n",
            "name: a/b\nversion: 1.0.0\n",
            "name: a\nversion: x\n",
            &format!("{head}type: other\n"),
            &format!("{head}appVersion: [1]\n"),
            &format!("{head}maintainers: x\n"),
            &format!("{head}deprecated: \"true\"\n"),
            &format!("{head}dependencies:\n- name: b\n- name: b\n"),
            &format!("{head}dependencies:\n- name: b\n  alias: a.b\n"),
            &format!("{head}dependencies:\n-\n"),
            "- a\n",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
