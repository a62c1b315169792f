//! Deployments by systemd: service units with their drop-ins, each a workload with one container.
//!
//! What a timer starts is a job and no workload; what stands for D-Bus or another program under the
//! same suffix is no unit.

mod environment;
mod lower;
pub mod unit;

use crate::discovery::Workspace;
use crate::model::{Platform, Stack};
use crate::source::reader::{file_name, folder, join};
use crate::source::{Problem, Span};
use crate::syntax::systemd::assigned;
use std::collections::{BTreeMap, BTreeSet};

/// The most units that are read.
const MOST: usize = 1000;

/// The units of a folder as one deployment.
#[derive(Debug)]
pub struct Loaded {
    /// The deployment; it lists the files of its units and drop-ins.
    pub stack: Stack,
    /// What was wrong with the files.
    pub problems: Vec<Problem>,
}

/// Loads the service units among the files, in the order of their folders.
#[must_use]
pub fn load(files: &[String], workspace: &Workspace) -> Vec<Loaded> {
    let timed = timed(files, workspace);
    let services = files.iter().filter(|path| path.ends_with(".service") && !timed.contains(*path));
    let mut folders: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for path in services.take(MOST) {
        folders.entry(folder(path)).or_default().push(path);
    }
    folders.into_iter().filter_map(|(place, paths)| set(place, &paths, files, workspace)).collect()
}

fn set(place: &str, paths: &[&String], files: &[String], workspace: &Workspace) -> Option<Loaded> {
    let mut problems = Vec::new();
    let mut stack: Option<Stack> = None;
    for path in paths {
        let mut own = Vec::new();
        let Some(unit) = unit::read(path, files, workspace, &mut own) else { continue };
        if !unit.is_service() {
            continue;
        }
        problems.append(&mut own);
        let name = if place == "." { "systemd" } else { file_name(place) };
        let at = Span::file(unit.root.span.source);
        let stack = stack.get_or_insert_with(|| Stack::new(name, Platform::Systemd, place, at));
        stack.files.extend(unit.files.iter().cloned());
        lower::add(unit, workspace, stack, &mut problems);
    }
    let mut stack = stack?;
    lower::connect(&mut stack);
    Some(Loaded { stack, problems })
}

