//! What variables of a project are worth, and where each comes from.

use super::substitute::{Known, Made, substitute};
use super::template;
use crate::discovery::Workspace;
use crate::source::{HOLE, Origin, OriginKind, Place, Problem, Reason, Span, Text};
use crate::syntax::dotenv::{self, Quoting};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes replacing variables may make in one project; 64 MiB.
const BYTES: usize = 64 << 20;

/// Variables by name. Clones share what replacing may still make.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    by_name: HashMap<Arc<str>, Known>,
    /// Those beneath, which many services see alike.
    beneath: Arc<HashMap<Arc<str>, Known>>,
    spent: Arc<AtomicUsize>,
}

/// A variable of an env file with its place.
#[derive(Debug, Clone)]
pub struct Defined {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name is.
    pub name_span: Span,
    /// Where the value is.
    pub value_span: Span,
    /// Its value; `None` if it is to be inherited.
    pub known: Option<Known>,
}

impl Variables {
    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Known> {
        self.by_name.get(name).or_else(|| self.beneath.get(name))
    }

    /// These variables in a form that is cheap to clone.
    #[must_use]
    pub fn shared(mut self) -> Self {
        if self.beneath.is_empty() {
            self.beneath = Arc::new(std::mem::take(&mut self.by_name));
        }
        self
    }

    /// What was made, unless this and what was made before come to too much.
    #[must_use]
    pub fn bounded(&self, made: Made) -> Made {
        let before = self.spent.fetch_add(made.text.len(), Ordering::Relaxed);
        if before + made.text.len() <= BYTES {
            return made;
        }
        let what = "a project whose variables make more than 64 MiB of text".into();
        Made { text: HOLE.to_string(), unknown: Some(Reason::Unseen { what }), ..made }
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<Arc<str>>, known: Known) {
        self.by_name.insert(name.into(), known);
    }

    /// The variables of a project: those given, then those of its env files, later files first.
    pub fn of_project(
        given: &[(String, String)],
        files: &[String],
        workspace: &Workspace,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut variables = Self::default();
        for (name, value) in given {
            let origin = Origin { kind: OriginKind::Variable, span: None, name: Some(name.as_str().into()) };
            let known = Known { value: Text::from(value.as_str()), origins: vec![origin], unknown: None };
            variables.set(name.as_str(), known);
        }
        variables.with_files(files, workspace, problems)
    }

    /// These variables, and those of env files that are not among them, later files first.
    #[must_use]
    pub fn with_files(mut self, files: &[String], workspace: &Workspace, problems: &mut Vec<Problem>) -> Self {
        let mut of_files = Self::default();
        for file in files {
            match read_file(file, &self, &of_files, workspace, problems) {
                Ok(defined) => {
                    for variable in defined {
                        if let Some(known) = variable.known {
                            of_files.set(variable.name, known);
                        }
                    }
                }
                Err(reason) => problems.push(Problem::error(
                    Place::Path(file.as_str().into()),
                    format!("this env file {reason}, so its variables count as not set"),
                )),
            }
        }
        for (name, known) in of_files.by_name {
            if self.get(&name).is_none() {
                self.by_name.insert(name, known);
            }
        }
        self
    }
}

/// Reads an env file. Values may refer to variables of `outside`, which win, to those of `before`,
/// and to earlier ones of the same file.
///
/// # Errors
/// Why the file cannot be read, as the end of a sentence.
pub fn read_file(
    path: &str,
    outside: &Variables,
    before: &Variables,
    workspace: &Workspace,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Defined>, String> {
    let source = workspace.open(path).map_err(|error| error.phrase())?;
    let text = workspace.sources.get(source);
    let read = dotenv::read(source, text.expose(), workspace.limits());
    problems.extend(read.problems);
    let mut own = before.clone();
    let mut defined = Vec::new();
    for line in read.lines {
        let inherited = || {
            let mut known = outside.get(&line.name).cloned()?;
            known.origins.push(Origin::named(OriginKind::Variable, line.value_span, line.name.clone()));
            Some(known)
        };
        let known = match &line.value {
            None => inherited(),
            Some(value) => Some(expanded(&line, value, outside, &own, problems)),
        };
        if let Some(known) = &known {
            own.set(line.name.clone(), known.clone());
        }
        defined.push(Defined {
            name: line.name.clone(),
            name_span: line.name_span,
            value_span: line.value_span,
            known,
        });
    }
    Ok(defined)
}

/// Reads an env file of the format `raw`: after the first `=` everything is the value, quotes and
/// dollars included.
///
/// # Errors
/// Why the file cannot be read, as the end of a sentence.
pub fn read_raw(path: &str, outside: &Variables, workspace: &Workspace) -> Result<Vec<Defined>, String> {
    let source = workspace.open(path).map_err(|error| error.phrase())?;
    let text = workspace.sources.get(source);
    let mut defined = Vec::new();
    let mut start = 0;
    for line in text.expose().split_inclusive('\n') {
        let written = line.trim_end_matches(['\n', '\r']);
        let begin = start + written.len() - written.trim_start().len();
        let written = written.trim_start();
        start += line.len();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let (name, value) = written.split_once('=').map_or((written, None), |(name, value)| (name, Some(value)));
        let name_span = Span::new(source, begin, begin + name.len());
        let value_span = value.map_or(name_span, |_| Span::new(source, begin + name.len() + 1, begin + written.len()));
        let origin = Origin::named(OriginKind::Variable, value_span, name);
        let known = match value {
            Some(value) => Some(Known { value: Text::from(value), origins: vec![origin], unknown: None }),
            None => outside.get(name).cloned().map(|mut known| {
                known.origins.push(origin);
                known
            }),
        };
        defined.push(Defined { name: name.into(), name_span, value_span, known });
    }
    Ok(defined)
}

/// The value of a line with its variables replaced. One that is not set is empty here.
fn expanded(
    line: &dotenv::Line,
    value: &Text,
    outside: &Variables,
    own: &Variables,
    problems: &mut Vec<Problem>,
) -> Known {
    let here = Origin::named(OriginKind::Variable, line.value_span, line.name.clone());
    if line.quoting == Quoting::Single || !value.expose().contains('$') {
        return Known { value: value.clone(), origins: vec![here], unknown: None };
    }
    let lookup = |name: &str| outside.get(name).or_else(|| own.get(name)).cloned();
    let made = template::parse(value.expose())
        .map(|parts| outside.bounded(substitute(&parts, line.value_span, None, &lookup)));
    let Ok(Made { text, mut origins, unknown, malformed: None }) = made else {
        let message = format!(
            "a `${{` in the value of {} begins no variable, so Compose refuses the file; close the brace, or write $$ for a dollar",
            line.name
        );
        problems.push(Problem::error(line.value_span, message));
        let unknown = Some(Reason::Malformed { expected: "a value in which every ${ begins a variable".into() });
        return Known { value: value.clone(), origins: vec![here], unknown };
    };
    origins.push(here);
    Known { value: Text::from(text.as_str()), origins, unknown }
}
