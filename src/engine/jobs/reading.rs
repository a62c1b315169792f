//! What the command lines of a job come to, by the tools that packs know.

use super::lines::{Line, Lines};
use super::places::{Destination, destination};
use super::values::{Given, Looked, has, look};
use super::wrappers::base;
use crate::model::hosts::{Names, hosts, is_host_like};
use crate::model::{Duration, Image, Job, Stack, State, secrecy};
use crate::rules::Ruleset;
use crate::rules::tool::Tool;
use crate::source::reader::{file_name, is_end};
use crate::source::{HOLE, Reason, Span};
use hashbrown::HashMap;

/// What moves or makes data.
const MAKES: [&str; 3] = ["dump", "snapshot", "copy"];

/// Flags and places that hold the name of a database or its whole address.
const DATABASES: [&str; 5] = ["-d", "--dbname", "--uri", "first", "last"];

/// What was read from the lines of a job.
#[derive(Default)]
pub(super) struct Reading {
    /// What it does, with where that shows.
    pub does: Vec<(String, Span)>,
    /// Why it may do more.
    pub does_open: Option<Reason>,
    /// The apps whose data its tools dump.
    pub of: Vec<String>,
    /// The hosts that its tools are given.
    pub hosts: Vec<String>,
    /// The containers that it enters.
    pub inside: Vec<String>,
    /// Why it may work on other hosts.
    pub host_open: Option<Reason>,
    /// Where its results go.
    pub places: Vec<Destination>,
    /// Why they may go elsewhere.
    pub place_open: Option<Reason>,
    /// Where it says that results are encrypted.
    pub encrypted: Option<Span>,
    /// The longest time that results are kept.
    pub keep: Option<(Duration, Span)>,
    /// The most results that are kept.
    pub keep_count: Option<(i64, Span)>,
    /// Why that is not known.
    pub keep_open: Option<Reason>,
    /// Whether it works on the volumes of its containers.
    pub volumes: bool,
    /// The containers that it runs in.
    pub containers: Vec<usize>,
}

impl Reading {
    /// Whether it makes or moves data.
    pub fn makes(&self) -> bool {
        self.does.iter().any(|(word, _)| MAKES.contains(&word.as_str()))
    }

    /// Whether it may do something that these files do not show.
    pub fn is_dark(&self) -> bool {
        self.does_open.is_some()
    }
}

/// Reads the lines of a job.
pub(super) fn read(job: &Job, lines: &Lines, tools: &Tools<'_>, stack: &Stack) -> Reading {
    let mut reader = Reader {
        job,
        tools,
        stack,
        names: Names::new(stack),
        reading: Reading::default(),
        has_data: false,
        has_place: false,
    };
    if let Some((reason, _)) = &lines.open {
        reader.reading.does_open = Some(reason.clone());
    }
    for group in lines.lines.chunk_by(|line, _| line.pipes) {
        reader.group(group);
    }
    let mut reading = reader.reading;
    reading.containers.sort_unstable();
    reading.containers.dedup();
    reading
}

/// All tools of a run.
pub(super) struct Tools<'r> {
    all: Vec<&'r Tool>,
    /// The images of tools with theirs, by the last part of the image's name.
    by_image: HashMap<&'r str, Vec<(&'r str, &'r Tool)>>,
}

impl<'r> Tools<'r> {
    /// The tools that the packs of a ruleset know.
    pub fn of(ruleset: &'r Ruleset) -> Self {
        let all: Vec<&Tool> = ruleset.packs.iter().flat_map(|pack| &pack.tools).collect();
        let mut by_image: HashMap<&str, Vec<(&str, &Tool)>> = HashMap::new();
        for (image, tool) in all.iter().flat_map(|tool| tool.images.iter().map(move |image| (image.as_str(), *tool))) {
            by_image.entry(file_name(image)).or_default().push((image, tool));
        }
        Self { all, by_image }
    }

    /// The tool that a command runs: the one with most of its words.
    pub fn of_words(&self, words: &[String]) -> Option<&'r Tool> {
        let program = base(words.first()?);
        let fits = |tool: &&&Tool| {
            let mut wanted = tool.words.iter();
            wanted.next().is_some_and(|first| first == program)
                && wanted.all(|word| words.get(1..).is_some_and(|rest| has(word, rest).is_some()))
        };
        self.all.iter().filter(fits).max_by_key(|tool| tool.words.len()).copied()
    }

    /// The tool that an action or template of a pipeline is, whatever its version.
    pub fn of_action(&self, uses: &str) -> Option<&'r Tool> {
        let name = uses.split('@').next().unwrap_or(uses);
        self.all.iter().find(|tool| tool.actions.iter().any(|known| known == name)).copied()
    }

    /// The tool that an image is.
    pub fn of_image(&self, image: &Image) -> Option<&'r Tool> {
        let named = self.by_image.get(file_name(&image.repository))?;
        let full = format!("{}/{}", image.registry, image.repository);
        let fitting = named.iter().filter(|(known, _)| is_end(&full, known));
        fitting.max_by_key(|(known, _)| known.len()).map(|(_, tool)| *tool)
    }
}

