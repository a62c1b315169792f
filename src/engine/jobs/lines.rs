//! The steps of a job as command lines: scripts taken apart, variables filled in, wrappers such as
//! `sudo` and `docker exec` taken off.

use super::wrappers::{SHELLS, arguments_from, base, executed, is_command, own_words};
use crate::model::job::{Body, Job, Step};
use crate::model::{Stack, State};
use crate::source::{HOLE, Reason, Span, Text};
use crate::syntax::shell::{self, Piece, Word};

/// How deep scripts may run scripts.
const DEPTH: usize = 6;

/// The most lines of one job.
const MOST: usize = 2000;

/// A command line of a job.
#[derive(Clone)]
pub(super) struct Line {
    /// The program and its arguments; [`HOLE`] stands for what is not known.
    pub words: Vec<String>,
    /// Files that its output goes to.
    pub writes: Vec<String>,
    /// Whether its output goes into the next line.
    pub pipes: bool,
    /// Whether it stands in a loop that never ends.
    pub repeats: bool,
    /// Where it stands.
    pub at: Span,
    /// The container whose settings and mounts it sees.
    pub container: Option<usize>,
    /// The container or workload that it runs in by `exec`.
    pub inside: Option<String>,
    /// Whether the shell outside of that container writes its output.
    pub is_written_outside: bool,
    /// Whether it runs on another host.
    pub is_remote: bool,
    /// Whether the words are arguments for the program that the image brings.
    pub is_of_image: bool,
    /// Variables that the script has set.
    pub variables: Vec<(String, String)>,
    /// Why some of the words are not known.
    pub reason: Option<Reason>,
}

/// What there is to know of a job's steps.
#[derive(Default)]
pub(super) struct Lines {
    /// In the order of the steps.
    pub lines: Vec<Line>,
    /// Why there may be more.
    pub open: Option<(Reason, Span)>,
}

/// The command lines of a job.
pub(super) fn of(job: &Job, stack: &Stack) -> Lines {
    let mut lines = Lines::default();
    for step in &job.steps {
        Taker { stack, step, lines: &mut lines, job }.take();
    }
    lines
}

struct Taker<'t> {
    stack: &'t Stack,
    step: &'t Step,
    lines: &'t mut Lines,
    job: &'t Job,
}

/// What surrounds a line that was found inside of another.
#[derive(Clone, Default)]
struct Around {
    inside: Option<String>,
    is_remote: bool,
    repeats: bool,
    reason: Option<Reason>,
    depth: usize,
}

impl Around {
    /// What is around the commands that one of these lines runs.
    fn deeper(&self, line: &Line) -> Self {
        Self {
            inside: line.inside.clone(),
            is_remote: line.is_remote,
            repeats: line.repeats,
            reason: line.reason.clone(),
            depth: self.depth + 1,
        }
    }
}

