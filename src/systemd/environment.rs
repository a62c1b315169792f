//! The variables of a service: what `Environment=` says, and over that the files that
//! `EnvironmentFile=` names, as far as the tree has them.

use super::unit::{Unit, hidden, in_tree};
use crate::discovery::Workspace;
use crate::model::setting::Layer;
use crate::model::{Field, Gap, Held, Setting, SettingSource, State, SubjectKind};
use crate::source::{Origin, OriginKind, Problem, Reason, Span, Text};
use crate::syntax::systemd::{Piece, assigned, words};
use crate::syntax::{Node, Provenance, dotenv};
use std::sync::Arc;

/// What is told of a word that systemd drops. The word may be part of a secret.
const NO_ASSIGNMENT: &str = "systemd ignores this word of Environment=, which assigns nothing; where a value has blanks, \
    put the whole assignment into quotes: Environment=\"NAME=one two\"";

/// The variables of a service, and what hides more of them.
pub(super) struct Environment {
    /// One for each name.
    pub settings: Vec<Setting>,
    /// Files that are not in the tree.
    pub gaps: Vec<Gap>,
}

/// Reads the variables of a unit that stands in the folder `place`.
pub(super) fn read(unit: &Unit, place: &str, workspace: &Workspace, problems: &mut Vec<Problem>) -> Environment {
    let mut environment = Environment { settings: Vec::new(), gaps: Vec::new() };
    for node in assigned(&unit.root, "Service", "Environment") {
        for piece in words(node) {
            environment.assign(&piece, node, problems);
        }
    }
    for node in assigned(&unit.root, "Service", "EnvironmentFile") {
        let text = node.text().unwrap_or_default();
        let path = text.strip_prefix('-').unwrap_or(text);
        let found = if hidden(node).is_some() { None } else { in_tree(path, place, workspace) };
        match found {
            Some(found) => environment.file(&found, node.span, workspace, problems),
            None => {
                let reason = hidden(node).unwrap_or_else(|| Reason::MissingFile { path: path.into() });
                // What could not be seen stands within the unit, whichever of its files names it.
                environment.gaps.push(Gap::new(&[SubjectKind::Setting], reason, unit.at()));
            }
        }
    }
    for key in ["PassEnvironment", "ImportEnvironment"] {
        for node in assigned(&unit.root, "Service", key) {
            for piece in words(node) {
                let reason = Reason::Elsewhere { what: format!("the variable {} of the host", piece.text).into() };
                let value = Field::unknown(reason, piece.at);
                environment.set(Setting::new(piece.text, piece.at, value, Held::External, SettingSource::Env));
            }
        }
    }
    environment
}

impl Environment {
    fn assign(&mut self, piece: &Piece, node: &Node, problems: &mut Vec<Problem>) {
        let Some((name, value)) = piece.text.split_once('=') else {
            problems.push(Problem::warning(piece.at, NO_ASSIGNMENT));
            return;
        };
        let value = match hidden(node).filter(|_| value.replace("%%", "").contains('%')) {
            Some(reason) => Field::unknown(reason, piece.at),
            None => Field::set(Text::from(value), piece.at),
        };
        self.set(Setting::new(name, piece.at, value, Held::Literal, SettingSource::Env));
    }

    fn file(&mut self, path: &str, named_at: Span, workspace: &Workspace, problems: &mut Vec<Problem>) {
        let Ok(source) = workspace.open(path) else { return };
        let text = workspace.sources.get(source);
        let read = dotenv::read(source, text.expose(), workspace.limits());
        problems.extend(read.problems);
        for line in read.lines {
            let Some(value) = line.value else { continue };
            let origins =
                vec![Origin::at(OriginKind::EnvFile, line.value_span), Origin::at(OriginKind::Reference, named_at)];
            let provenance = Some(Arc::new(Provenance { origins, unknown: None }));
            let value = Field { state: State::Set(value), at: Some(line.value_span), provenance };
            self.set(Setting::new(&*line.name, line.name_span, value, Held::External, SettingSource::Env));
        }
    }

    /// What is set later wins.
    fn set(&mut self, mut setting: Setting) {
        let layer = |setting: &Setting| {
            let Field { state, at, provenance } = &setting.value;
            let value = Field { state: state.clone(), at: *at, provenance: provenance.clone() };
            Layer { source: setting.source, value, held: setting.held }
        };
        match self.settings.iter_mut().find(|known| known.name == setting.name) {
            Some(known) => {
                setting.layers.push(layer(&setting));
                if known.layers.is_empty() {
                    setting.layers.push(layer(known));
                }
                setting.layers.append(&mut known.layers);
                *known = setting;
            }
            None => self.settings.push(setting),
        }
    }

    /// The value of a variable, as far as it is known.
    pub fn value(&self, name: &str) -> State<String> {
        match self.settings.iter().find(|setting| &*setting.name == name).map(|setting| &setting.value.state) {
            Some(State::Set(text)) => State::Set(text.expose().to_owned()),
            Some(State::Unknown(reason)) => State::Unknown(reason.clone()),
            Some(State::Absent) | None => match self.gaps.first() {
                Some(gap) => State::Unknown(gap.reason.clone()),
                None => State::Absent,
            },
        }
    }
}
