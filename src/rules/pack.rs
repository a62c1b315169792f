//! Packs: what is known of apps, and names that their rules share.

use super::catalogue::{self, Catalogue};
use super::compile::{Compiler, Defines};
use super::condition::{Condition, Operand};
use super::configured;
use super::declared::{self, DeclaredFact};
use super::error::Error;
use super::path::PROVIDED;
use super::pattern::Pattern;
use super::read::unknown_keys;
use super::tool::{self, Tool};
use crate::appconfig;
use crate::model::SubjectKind;
use crate::model::queryable::{ThingKind, Type};
use crate::source::Source;
use crate::source::nearest::one_of;
use crate::syntax::Node;
use std::sync::Arc;

/// What is known of apps.
pub struct Pack {
    /// Its name: its folder under `rules/`.
    pub name: String,
    /// For people.
    pub title: String,
    /// Whether its rules are asked even where none of its apps was recognised.
    pub always: bool,
    /// Its apps.
    pub apps: Vec<App>,
    /// Values that its apps publish as defaults.
    pub known_defaults: Option<Pattern>,
    /// Sample texts that stand for a value to be replaced.
    pub placeholders: Option<Pattern>,
    /// The checklist that it follows, chapter by chapter.
    pub checklist: Vec<Chapter>,
    /// Facts that only an operator can tell.
    pub facts: Vec<DeclaredFact>,
    /// What commands and images of jobs do.
    pub tools: Vec<Tool>,
    /// The file that it was read from.
    pub file: String,
}

/// A chapter of the checklist that a pack follows.
#[derive(Debug)]
pub struct Chapter {
    /// Its heading.
    pub title: String,
    /// Its items with their titles, in the order of the source.
    pub items: Vec<(String, String)>,
}

/// How an app is recognised and what it does.
#[derive(Clone)]
pub struct App {
    /// Its name.
    pub name: String,
    /// The app that it is built on, if one: what that has and this does not say is this one's too.
    pub like: Option<String>,
    /// What it does.
    pub role: String,
    /// Repositories of its images: the last part, or more of the end behind a `/`.
    pub images: Vec<String>,
    /// Settings, one of which has to be there.
    pub env: Vec<String>,
    /// Units of systemd, without suffix and instance.
    pub units: Vec<String>,
    /// Programs that units start: names of files, of a Java archive its own.
    pub programs: Vec<String>,
    /// Paths at which nobody else is given a config file.
    pub files: Vec<String>,
    /// The user that its published image names, where nothing else is written.
    pub user: Option<String>,
    /// What its containers have beyond what the files say.
    pub provides: Vec<(String, Arc<[Case]>)>,
    /// What its ports are for, each with the number that it has.
    pub ports: Vec<(String, Arc<[Operand]>)>,
    /// The metrics that it exports, if its pack lists them.
    pub metrics: Option<Arc<Catalogue>>,
    /// How it finds its settings.
    pub config: appconfig::App,
}

/// One of several values, the first that applies.
pub struct Case {
    /// Whether it applies.
    pub when: Option<Condition>,
    /// The values then.
    pub then: Then,
}

/// What a case comes to.
pub enum Then {
    /// These values.
    Values(Vec<Operand>),
    /// The files do not decide it: what would have to be known.
    Unknown(String),
}

const KEYS: [&str; 10] =
    ["name", "title", "active", "define", "apps", "known-defaults", "placeholders", "facts", "tools", "checklist"];

/// Reads a pack file.
pub(super) fn pack(source: &Source, root: &Node, name: &str, defines: &Defines<'_>) -> Result<Pack, Vec<Error>> {
    let container = Type::Thing(ThingKind::Subject(SubjectKind::Container));
    let mut compiler = Compiler::new(source, defines, container);
    unknown_keys(&mut compiler, root, &KEYS, "a pack");
    let written = root.get("name").and_then(Node::text).unwrap_or_default();
    if written != name {
        let at = root.get("name").map_or(root.span, |node| node.span);
        compiler.error(at, format!("the name is \"{written}\", but the folder makes it \"{name}\""));
    }
    let active = root.get("active");
    let always = active.and_then(Node::text) == Some("always");
    if let Some(node) = active.filter(|node| !matches!(node.text(), Some("always" | "recognised"))) {
        let word = node.text().unwrap_or_default();
        compiler.error(node.span, format!("\"{word}\" is no active{}", one_of(word, &["recognised", "always"])));
    }
    for define in root.get("define").map_or(&[][..], Node::entries) {
        compiler.check_predicate(define);
    }
    let apps = root.get("apps").map_or(&[][..], Node::entries);
    let apps = apps.iter().map(|entry| app(&mut compiler, entry.name(), &entry.value)).collect();
    let known_defaults = expressions(&mut compiler, root.get("known-defaults"), &|text| format!("^(?i:{text})$"));
    // A placeholder counts as the whole value or between delimiters, not inside another word.
    let delimited = |text: &str| format!("(?i)(^|[^a-z0-9])(?:{text})($|[^a-z0-9])");
    let placeholders = expressions(&mut compiler, root.get("placeholders"), &delimited);
    let checklist = chapters(&mut compiler, root.get("checklist"));
    let facts = declared::facts(source, root, name).unwrap_or_else(|mut errors| {
        compiler.errors.append(&mut errors);
        Vec::new()
    });
    let tools = tool::tools(&mut compiler, root.get("tools"));
    if !compiler.errors.is_empty() {
        return Err(compiler.errors);
    }
    let title = root.get("title").and_then(Node::text).unwrap_or(name).to_owned();
    let file = source.name.to_string();
    Ok(Pack { name: name.to_owned(), title, always, apps, known_defaults, placeholders, checklist, facts, tools, file })
}

