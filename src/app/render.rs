//! What would be deployed, as text: raw by purpose, with the places of each line if that is asked for.

use super::{Console, Error, profiles};
use crate::compose;
use crate::discovery::{Workspace, root};
use crate::findings::Redactor;
use crate::findings::location::Locator;
use crate::options::{self, Render};
use crate::project::charts::printed::{self, Printed};
use crate::project::{charts, compose_files, inside};
use crate::render::printed::{Places, write, write_raw};
use crate::render::{Paths, visible::visible};
use crate::rules::suggestion;
use crate::source::{Problem, Severity, Sources, Span};
use std::path::Path;

/// What a path is, as far as it can be rendered.
enum Target {
    /// A chart: its folder or archive, relative to the root.
    Chart(String),
    /// A Compose project.
    Compose(compose::Request),
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
        Target::Chart(_) if !asked.profiles.is_empty() => {
            let help = "leave --profile away: what a chart deploys is chosen by its values";
            Err(options::Error::with_help("a chart has no profiles", help).into())
        }
        Target::Chart(chart) => render_chart(&chart, asked, &workspace, console),
        Target::Compose(request) => {
            let request = compose::Request { profiles: asked.profiles.clone(), ..request };
            render_compose(&request, asked, &workspace, console)
        }
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
    if let Some(request) = compose_files::project_at(&within, workspace) {
        return Ok(Target::Compose(request));
    }
    let message = format!("\"{}\" is nothing that can be rendered", path.display());
    let help = "name the folder of a chart, which holds a Chart.yaml, its archive, a Compose file or its folder";
    Err(options::Error::with_help(message, help).into())
}

fn render_chart(chart: &str, asked: &Render, workspace: &Workspace, console: &mut Console<'_>) -> Result<(), Error> {
    let sources = &workspace.sources;
    let paths = clickable(workspace);
    let refuse = |problems: &[Problem]| refused(problems, sources, &paths);
    let mut rendered =
        charts::render_faithfully(chart, &asked.charts, workspace).map_err(|problem| refuse(&[problem]))?;
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
            let texts = printed::documents(&mut rendered, asked.extent, sources);
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

fn render_compose(
    request: &compose::Request,
    asked: &Render,
    workspace: &Workspace,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    if asked.file.is_some() {
        let help = "leave --file away: a Compose project is printed as one text";
        return Err(options::Error::with_help("a Compose project has no files of its own to choose from", help).into());
    }
    let sources = &workspace.sources;
    let paths = clickable(workspace);
    let compose::render::Rendered { text, origins, stack, profiles: named, problems } =
        compose::render::render(request, workspace);
    profiles::known(&asked.profiles, &named.into_iter().collect())?;
    let errors: Vec<Problem> = problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    if !errors.is_empty() {
        return Err(refused(&errors, sources, &paths));
    }
    let name = request.files.first().cloned().unwrap_or_default();
    let length = text.len();
    let source = sources.add_rendered(name.as_str(), text, origins);
    let mut printed = Printed { name, lines: printed::lines(Span::new(source, 0, length), sources) };
    if asked.redact {
        let redactor = Redactor::new(sources, stack.as_slice());
        for line in &mut printed.lines {
            line.text = redactor.masked(line.span);
        }
    }
    if asked.origins {
        let places = Places { sources, paths: &paths, chart: &request.directory, width: console.width };
        return console.write_styled(|out| write(&[printed], false, &places, out));
    }
    console.write(|out| write_raw(&[printed], false, out))
}

/// Paths as they can be clicked from the working directory; from one that is gone, as they are.
fn clickable(workspace: &Workspace) -> Paths {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    here.map(|here| Paths::new(&workspace.root(), &here)).unwrap_or_default()
}

/// What keeps something from being rendered, with its places.
fn refused(problems: &[Problem], sources: &Sources, paths: &Paths) -> Error {
    let redactor = Redactor::new(sources, &[]);
    let locator = Locator::new(sources, &redactor, false);
    Error::Problems(problems.iter().map(|problem| told(problem, &locator, &redactor, paths)).collect())
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