/// The services that timers among the files start.
fn timed(files: &[String], workspace: &Workspace) -> BTreeSet<String> {
    let timers = files.iter().filter(|path| path.ends_with(".timer"));
    let service = |path: &String| {
        let timer = unit::read(path, files, workspace, &mut Vec::new())?;
        let named = assigned(&timer.root, "Timer", "Unit").last().and_then(|node| node.text()).map(str::to_owned);
        let name = named.unwrap_or_else(|| format!("{}.service", file_name(path).trim_end_matches(".timer")));
        let path = join(folder(path), &name)?;
        Some(if files.contains(&path) { path } else { unit::template(&path)? })
    };
    timers.filter_map(service).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{State, SubjectKind};
    use crate::source::Place;

    fn stacks(files: &[(&'static str, &'static str)]) -> Vec<Stack> {
        let workspace = Workspace::in_memory(files.iter().copied());
        let names: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        load(&names, &workspace).into_iter().map(|loaded| loaded.stack).collect()
    }

    #[test]
    fn words_that_assign_nothing_are_told() {
        let unit =
            "[Service]\nEnvironment=OPTIONS=-Xms1g -Xmx2g\nEnvironment=\"MORE=-Xms1g -Xmx2g\"\nExecStart=/bin/app\n";
        let workspace = Workspace::in_memory([("app.service", unit)]);
        let loaded = load(&["app.service".to_owned()], &workspace);
        let problems: Vec<&Problem> = loaded.iter().flat_map(|loaded| &loaded.problems).collect();
        let [problem] = problems.as_slice() else { panic!("{} problems", problems.len()) };
        let Place::Span(span) = problem.place else { panic!("no place") };
        let position = workspace.sources.get(span.source).position(span.start);
        assert_eq!((position.line, position.column), (2, 28));
    }

    #[test]
    fn services_become_workloads_and_the_rest_does_not() {
        let service = "[Service]\nExecStart=/bin/run\n";
        let stacks = stacks(&[
            ("etc/app.service", "[Unit]\nAfter=db.service network.target\n[Service]\nExecStart=/bin/app\nUser=app\n"),
            ("etc/backup.service", service),
            ("etc/backup.timer", "[Timer]\nOnCalendar=daily\n"),
            ("etc/db.service", service),
            ("etc/dump@.service", service),
            ("etc/nightly.timer", "[Timer]\nOnCalendar=daily\nUnit=dump@all.service\n"),
            ("other/bus.service", "[D-BUS Service]\nName=a\nExec=/bin/a\n"),
            ("other/group.service", "[Unit]\nDescription=a\n"),
        ]);
        assert_eq!(stacks.len(), 1);
        let stack = &stacks[0];
        let names: Vec<&str> = stack.workloads.iter().map(|workload| workload.name.as_str()).collect();
        assert_eq!(names, ["app", "db"]);
        assert_eq!(stack.name, "etc");
        let app = &stack.containers[0];
        assert_eq!(app.user.value().map(String::as_str), Some("app"));
        assert_eq!(app.depends_on.len(), 1);
        assert_eq!(app.depends_on[0].container, Some(1));
        assert_eq!(stack.containers[1].user.value().map(String::as_str), Some("root"));
    }

    #[test]
    fn files_that_a_command_names_are_brought() {
        let unit = "[Service]\nExecStart=/bin/app --config /etc/shop/app.yml --rules=/etc/shop/gone.yml -o /etc/shop/more.toml\n";
        let stacks = stacks(&[
            ("host/units/app.service", unit),
            ("host/etc/shop/app.yml", "a: 1\n"),
            ("host/units/more.toml", "b = 1\n"),
        ]);
        let brought: Vec<(&str, bool)> = stacks[0].containers[0]
            .baked
            .iter()
            .map(|(brought, _)| (brought.path.as_str(), matches!(&brought.content, crate::model::Content::File(_))))
            .collect();
        assert_eq!(brought, [("/etc/shop/app.yml", true), ("/etc/shop/more.toml", true)]);
    }

    #[test]
    fn files_of_variables_come_over_what_the_unit_sets() {
        let unit = "[Service]\nEnvironment=LEVEL=info \"NAME=a b\" WHO=%i\nEnvironmentFile=/etc/shop/app.env\n\
                    EnvironmentFile=-/etc/other.env\nExecStart=/bin/app --level ${LEVEL} $NAME x$y --key=${KEY}\n";
        let stacks = stacks(&[
            ("host/units/app.service", unit),
            ("host/etc/shop/app.env", "LEVEL=debug\nTOKEN='t k'\n"),
            ("other.env", "LEVEL=no\n"),
        ]);
        let stack = &stacks[0];
        let set = |name: &str| {
            let setting = stack.settings.iter().find(|setting| &*setting.name == name).unwrap();
            setting.value.value().map(|text| text.expose().to_owned())
        };
        assert_eq!(set("LEVEL").as_deref(), Some("debug"));
        assert_eq!(set("NAME").as_deref(), Some("a b"));
        assert_eq!(set("TOKEN").as_deref(), Some("t k"));
        assert_eq!(set("WHO"), None);
        let level = stack.settings.iter().find(|setting| &*setting.name == "LEVEL").unwrap();
        assert_eq!(level.layers.len(), 2);
        // The other file is not the one that is meant, so there may be more.
        assert!(stack.open_in(SubjectKind::Setting, &stack.containers[0]).is_some());
        let words: Vec<Option<&str>> =
            stack.containers[0].words.iter().map(|word| word.value.value().map(crate::source::Text::expose)).collect();
        assert_eq!(words, [Some("/bin/app"), Some("--level"), Some("debug"), Some("a b"), Some("x$y"), None]);
        assert!(matches!(stack.containers[0].words[5].value.state, State::Unknown(_)));
    }
}
