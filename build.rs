//! Embeds the packs under `rules/` in the binary, so that it works alone.
//!
//! Each rule is embedded whole, for its examples and documentation, and without its examples, which are
//! most of the text and are not needed to audit. What the parser makes of that is embedded beside it, as
//! every run would begin with parsing all of them.

#[path = "src/syntax/yaml/recorded.rs"]
mod recorded;

use granit_parser::Event;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    let mut events = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let whole = fs::read_to_string(file)?;
        let head = whole.find("\nexamples:").map_or(whole.as_str(), |end| &whole[..=end]);
        // What cannot be recorded is parsed when it is needed, and told with its place if it is broken.
        let parsed = parsed(head).unwrap_or_default();
        let whole_events = add(&parsed, &mut events);
        let may_sleep = name.ends_with("/pack.yaml") && !head.contains("\nactive: always\n");
        let outline = may_sleep.then(|| outline(&parsed)).flatten();
        let outline = outline.and_then(|outline| add(&outline, &mut events));
        let _ = writeln!(
            code,
            "    Embedded {{ path: {name:?}, head: {head:?}, whole: {whole:?}, events: {whole_events:?}, outline: {outline:?} }},"
        );
    }
    code.push_str("]\n");
    fs::write(out.join("embedded.bin"), events)?;
    fs::write(out.join("embedded.rs"), code)
}

type Events<'t> = Vec<(Event<'t>, Range<usize>)>;

/// What the parser makes of a text, if nothing is wrong with it.
fn parsed(text: &str) -> Option<Events<'_>> {
    let parser = granit_parser::Parser::new_from_str(text);
    parser.map(|event| event.ok().and_then(|(event, span)| Some((event, span.byte_range()?)))).collect()
}

/// Records events, if all of them can be; answers from where to where.
fn add(parsed: &Events<'_>, into: &mut Vec<u8>) -> Option<(usize, usize)> {
    let from = into.len();
    if !parsed.is_empty() && parsed.iter().all(|(event, at)| recorded::record(event, at, into)) {
        return Some((from, into.len()));
    }
    into.truncate(from);
    None
}

/// What is not needed of a pack before one of its apps is recognised.
const LATER: [&str; 2] = ["checklist", "define"];

/// What is not needed of its apps.
const LATER_OF_APPS: [&str; 4] = ["complete", "config", "provides", "settings"];

/// The events of a pack without those keys; nothing if one of the others may refer to them.
fn outline<'t>(parsed: &Events<'t>) -> Option<Events<'t>> {
    let mut kept = Vec::new();
    // For each open collection, how many nodes of it have begun; nothing for a list.
    let mut open: Vec<Option<usize>> = Vec::new();
    // How many collections were open where something began that is left out.
    let mut left_out: Option<usize> = None;
    let mut is_of_apps = false;
    for (event, at) in parsed {
        let is_end = matches!(event, Event::MappingEnd | Event::SequenceEnd);
        if is_end {
            open.pop();
        } else if is_node(event) {
            let depth = open.len();
            let is_key = open.last_mut().and_then(Option::as_mut).is_some_and(|count| {
                *count += 1;
                *count % 2 == 1
            });
            // The next key ends what was left out.
            if is_key && left_out == Some(depth) {
                left_out = None;
            }
            if let (true, None, Event::Scalar(text, ..)) = (is_key, left_out, event) {
                if depth == 1 {
                    is_of_apps = *text == "apps";
                }
                let is_later = match depth {
                    1 => LATER.contains(&&**text),
                    3 => is_of_apps && LATER_OF_APPS.contains(&&**text),
                    _ => false,
                };
                left_out = is_later.then_some(depth);
            }
        }
        if is_end && left_out.is_some_and(|depth| open.len() < depth) {
            left_out = None;
        }
        if left_out.is_none() {
            if matches!(event, Event::Alias(_)) {
                return None;
            }
            kept.push((event.clone(), at.clone()));
        }
        match event {
            Event::MappingStart(..) => open.push(Some(0)),
            Event::SequenceStart(..) => open.push(None),
            _ => {}
        }
    }
    Some(kept)
}

/// Whether an event begins a key, a value or an item.
fn is_node(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(..) | Event::Alias(_) | Event::MappingStart(..) | Event::SequenceStart(..))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    #[allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]
    {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