impl Taker<'_> {
    fn take(&mut self) {
        let at = self.step.at;
        let around = Around::default();
        match &self.step.body {
            Body::Unknown(reason) => self.open(reason.clone(), at),
            Body::Script { text, exact } => self.script(text.expose(), at, *exact, &mut Vec::new(), &around),
            Body::Words(words) | Body::Arguments(words) => {
                let line = self.line(words, &[], false, at, &[]);
                match &self.step.body {
                    Body::Arguments(_) if !is_command(&line.words) => self.push(Line { is_of_image: true, ..line }),
                    _ => self.peel(line, &[], &around),
                }
            }
        }
    }

    fn open(&mut self, reason: Reason, at: Span) {
        self.lines.open.get_or_insert((reason, at));
    }

    fn push(&mut self, line: Line) {
        if self.lines.lines.len() < MOST {
            self.lines.lines.push(line);
        } else {
            let what = format!("the end of what the job {} runs", self.job.name).into();
            self.open(Reason::Unseen { what }, line.at);
        }
    }

    /// What a variable is: what the script set, else the container's setting.
    fn variable(&self, name: &str, variables: &[(String, String)]) -> State<String> {
        if let Some((_, value)) = variables.iter().rev().find(|(known, _)| known == name) {
            return State::Set(value.clone());
        }
        let Some(container) = self.step.container.and_then(|index| self.stack.container(index)) else {
            return State::Absent;
        };
        let mut settings = container.settings.iter().filter_map(|index| self.stack.setting(*index));
        match settings.find(|setting| &*setting.name == name).map(|setting| &setting.value.state) {
            Some(State::Set(text)) => State::Set(text.expose().to_owned()),
            Some(State::Unknown(reason)) => State::Unknown(reason.clone()),
            Some(State::Absent) | None => State::Absent,
        }
    }

    fn fill(&self, word: &Word, variables: &[(String, String)]) -> (String, Option<Reason>) {
        let known = |name: &str| match self.variable(name, variables) {
            State::Set(value) => Some(value),
            State::Absent | State::Unknown(_) => None,
        };
        let text = word.filled(&known);
        if !text.contains(HOLE) {
            return (text, None);
        }
        let why = word.pieces.iter().find_map(|piece| match piece {
            Piece::Variable(name, None) => match self.variable(name, variables) {
                State::Unknown(reason) => Some(reason),
                State::Set(_) => None,
                State::Absent => Some(Reason::Elsewhere { what: format!("the variable {name}").into() }),
            },
            _ => None,
        });
        let what = format!("what the shell fills in for the job {}", self.job.name).into();
        (text, Some(why.unwrap_or(Reason::Unseen { what })))
    }

    fn line(&self, words: &[Word], writes: &[Word], pipes: bool, at: Span, variables: &[(String, String)]) -> Line {
        let mut reason = None;
        let mut fill = |word: &Word| {
            let (text, why) = self.fill(word, variables);
            reason = reason.take().or(why);
            text
        };
        let words = words.iter().map(&mut fill).collect();
        let writes = writes.iter().map(&mut fill).collect();
        Line {
            words,
            writes,
            pipes,
            repeats: false,
            at,
            container: self.step.container,
            inside: None,
            is_written_outside: false,
            is_remote: false,
            is_of_image: false,
            variables: variables.to_vec(),
            reason,
        }
    }

    fn script(&mut self, text: &str, at: Span, exact: bool, variables: &mut Vec<(String, String)>, around: &Around) {
        let (commands, is_whole) = shell::parse(text);
        if !is_whole {
            let what = format!("the end of a script of the job {}", self.job.name).into();
            self.open(Reason::Unseen { what }, at);
        }
        for command in commands {
            let place = if exact {
                let start = usize::try_from(at.start).unwrap_or(0);
                Span::new(at.source, start + command.range.start, start + command.range.end)
            } else {
                at
            };
            let mut own = variables.clone();
            for (name, value) in &command.assignments {
                let (value, _) = self.fill(value, &own);
                // What is set twice may be either.
                let earlier = variables.iter().find(|(known, _)| known == name);
                let value = if earlier.is_some_and(|(_, before)| *before != value) { HOLE.to_string() } else { value };
                own.push((name.clone(), value));
            }
            let is_only_setting = command.words.is_empty();
            let exported = command.words.first().and_then(Word::plain);
            if is_only_setting || matches!(exported, Some("export" | "declare" | "local" | "readonly" | "typeset")) {
                for word in command.words.iter().skip(1) {
                    let (text, _) = self.fill(word, &own);
                    if let Some((name, value)) = text.split_once('=') {
                        own.push((name.to_owned(), value.to_owned()));
                    }
                }
                *variables = own;
                if is_only_setting && command.writes.is_empty() {
                    continue;
                }
            } else {
                let line = self.line(&command.words, &command.writes, command.pipes, place, &own);
                let line = Line {
                    repeats: command.repeats || around.repeats,
                    // What was filled in before the script was read has a reason of its own.
                    reason: line.reason.map(|own| around.reason.clone().unwrap_or(own)),
                    ..line
                };
                self.peel(line, variables, around);
            }
        }
    }

    /// Takes off what runs another command.
    fn peel(&mut self, mut line: Line, variables: &[(String, String)], around: &Around) {
        line.inside = line.inside.or_else(|| around.inside.clone());
        line.is_remote |= around.is_remote;
        for _ in 0..8 {
            let Some(first) = line.words.first() else { return };
            let program = base(first).to_owned();
            let program = program.as_str();
            if SHELLS.contains(&program) || matches!(program, "su" | "source" | ".") {
                return self.shell(&line, variables, around);
            }
            if let Some(script) = self.file(&line, first) {
                return self.enter(script, &line, variables, around);
            }
            if let Some(own) = own_words(program) {
                let skip = arguments_from(&line.words, 1, own);
                line.words.drain(..skip);
                continue;
            }
            match executed(&line.words) {
                Some((name, skip)) => {
                    line.inside = Some(name);
                    line.is_written_outside = true;
                    line.words.drain(..skip.min(line.words.len()));
                    continue;
                }
                None if program == "ssh" => {
                    let skip = arguments_from(&line.words, 1, 1);
                    if skip >= line.words.len() {
                        break;
                    }
                    let script = line.words[skip..].join(" ");
                    let around = Around { is_remote: true, depth: around.depth + 1, ..around.clone() };
                    if around.depth < DEPTH {
                        self.script(&script, line.at, false, &mut variables.to_vec(), &around);
                    }
                    return;
                }
                None => break,
            }
        }
        if !line.words.is_empty() {
            self.push(line);
        }
    }

    /// A shell with a script: on its command line, or in a file.
    fn shell(&mut self, line: &Line, variables: &[(String, String)], around: &Around) {
        let arguments = &line.words[1..];
        let flag = arguments
            .iter()
            .position(|word| word.len() > 1 && word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'));
        let deeper = around.deeper(line);
        if deeper.depth >= DEPTH {
            return;
        }
        if let Some(script) = flag.and_then(|flag| arguments.get(flag + 1)) {
            return self.script(script, line.at, false, &mut variables.to_vec(), &deeper);
        }
        let Some(path) = arguments.iter().find(|word| !word.starts_with('-')) else {
            if line.words.first().is_none_or(|first| base(first) != "su") {
                let what = format!("what the shell of the job {} is given to run", self.job.name).into();
                self.open(Reason::Unseen { what }, line.at);
            }
            return;
        };
        match self.file(line, path) {
            Some(script) => self.enter(script, line, variables, around),
            None => {
                let path = if path.contains(HOLE) { "a script" } else { path };
                self.open(Reason::Elsewhere { what: format!("the script {path}").into() }, line.at);
            }
        }
    }

    /// The script of the tree that a container finds at a path.
    fn file(&self, line: &Line, path: &str) -> Option<(Text, Span, bool)> {
        let name = path.trim_start_matches("./");
        let scripts = self.stack.scripts.iter().filter(|script| script.container == line.container);
        let mut found = scripts.filter(|script| {
            script.path == path
                || (!path.starts_with('/') && script.path.strip_suffix(name).is_some_and(|it| it.ends_with('/')))
        });
        found.next().map(|script| (script.text.clone(), script.at, script.exact))
    }

    fn enter(
        &mut self,
        (text, at, exact): (Text, Span, bool),
        line: &Line,
        variables: &[(String, String)],
        around: &Around,
    ) {
        let around = around.deeper(line);
        if around.depth < DEPTH {
            self.script(text.expose(), at, exact, &mut variables.to_vec(), &around);
        }
    }
}
