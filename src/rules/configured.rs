//! How a pack says that an app is configured: its keys `config`, `settings` and `complete`.

use super::compile::Compiler;
use super::read::unknown_keys;
use crate::appconfig::{App, ConfigFile, Declared, Ignored, Spelling};
use crate::model::{Base, Cpu, Duration, Kind, Memory, SettingSource};
use crate::source::nearest::one_of;
use crate::source::{Span, Text};
use crate::syntax::{Node, Syntax, Value};
use regex::Regex;

/// The ways of setting a value that `order` may name, in the order that holds without it.
const ORDER: [SettingSource; 5] =
    [SettingSource::Default, SettingSource::File, SettingSource::Env, SettingSource::Flag, SettingSource::Sibling];

/// The words of grammars that `syntax` may name.
const SYNTAXES: [(&str, Syntax); 8] = [
    ("yaml", Syntax::Yaml),
    ("json", Syntax::Json),
    ("toml", Syntax::Toml),
    ("env", Syntax::Dotenv),
    ("ini", Syntax::Ini),
    ("properties", Syntax::Properties),
    ("postgresql", Syntax::Postgres),
    ("directives", Syntax::Directives),
];

/// The words of types that a setting may have.
const TYPES: [(&str, Base); 16] = [
    ("text", Base::Text),
    ("word", Base::Text),
    ("url", Base::Text),
    ("host", Base::Text),
    ("cidr", Base::Text),
    ("path", Base::Text),
    ("version", Base::Text),
    ("base64", Base::Text),
    ("hex", Base::Text),
    ("boolean", Base::Boolean),
    ("integer", Base::Integer),
    ("port", Base::Integer),
    ("number", Base::Number),
    ("memory", Base::Memory),
    ("duration", Base::Duration),
    ("json", Base::Json),
];

/// Reads what an app's entry says of its configuration.
pub(super) fn app(compiler: &mut Compiler<'_>, name: &str, node: &Node) -> App {
    let mut app = App { name: name.to_owned(), order: ORDER.to_vec(), empty_is_absent: true, ..App::default() };
    if let Some(config) = node.get("config") {
        config_of(compiler, config, &mut app);
    }
    app.complete = boolean(compiler, node.get("complete")).unwrap_or(false);
    for entry in node.get("settings").map_or(&[][..], Node::entries) {
        let declared = declared(compiler, entry.name(), &entry.value);
        app.settings.push(declared);
    }
    app
}

fn config_of(compiler: &mut Compiler<'_>, config: &Node, app: &mut App) {
    let keys = ["files", "env", "sibling", "order", "keys", "empty", "flags"];
    unknown_keys(compiler, config, &keys, "config");
    for node in config.get("files").map_or(&[][..], Node::items) {
        let file = file(compiler, node);
        app.files.push(file);
    }
    if let Some(env) = config.get("env") {
        unknown_keys(compiler, env, &["prefix", "join"], "env");
        let text = |key: &str, otherwise: &str| env.get(key).and_then(Node::text).unwrap_or(otherwise).to_owned();
        app.env = Some((text("prefix", ""), text("join", "_")));
    }
    app.sibling = config.get("sibling").and_then(Node::text).map(str::to_owned);
    if let Some(order) = config.get("order") {
        app.order = order.items().iter().filter_map(|item| way(compiler, item)).collect();
    }
    for node in one_or_more(config.get("keys")) {
        match node.text() {
            Some("exact") => {}
            Some("ignore-case") => app.spelling = Spelling { ignore_case: true, ..app.spelling },
            Some("split-dots") => app.spelling = Spelling { split_dots: true, ..app.spelling },
            other => {
                wrong_word(compiler, node.span, other, "spelling of keys", &["exact", "ignore-case", "split-dots"])
            }
        }
    }
    if let Some(node) = config.get("empty") {
        app.empty_is_absent = empty_is_absent(compiler, node);
    }
    if let Some(flags) = config.get("flags") {
        unknown_keys(compiler, flags, &["assign", "long"], "flags");
        app.assigning = texts(flags.get("assign"));
        app.long_flags = boolean(compiler, flags.get("long")).unwrap_or(false);
    }
}