fn chapters(compiler: &mut Compiler<'_>, node: Option<&Node>) -> Vec<Chapter> {
    let mut chapters = Vec::new();
    for chapter in node.map_or(&[][..], Node::items) {
        unknown_keys(compiler, chapter, &["chapter", "items"], "a chapter");
        let title = chapter.get("chapter").and_then(Node::text).unwrap_or_default();
        let entries = chapter.get("items").map_or(&[][..], Node::entries);
        let items: Vec<(String, String)> = entries
            .iter()
            .map(|entry| (entry.name().to_owned(), entry.value.text().unwrap_or_default().trim().to_owned()))
            .collect();
        for (entry, _) in entries.iter().zip(&items).filter(|(_, (_, title))| title.is_empty()) {
            compiler.error(entry.key.span, format!("the item {} needs its title behind it", entry.name()));
        }
        if title.is_empty() || items.is_empty() {
            compiler.error(
                chapter.span,
                "a chapter of a checklist needs its title under `chapter`, and `items` with a title each",
            );
        }
        chapters.push(Chapter { title: title.to_owned(), items });
    }
    chapters
}

/// Texts, taken literally, and `{matches: expression}`.
fn expressions(compiler: &mut Compiler<'_>, node: Option<&Node>, frame: &dyn Fn(&str) -> String) -> Option<Pattern> {
    let node = node?;
    let mut found = Vec::new();
    for item in node.items() {
        let Some(node) = item.get("matches") else {
            found.push(regex::escape(item.text().unwrap_or_default()));
            continue;
        };
        let expression = node.text().unwrap_or_default();
        // By itself, so that what is open in it cannot be closed by another.
        match Pattern::new(expression) {
            Ok(_) => found.push(format!("(?:{expression})")),
            Err(message) => compiler.error(node.span, message),
        }
    }
    if found.is_empty() {
        return None;
    }
    Pattern::new(frame(&found.join("|"))).map_err(|message| compiler.error(node.span, message)).ok()
}

fn app(compiler: &mut Compiler<'_>, name: &str, node: &Node) -> App {
    let keys = ["role", "like", "recognise", "config", "complete", "settings", "provides", "metrics", "user"];
    unknown_keys(compiler, node, &keys, "an app");
    let recognise = node.get("recognise");
    if let Some(recognise) = recognise {
        unknown_keys(compiler, recognise, &["images", "env", "units", "programs", "files"], "recognise");
    }
    let texts = |key: &str| {
        let list = recognise.and_then(|node| node.get(key)).map_or(&[][..], Node::items);
        list.iter().filter_map(Node::text).map(str::to_owned).collect::<Vec<_>>()
    };
    let (images, env, units, programs) = (texts("images"), texts("env"), texts("units"), texts("programs"));
    let files = texts("files");
    if [&images, &env, &units, &programs, &files].iter().all(|list| list.is_empty()) {
        let message = format!("nothing tells how {name} is recognised; write images, env, units, programs or files");
        compiler.error(node.span, message);
    }
    let role = node.get("role").and_then(Node::text).unwrap_or("server").to_owned();
    let mut provides = Vec::new();
    let mut ports = Vec::new();
    for entry in node.get("provides").map_or(&[][..], Node::entries) {
        if entry.name() == "ports" {
            for port in entry.value.entries() {
                let number = compiler.values(Type::Integer, &port.value);
                ports.extend(number.map(|number| (port.name().to_owned(), number.into())));
            }
            continue;
        }
        let Some((_, of)) = PROVIDED.iter().find(|(known, _)| *known == entry.name()) else {
            let mut known: Vec<&str> = PROVIDED.iter().map(|(name, _)| *name).collect();
            known.push("ports");
            let hint = one_of(entry.name(), &known);
            compiler.error(entry.key.span, format!("an app cannot provide \"{}\"{hint}", entry.name()));
            continue;
        };
        provides.push((entry.name().to_owned(), cases(compiler, &entry.value, *of).into()));
    }
    let metrics = node.get("metrics").map(|node| Arc::new(catalogue::catalogue(compiler, node)));
    let config = configured::app(compiler, name, node);
    let like = node.get("like").and_then(Node::text).map(str::to_owned);
    let user = node.get("user").and_then(Node::text).map(str::to_owned);
    App {
        name: name.to_owned(),
        like,
        role,
        user,
        images,
        env,
        units,
        programs,
        files,
        provides,
        ports,
        metrics,
        config,
    }
}

/// A value, a list of values, or `cases`.
fn cases(compiler: &mut Compiler<'_>, node: &Node, of: Type) -> Vec<Case> {
    let Some(cases) = node.get("cases") else {
        let then = compiler.values(of, node).map(Then::Values);
        return then.map(|then| Case { when: None, then }).into_iter().collect();
    };
    let mut made = Vec::new();
    for case in cases.items() {
        unknown_keys(compiler, case, &["when", "then", "unknown"], "a case");
        let when = match case.get("when") {
            None => None,
            Some(when) => match compiler.condition(when) {
                Some(condition) => Some(condition),
                None => continue,
            },
        };
        let then = match (case.get("then"), case.get("unknown").and_then(Node::text)) {
            (Some(then), _) => compiler.values(of, then).map(Then::Values),
            (None, Some(what)) => Some(Then::Unknown(what.to_owned())),
            (None, None) => {
                compiler.error(case.span, "a case needs then or unknown");
                None
            }
        };
        made.extend(then.map(|then| Case { when, then }));
    }
    made
}
