//! What would be deployed, as text: raw by purpose, with the places of each line if that is asked for.

use super::{Console, Error};
use crate::discovery::{Workspace, root};
use crate::findings::Redactor;
use crate::findings::location::Locator;
use crate::helm::render::Mode;
use crate::options::{self, Render};
use crate::project::charts::{self, printed};
use crate::project::inside;
use crate::render::printed::{Places, write, write_raw};
use crate::render::{Paths, visible::visible};
use crate::rules::suggestion;
use crate::source::{Problem, Severity};
use std::path::Path;

/// What a path is, as far as it can be rendered.
enum Target {
    /// A chart: its folder or archive, relative to the root.
    Chart(String),
}

/// Prints what a path would deploy.
///
/// # Errors
/// When it cannot be rendered, with the places of what keeps it from that.
pub fn render(asked: &Render, console: &mut Console<'_>) -> Result<(), Error> {
    let unreadable = |error| Error::Read { what: format!("\"{}\"", asked.path.display()), error };
    let boundary = root::boundary(std::slice::from_ref(&asked.path)).map_err(unreadable)?;
    let workspace = Workspace::new(&boundary).map_err(unreadable)?;
    match target(&asked.path, &workspace)? {
        Target::Chart(chart) => render_chart(&chart, asked, &workspace, console),
    }
}

fn target(path: &Path, workspace: &Workspace) -> Result<Target, Error> {
    let within = inside(&workspace.root(), path);
    let name = within.to_ascii_lowercase();
    if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
        return Ok(Target::Chart(within));
    }
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let is_chart = path.is_dir() || path.file_name().is_some_and(|name| name == "Chart.yaml");
    if is_chart && folder.join("Chart.yaml").is_file() {
        return Ok(Target::Chart(inside(&workspace.root(), folder)));
    }
    let message = format!("\"{}\" is nothing that can be rendered", path.display());
    Err(options::Error::with_help(message, "name the folder of a chart, which holds a Chart.yaml, or its archive")
        .into())
}

fn render_chart(chart: &str, asked: &Render, workspace: &Workspace, console: &mut Console<'_>) -> Result<(), Error> {
    let sources = &workspace.sources;
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let paths = here.map(|here| Paths::new(&workspace.root(), &here)).unwrap_or_default();
    let refuse = |problems: &[Problem]| {
        let redactor = Redactor::new(sources, &[]);
        let locator = Locator::new(sources, &redactor, false);
        Error::Problems(problems.iter().map(|problem| told(problem, &locator, &redactor, &paths)).collect())
    };
    let mut rendered =
        charts::render_chart(chart, &asked.charts, Mode::Faithful, workspace).map_err(|problem| refuse(&[problem]))?;
    let mut texts = match &asked.file {
        Some(name) => match printed::file(&rendered, name, sources) {
            Some(text) => vec![text],
            None => {
                let names = rendered.files.iter().map(|file| file.name.split_once('/').map_or("", |(_, name)| name));
                let near = suggestion(name, names);
                let message = format!("no rendered file is named \"{name}\"{near}");
                let help = "write its path within the chart, as in --file templates/deployment.yaml";
                return Err(options::Error::with_help(message, help).into());
            }
        },
        None => {
            let texts = printed::documents(&mut rendered, sources);
            let errors: Vec<Problem> =
                rendered.problems.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect();
            if !errors.is_empty() {
                return Err(refuse(&errors));
            }
            texts
        }
    };
    if asked.redact {
        let stacks: Vec<_> = charts::stack(&mut rendered, chart, workspace).into_iter().collect();
        let redactor = Redactor::new(sources, &stacks);
        for line in texts.iter_mut().flat_map(|text| &mut text.lines) {
            line.text = redactor.masked(line.span);
        }
    }
    let with_head = asked.file.is_none();
    if asked.origins {
        let places = Places { sources, paths: &paths, chart, width: console.width };
        return console.write_styled(|out| write(&texts, with_head, &places, out));
    }
    console.write(|out| write_raw(&texts, with_head, out))
}

fn told(problem: &Problem, locator: &Locator<'_>, redactor: &Redactor<'_>, paths: &Paths) -> String {
    let (file, position) = locator.place(&problem.place);
    let file = paths.show(&file);
    let message = redactor.text(&problem.message);
    match position {
        Some(position) => {
            format!("{}:{}:{}: error: {}", visible(&file), position.line, position.column, visible(&message))
        }
        None => format!("{}: error: {}", visible(&file), visible(&message)),
    }
}