/// Whether nothing is set by a value without characters.
fn empty_is_absent(compiler: &mut Compiler<'_>, node: &Node) -> bool {
    let word = node.text();
    if !matches!(word, Some("absent" | "value")) {
        wrong_word(compiler, node.span, word, "meaning of an empty value", &["absent", "value"]);
    }
    word != Some("value")
}

fn file(compiler: &mut Compiler<'_>, node: &Node) -> ConfigFile {
    unknown_keys(compiler, node, &["path", "from", "syntax", "section", "under", "made"], "a config file");
    let mut file = ConfigFile {
        paths: texts(node.get("path")),
        from: texts(node.get("from")),
        sections: texts(node.get("section")),
        under: texts(node.get("under")),
        made: boolean(compiler, node.get("made")).unwrap_or(false),
        syntax: None,
    };
    if let Some(path) =
        file.paths.iter().find(|path| path.rsplit_once('/').is_some_and(|(folder, _)| folder.contains('*')))
    {
        compiler.error(node.span, format!("a star may stand in the last part of a path only, unlike in \"{path}\""));
    }
    if file.paths.is_empty() && file.from.is_empty() {
        compiler.error(node.span, "a config file needs path or from, which say where it is");
    }
    if let Some(node) = node.get("syntax") {
        let word = node.text();
        file.syntax = SYNTAXES.iter().find(|(known, _)| Some(*known) == word).map(|(_, syntax)| *syntax);
        if file.syntax.is_none() {
            wrong_word(compiler, node.span, word, "grammar", &SYNTAXES.map(|(word, _)| word));
        }
    }
    file
}

fn declared(compiler: &mut Compiler<'_>, name: &str, node: &Node) -> Declared {
    let mut declared = Declared { name: name.to_owned(), ..Declared::default() };
    if node.is_null() {
        return declared;
    }
    let keys = ["type", "env", "flag", "default", "partial", "ignore", "empty", "secret", "tags", "was"];
    if node.as_mapping().is_none() {
        compiler.error(node.span, "a setting is a mapping, such as {type: integer, default: 10}");
    }
    unknown_keys(compiler, node, &keys, "a setting");
    declared.kind = node.get("type").and_then(|node| kind(compiler, node));
    declared.env = texts(node.get("env"));
    declared.flags = texts(node.get("flag")).iter().map(|flag| flag.trim_start_matches('-').to_owned()).collect();
    declared.default = match node.get("default").map(|node| (node, &node.value)) {
        None => None,
        Some((node, Value::Scalar(_))) => node.text().map(Text::from),
        Some((_, Value::Sequence(items))) => {
            let texts: Vec<&str> = items.iter().filter_map(Node::text).collect();
            Some(Text::new(serde_json::json!(texts).to_string()))
        }
        Some((node, Value::Mapping(_))) => {
            compiler.error(node.span, "a default is a value or a list of values");
            None
        }
    };
    declared.partial = node.get("partial").and_then(Node::text).map(Text::from);
    for node in one_or_more(node.get("ignore")) {
        declared.ignored.extend(ignored(compiler, node));
    }
    declared.may_be_empty = node.get("empty").is_some_and(|node| !empty_is_absent(compiler, node));
    declared.secret = boolean(compiler, node.get("secret"));
    declared.tags = texts(node.get("tags"));
    declared.was = texts(node.get("was"));
    declared
}