struct Reader<'s, 'r> {
    job: &'s Job,
    tools: &'s Tools<'r>,
    stack: &'s Stack,
    names: Names<'s>,
    reading: Reading,
    /// Whether data flows through the lines at hand.
    has_data: bool,
    /// Whether it was seen where they go.
    has_place: bool,
}

impl Reader<'_, '_> {
    /// Lines whose output goes from one to the next.
    fn group(&mut self, group: &[Line]) {
        self.has_data = false;
        self.has_place = false;
        let before = self.reading.does_open.clone();
        for line in group {
            self.line(line);
        }
        if !self.has_data {
            return;
        }
        for line in group {
            for file in &line.writes {
                let given = Given { text: file.clone(), at: line.at, why: None };
                let inside = line.inside.clone().filter(|_| !line.is_written_outside);
                self.place(&given, None, &Line { inside, ..line.clone() });
            }
        }
        let is_understood = before.is_some() || self.reading.does_open.is_none();
        if !self.has_place && is_understood {
            let what = format!("where the results of the job {} go", self.job.name).into();
            self.reading.place_open.get_or_insert(Reason::Unseen { what });
        }
    }

    fn line(&mut self, line: &Line) {
        self.reading.containers.extend(line.container);
        if line.is_of_image {
            return self.of_image(line);
        }
        self.reading.inside.extend(line.inside.clone());
        match self.tools.of_words(&line.words) {
            Some(tool) => self.apply(tool, line),
            None => {
                let program = line.words.first().map_or("", |first| base(first));
                let is_name = !program.is_empty()
                    && program.len() <= 40
                    && program.chars().all(|next| next.is_ascii_alphanumeric() || "._+-".contains(next))
                    && !secrecy::holds_a_credential(program);
                let what = if is_name {
                    format!("what {program} does in the job {}", self.job.name)
                } else {
                    format!("what the job {} runs", self.job.name)
                };
                self.dark(Reason::Unseen { what: what.into() });
            }
        }
    }

    fn dark(&mut self, reason: Reason) {
        self.reading.does_open.get_or_insert(reason);
    }

    /// Arguments for the program of an image, or none.
    fn of_image(&mut self, line: &Line) {
        let image = line.container.and_then(|index| self.stack.container(index)).map(|it| &it.image);
        let tool = image.and_then(|image| image.value()).and_then(|image| self.tools.of_image(image));
        let Some(tool) = tool else {
            // Most entrypoints run a command that they are given as it is.
            if self.tools.of_words(&line.words).is_some_and(|tool| !tool.does.is_empty()) {
                return self.line(&Line { is_of_image: false, ..line.clone() });
            }
            let unknown = image.and_then(|image| image.reason().cloned());
            let what = format!("what the job {} does", self.job.name).into();
            return self.dark(unknown.unwrap_or(Reason::Image { what }));
        };
        if !tool.does.is_empty() || tool.is_unknown || tool.program.is_none() {
            let own = line.words.iter();
            let words = std::iter::once(String::new()).chain(own.cloned()).collect();
            self.apply(tool, &Line { words, ..line.clone() });
        }
        if let Some(program) = tool.program.as_ref().filter(|_| !line.words.is_empty()) {
            let words = std::iter::once(program.clone()).chain(line.words.iter().cloned()).collect();
            self.line(&Line { words, is_of_image: false, ..line.clone() });
        }
    }

    fn apply(&mut self, tool: &Tool, line: &Line) {
        if tool.is_unknown {
            let what = format!("what {} is made to do by the job {}", tool.words.join(" "), self.job.name).into();
            self.dark(Reason::Unseen { what });
        }
        for word in &tool.does {
            if !self.reading.does.iter().any(|(known, _)| known == word) {
                self.reading.does.push((word.clone(), line.at));
            }
        }
        let makes = tool.does.iter().any(|word| MAKES.contains(&word.as_str()));
        self.has_data |= makes;
        self.reading.volumes |= tool.volumes;
        if !tool.does.is_empty() {
            self.reading.of.extend(tool.of.iter().cloned());
            self.hosts(tool, line);
            self.keep(tool, line);
        }
        if self.has_data || !tool.does.is_empty() {
            self.places(tool, line);
        }
        let says = |name: &String| match look(name, tool, line, self.stack) {
            Looked::Given(given) => Some(given.at),
            Looked::Unknown(_) => Some(line.at),
            // A flag may stand without a value.
            Looked::Absent | Looked::Open(_) => has(name, &line.words).map(|_| line.at),
        };
        let encrypted = if tool.encrypts { Some(line.at) } else { tool.encrypted.iter().find_map(says) };
        self.reading.encrypted = self.reading.encrypted.or(encrypted);
    }

