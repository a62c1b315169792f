//! Every rendered text against the places that it says it came from.
//!
//! Two things can be told without knowing what Helm does. A rendered line that stands so in a
//! template, without an action, must say that it came from a line with that text. And what
//! `{{ .Values.x }}` or `{{ toYaml .Values.x }}` printed must say that it came from a place in a values
//! file that holds that text, under a name that ends with that path.

use crate::cases::{folder, lists, render_case};
use regex::Regex;
use seaworthy::helm::chart::files::RootedFiles;
use seaworthy::helm::render::{Mode, RenderOptions, Rendered, render};
use seaworthy::source::origin::OriginKind;
use seaworthy::source::{Sources, Span};
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// How many lines or pieces there were, how many told the right place, and examples of others.
#[derive(Default)]
struct Count {
    all: usize,
    right: usize,
    wrong: Vec<String>,
}

impl Count {
    fn add(&mut self, is_right: bool, what: impl FnOnce() -> String) {
        self.all += 1;
        self.right += usize::from(is_right);
        if !is_right && self.wrong.len() < 20 {
            self.wrong.push(what());
        }
    }

    fn join(&mut self, other: Self) {
        self.all += other.all;
        self.right += other.right;
        self.wrong.extend(other.wrong);
    }
}

/// What became of one chart.
#[derive(Default)]
struct Found {
    /// Lines that stand so in a template.
    literal: Count,
    /// Pieces that an action printed which names nothing but a value.
    values: Count,
    /// Lines of any kind: right if they name a line of a file at all.
    placed: Count,
}

/// The line of a source that holds the first byte of a span.
fn line_at(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.source);
    let text = source.expose();
    let start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or_default().to_owned()
}

fn place(sources: &Sources, span: Option<Span>) -> String {
    span.map_or("nowhere".to_owned(), |span| {
        let source = sources.get(span.source);
        format!("{}:{}", source.name, source.position(span.start).line)
    })
}

/// Lines of a template without an action.
fn literal_lines(text: &str) -> HashSet<String> {
    let mut lines = HashSet::new();
    let mut is_inside = false;
    for line in text.lines() {
        let was_inside = is_inside;
        let (opens, closes) = (line.rfind("{{"), line.rfind("}}"));
        is_inside = if opens == closes { is_inside } else { opens > closes };
        if !was_inside && opens.is_none() && closes.is_none() && !line.trim().is_empty() {
            lines.insert(line.trim().to_owned());
        }
    }
    lines
}

/// Whether what is shown was made from a line by a function: it has words of it, in another form.
fn has_words_of(written: &str, shown: &str) -> bool {
    let words = |text: &str| -> HashSet<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    written.trim() != shown && !words(written).is_disjoint(&words(shown))
}

/// Whether a line of a template that holds text and actions could have become a rendered line.
fn could_become(written: &str, shown: &str) -> bool {
    let (before, rest) = written.split_once("{{").unwrap_or((written, ""));
    let after = rest.rsplit_once("}}").map_or("", |(_, after)| after);
    let (before, after) = (before.trim(), after.trim());
    !(before.is_empty() && after.is_empty()) && shown.starts_with(before) && shown.ends_with(after)
}