/// A value that an app does not take.
fn ignored(compiler: &mut Compiler<'_>, node: &Node) -> Vec<Ignored> {
    let entries = node.entries();
    if entries.is_empty() {
        return node.text().map(|text| Ignored::Text(text.to_owned())).into_iter().collect();
    }
    let mut found = Vec::new();
    for entry in entries {
        let text = entry.value.text().unwrap_or_default();
        let number = text.parse::<f64>().ok();
        match (entry.name(), number) {
            ("matches", _) => match Regex::new(text) {
                Ok(expression) => found.push(Ignored::Matches(expression)),
                Err(_) => compiler.error(entry.value.span, format!("\"{text}\" is no regular expression")),
            },
            ("below", Some(number)) => found.push(Ignored::Below(number)),
            ("above", Some(number)) => found.push(Ignored::Above(number)),
            ("below" | "above", None) => compiler.error(entry.value.span, format!("\"{text}\" is not a number")),
            (word, _) => {
                let words = ["matches", "below", "above"];
                wrong_word(compiler, entry.key.span, Some(word), "condition of ignored values", &words);
            }
        }
    }
    found
}

/// A type with its unit: `integer`, `duration(s)`, `memory(8Ki)`, `list(cidr)`.
fn kind(compiler: &mut Compiler<'_>, node: &Node) -> Option<Kind> {
    let text = node.text().unwrap_or_default();
    let (outer, inner) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((outer, inner)) => (outer, Some(inner)),
        None => (text, None),
    };
    let base = |word: &str| TYPES.iter().find(|(known, _)| *known == word).map(|(_, base)| *base);
    let (base, unit, list) = match (outer, inner) {
        ("list", Some(inner)) => (base(inner), None, true),
        (word, unit) => (base(word), unit, false),
    };
    let Some(base) = base else {
        let words: Vec<&str> = TYPES.iter().map(|(word, _)| *word).collect();
        compiler.error(
            node.span,
            format!("there is no type \"{text}\"{}", one_of(inner.filter(|_| list).unwrap_or(outer), &words)),
        );
        return None;
    };
    let Some(unit) = unit else { return Some(Kind { base, unit: None, list }) };
    #[allow(clippy::cast_precision_loss, reason = "units are small")]
    let counted = match base {
        Base::Memory => unit_of(unit, |text| Memory::kubernetes(text).map(|memory| memory.0)),
        Base::Duration => unit_of(unit, |text| Duration::parse(text).map(|duration| duration.0)),
        Base::Cpu => unit_of(unit, |text| Cpu::parse(text).map(|cpu| cpu.0)),
        _ => None,
    };
    if counted.is_none() {
        compiler
            .error(node.span, format!("\"{unit}\" is no unit of {outer}; write it like duration(s) or memory(8Ki)"));
    }
    Some(Kind { base, unit: counted.map(|count| count as f64), list })
}

/// What one of a unit comes to: `s` or `8Ki`.
fn unit_of(text: &str, read: impl Fn(&str) -> Option<u64>) -> Option<u64> {
    read(text).or_else(|| read(&format!("1{text}"))).filter(|count| *count > 0)
}

fn way(compiler: &mut Compiler<'_>, node: &Node) -> Option<SettingSource> {
    let found = ORDER.into_iter().find(|source| Some(source.word()) == node.text());
    if found.is_none() {
        wrong_word(compiler, node.span, node.text(), "way of setting a value", &ORDER.map(SettingSource::word));
    }
    found
}

fn boolean(compiler: &mut Compiler<'_>, node: Option<&Node>) -> Option<bool> {
    let node = node?;
    match node.text() {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => {
            compiler.error(node.span, "write true or false");
            None
        }
    }
}

fn wrong_word(compiler: &mut Compiler<'_>, at: Span, word: Option<&str>, what: &str, words: &[&str]) {
    let word = word.unwrap_or_default();
    compiler.error(at, format!("\"{word}\" is no {what}{}", one_of(word, words)));
}

/// One node, or the items of a list.
fn one_or_more(node: Option<&Node>) -> &[Node] {
    match node {
        Some(Node { value: Value::Sequence(items), .. }) => items,
        Some(node) => std::slice::from_ref(node),
        None => &[],
    }
}

fn texts(node: Option<&Node>) -> Vec<String> {
    one_or_more(node).iter().filter_map(Node::text).map(str::to_owned).collect()
}