    fn hosts(&mut self, tool: &Tool, line: &Line) {
        for name in &tool.hosts {
            match look(name, tool, line, self.stack) {
                Looked::Given(given) if given.text.contains(HOLE) => {
                    let what = format!("the host that the job {} works on", self.job.name).into();
                    let reason = given.why.or_else(|| line.reason.clone()).unwrap_or(Reason::Unseen { what });
                    self.reading.host_open.get_or_insert(reason);
                }
                // These may be the name of a database as well as an address.
                Looked::Given(given) if DATABASES.contains(&name.as_str()) => {
                    self.reading.hosts.extend(hosts("", &given.text));
                }
                Looked::Given(given) => self.reading.hosts.extend(hosts("HOST", &given.text)),
                Looked::Unknown(reason) | Looked::Open(reason) => {
                    self.reading.host_open.get_or_insert(reason);
                }
                Looked::Absent => {}
            }
        }
    }

    fn places(&mut self, tool: &Tool, line: &Line) {
        let mut store = None;
        for name in &tool.endpoint {
            match look(name, tool, line, self.stack) {
                Looked::Given(given) => store = Some(given.text),
                // It has an address; which, is not known.
                Looked::Unknown(_) => store = Some(HOLE.to_string()),
                Looked::Open(_) | Looked::Absent => continue,
            }
            break;
        }
        for name in &tool.to {
            match look(name, tool, line, self.stack) {
                Looked::Given(given) => self.place(&given, store.as_deref(), line),
                Looked::Unknown(reason) | Looked::Open(reason) => {
                    self.has_place = true;
                    self.reading.place_open.get_or_insert(reason);
                }
                Looked::Absent => {}
            }
        }
    }

    fn place(&mut self, given: &Given, store: Option<&str>, line: &Line) {
        // What runs by `exec` sees the folders of the container that it runs in.
        let entered = line.inside.as_ref().and_then(|name| self.names.named(name).first().copied());
        let reason = given.why.clone().or_else(|| line.reason.clone());
        let line = &Line { container: entered.or(line.container), reason, ..line.clone() };
        if let Some(place) = destination(given, store, line, &self.names, self.stack) {
            self.has_place = true;
            if !self.reading.places.iter().any(|known| known.text == place.text) {
                self.reading.places.push(place);
            }
        }
    }

    fn keep(&mut self, tool: &Tool, line: &Line) {
        let mut is_seen = false;
        for (name, unit) in &tool.keep {
            match look(name, tool, line, self.stack) {
                Looked::Given(given) => {
                    is_seen = true;
                    match amount(&given.text, *unit) {
                        Some(amount) if self.reading.keep.is_none_or(|(known, _)| known < amount) => {
                            self.reading.keep = Some((amount, given.at));
                        }
                        Some(_) => {}
                        None => self.unsure_how_long(given.why.or_else(|| line.reason.clone())),
                    }
                }
                Looked::Unknown(reason) | Looked::Open(reason) => {
                    is_seen = true;
                    self.unsure_how_long(Some(reason));
                }
                Looked::Absent => {}
            }
        }
        for name in &tool.keep_count {
            match look(name, tool, line, self.stack) {
                Looked::Given(given) => {
                    is_seen = true;
                    match given.text.trim().parse::<i64>() {
                        Ok(count) => self.reading.keep_count = Some((count, given.at)),
                        Err(_) => self.unsure_how_long(given.why.or_else(|| line.reason.clone())),
                    }
                }
                Looked::Unknown(reason) | Looked::Open(reason) => {
                    is_seen = true;
                    self.unsure_how_long(Some(reason));
                }
                Looked::Absent => {}
            }
        }
        if !is_seen
            && tool.does.iter().any(|word| word == "prune")
            && !tool.does.iter().any(|word| MAKES.contains(&word.as_str()))
        {
            self.unsure_how_long(None);
        }
    }

    fn unsure_how_long(&mut self, reason: Option<Reason>) {
        let what = format!("what the job {} leaves when it deletes", self.job.name).into();
        self.reading.keep_open.get_or_insert(reason.unwrap_or(Reason::Unseen { what }));
    }
}

/// `7` of a unit, `+7` as `find` writes it, or a duration with a unit of its own (`7d`, `1y5m`).
fn amount(text: &str, unit: u64) -> Option<Duration> {
    let text = text.trim().trim_start_matches('+');
    match text.parse::<u64>() {
        Ok(number) => Some(Duration(number.saturating_mul(unit))),
        Err(_) => Duration::parse(text),
    }
}

/// Adds the hosts that the settings of the containers name, where no tool was given one.
pub(super) fn hosts_of_settings(reading: &mut Reading, stack: &Stack) {
    if !reading.hosts.is_empty() || !reading.inside.is_empty() {
        return;
    }
    for container in reading.containers.iter().filter_map(|index| stack.container(*index)) {
        for setting in container.settings.iter().filter_map(|index| stack.setting(*index)) {
            match &setting.value.state {
                State::Set(value) => reading.hosts.extend(hosts(&setting.name, value.expose())),
                State::Unknown(reason) if is_host_like(&setting.name) => {
                    reading.host_open.get_or_insert(reason.clone());
                }
                State::Unknown(_) | State::Absent => {}
            }
        }
        if let Some(gap) = stack.open_in(crate::model::SubjectKind::Setting, container) {
            reading.host_open.get_or_insert(gap.reason.clone());
        }
    }
}