/// `"x"`, `'x'` and `- x` as `x`.
fn bare(text: &str) -> String {
    let text = text.trim().trim_start_matches("- ").trim_end_matches(':').trim();
    // The quote that `quote` closes stands with the value.
    let text = if text.matches('"').count() == 1 { text.trim_end_matches('"') } else { text };
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let quoted = quoted.or_else(|| text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')));
    quoted.unwrap_or(text).to_owned()
}

/// Whether a place of a values file holds what was printed; numbers and booleans may be written
/// another way there.
fn holds(sources: &Sources, span: Span, piece: &str) -> bool {
    let source = sources.get(span.source);
    let rest = source.expose()[span.start as usize..].trim_start_matches("- ");
    let header = if rest.starts_with(['|', '>']) { rest.find('\n').unwrap_or(0) } else { 0 };
    let rest = rest[header..].trim_start_matches(['"', '\'', ' ', '\n']);
    let wanted = bare(piece);
    if rest.starts_with(&wanted) || wanted.is_empty() {
        return true;
    }
    let first: String = rest.lines().next().unwrap_or_default().to_owned();
    let word = bare(first.split([',', '#', '}', ']']).next().unwrap_or_default());
    match wanted.parse::<f64>() {
        Ok(number) => {
            let digits = word.replace('_', "");
            let octal = digits.strip_prefix('0').and_then(|digits| i64::from_str_radix(digits, 8).ok());
            digits.parse::<f64>().is_ok_and(|other| (other - number).abs() < f64::EPSILON)
                || octal.is_some_and(|octal| octal.to_string() == wanted)
        }
        Err(_) => match wanted.as_str() {
            "true" => matches!(word.to_lowercase().as_str(), "true" | "yes" | "on" | "y"),
            "false" => matches!(word.to_lowercase().as_str(), "false" | "no" | "off" | "n"),
            "{}" | "[]" | "null" => true,
            // Escapes and folded lines.
            _ => {
                first.contains('\\')
                    || wanted.contains('\\')
                    || wanted.split_whitespace().all(|word| rest.contains(word))
            }
        },
    }
}

fn check(rendered: &Rendered, sources: &Sources) -> Found {
    let mut literal: HashMap<String, HashSet<String>> = HashMap::new();
    let action = Regex::new(
        r"^\s*(?:toYaml\s+)?\.Values\.([A-Za-z0-9_.]+)(?:\s*\|\s*(?:toYaml|quote|n?indent\s+\d+|trim))*\s*$",
    )
    .unwrap();
    let mut found = Found::default();
    for file in &rendered.files {
        let source = sources.get(file.source);
        let text = source.expose();
        let map = source.origins.as_ref().unwrap();
        let first = |offset: usize| map.chain(u32::try_from(offset).unwrap()).and_then(|chain| chain.first().cloned());
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let shown = line.trim();
            let at = start + (line.len() - line.trim_start().len());
            start += line.len();
            if shown.is_empty() {
                continue;
            }
            let origin = first(at);
            let span = origin.as_ref().and_then(|origin| origin.span);
            let told = || format!("{} {shown:?} <- {}", file.name, place(sources, span));
            found.placed.add(span.is_some_and(|span| !sources.get(span.source).name.is_empty()), told);
            let Some(origin) = origin.filter(|origin| origin.kind == OriginKind::Template) else { continue };
            let written = origin.span.map(|span| line_at(sources, span)).unwrap_or_default();
            let whole = origin.span.map(|span| sources.get(span.source));
            let Some(lines) = whole
                .map(|source| literal.entry(source.name.to_string()).or_insert_with(|| literal_lines(source.expose())))
            else {
                continue;
            };
            let is_literal = lines.contains(written.trim()) && !has_words_of(&written, shown);
            if is_literal || (lines.contains(shown) && !could_become(&written, shown)) {
                found.literal.add(written.trim() == shown, || format!("{} of {written:?}", told()));
            }
        }
        for (index, segment) in map.segments.iter().enumerate() {
            let end = map.segments.get(index + 1).map_or(text.len(), |next| next.start as usize);
            let piece = &text[segment.start as usize..end];
            let template = segment.chain.iter().find(|origin| origin.kind == OriginKind::Template);
            let Some(span) = template.and_then(|origin| origin.span).filter(|span| span.end > span.start) else {
                continue;
            };
            let whole = sources.get(span.source);
            let written = &whole.expose()[span.start as usize..span.end as usize];
            let Some(path) = action.captures(written).map(|found| found[1].to_owned()) else { continue };
            let scalar = bare(piece.lines().next().unwrap_or_default());
            if scalar.is_empty() || matches!(piece.trim(), "-" | "|" | "|-" | "|+") {
                continue;
            }
            let first = &segment.chain[0];
            // What the options or the program itself set stands in no file.
            let Some(place_span) = first.span.filter(|_| first.kind == OriginKind::Values) else {
                found.values.add(false, || format!("{} {piece:?} of {written} has no value's place", file.name));
                continue;
            };
            let name = first.name.as_deref().unwrap_or_default();
            let is_named = name.is_empty()
                || name == path
                || name.ends_with(&format!(".{path}"))
                || format!(".{name}").contains(&format!(".{path}."))
                || format!(".{name}").contains(&format!(".{path}["))
                || path.starts_with("global.");
            let is_right = is_named && holds(sources, place_span, piece);
            found.values.add(is_right, || {
                let place = place(sources, Some(place_span));
                format!("{} {piece:?} of {written} <- {place} {name} {:?}", file.name, line_at(sources, place_span))
            });
        }
    }
    found
}

#[test]
fn lines_of_our_charts_name_their_places() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/helm");
    let files = RootedFiles::new(&root).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(&root).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let sources = Sources::new();
        let mut options = RenderOptions { mode: Mode::Faithful, ..RenderOptions::default() };
        let more = format!("{name}/values-production.yaml");
        if let Ok(text) = std::fs::read_to_string(root.join(&more)) {
            options.values.push(sources.add(more.as_str(), text));
        }
        let rendered = render(&files, &name, &sources, &options).unwrap();
        let found = check(&rendered, &sources);
        for part in [&found.literal, &found.values, &found.placed] {
            assert!(part.all > 0 && part.wrong.is_empty(), "{name}: {:#?}", part.wrong);
        }
        count += 1;
    }
    assert!(count > 1);
}

#[test]
fn lines_of_other_charts_name_their_places() {
    let Some(folder) = folder() else { return };
    let mut total = Found::default();
    let mut charts: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    for case in lists(&folder).into_iter().flat_map(|(_, cases)| cases) {
        if case["output"] == json!(null) {
            continue;
        }
        let sources = Sources::new();
        let Ok(rendered) = render_case(&folder, &case, &sources, Mode::Audit) else { continue };
        let chart = case["chart"].as_str().unwrap();
        let found = check(&rendered, &sources);
        let share = |count: &Count| count.right as f64 / (count.all.max(1)) as f64;
        let entry = charts.entry(chart.to_owned()).or_insert([1.0, 1.0]);
        if found.literal.all > 0 {
            entry[0] = entry[0].min(share(&found.literal));
        }
        if found.values.all > 0 {
            entry[1] = entry[1].min(share(&found.values));
        }
        total.literal.join(found.literal);
        total.values.join(found.values);
        total.placed.join(found.placed);
    }
    for (what, count) in [("literal", &total.literal), ("values", &total.values), ("placed", &total.placed)] {
        for wrong in count.wrong.iter().take(400) {
            println!("{what}: {wrong}");
        }
        println!("{what}: {} of {} right in {} charts", count.right, count.all, charts.len());
    }
    let below = |index: usize| charts.values().filter(|shares| shares[index] < 0.99).count();
    println!("charts below 99 %: {} for literal lines, {} for values", below(0), below(1));
    for count in [&total.literal, &total.values, &total.placed] {
        assert!(count.right * 100 >= count.all * 99, "{} of {}", count.right, count.all);
    }
}
