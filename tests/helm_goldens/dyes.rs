//! Every literal line of a chart's templates gets a mark of its own; wherever the mark shows up in what
//! is rendered, the line has to say that it came from there.
//!
//! This needs no knowledge of Helm and no guess: a byte that only one line of one template holds came
//! from that line, whatever calls, indentation and functions it went through.

use crate::cases::{folder, lists, options, root};
use regex::Regex;
use seaworthy::helm::chart::files::{ChartFiles, FileError, Listed, RootedFiles};
use seaworthy::helm::render::{Mode, RenderOptions, Rendered, render};
use seaworthy::source::Sources;
use seaworthy::source::origin::{Origin, OriginKind};
use serde_json::json;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

/// A mark: letters and digits, so that neither YAML nor most functions mind it.
static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?i)zq([0-9]+)qz").unwrap());

/// The files of a chart, its templates with marks.
struct Dyed<'f> {
    inner: &'f RootedFiles,
    /// For each mark the template and the number of the line that holds it.
    marks: Mutex<Vec<(String, u32)>>,
}

impl ChartFiles for Dyed<'_> {
    fn list(&self, path: &str) -> Result<Vec<Listed>, FileError> {
        self.inner.list(path)
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let bytes = self.inner.read(path)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) if path.contains("templates/") => Ok(Arc::from(self.dyed(path, text).as_bytes())),
            _ => Ok(bytes),
        }
    }
}

impl Dyed<'_> {
    /// The text with a mark behind the last letter or digit of each line without an action.
    fn dyed(&self, path: &str, text: &str) -> String {
        let mut marks = self.marks.lock().unwrap();
        let mut dyed = String::new();
        let mut is_inside = false;
        for (index, line) in (1..).zip(text.split_inclusive('\n')) {
            let (opens, closes) = (line.rfind("{{"), line.rfind("}}"));
            let is_literal = !is_inside && opens.is_none() && closes.is_none();
            is_inside = if opens == closes { is_inside } else { opens > closes };
            match line.rfind(|c: char| c.is_ascii_alphanumeric()).filter(|_| is_literal) {
                Some(last) => {
                    dyed.push_str(&line[..=last]);
                    dyed.push_str(&format!("zq{}qz", marks.len()));
                    dyed.push_str(&line[last + 1..]);
                    marks.push((path.to_owned(), index));
                }
                None => dyed.push_str(line),
            }
        }
        dyed
    }
}

/// How many lines with marks there were, how many name the line of their mark at their first character,
/// how many at the mark, and examples of others.
#[derive(Default)]
struct Count {
    all: usize,
    at_start: usize,
    at_mark: usize,
    wrong: Vec<String>,
}

fn check(rendered: &Rendered, sources: &Sources, marks: &[(String, u32)], count: &mut Count) {
    for file in &rendered.files {
        let source = sources.get(file.source);
        let map = source.origins.as_ref().unwrap();
        let mut offset = 0;
        for line in source.expose().split_inclusive('\n') {
            let here = offset;
            offset += line.len();
            let Some(found) = MARK.captures(line) else { continue };
            let Some((path, number)) = found[1].parse::<usize>().ok().and_then(|mark| marks.get(mark)) else {
                continue;
            };
            let named = |at: usize| -> Option<(String, u32)> {
                let chain: &[Origin] = map.chain(u32::try_from(here + at).unwrap())?;
                let first = chain.first().filter(|origin| origin.kind == OriginKind::Template)?;
                let template = sources.get(first.span?.source);
                Some((template.name.to_string(), template.position(first.span?.start).line))
            };
            let is_right = |at: usize| named(at).is_some_and(|named| named == (path.clone(), *number));
            let start = line.len() - line.trim_start().len();
            count.all += 1;
            count.at_start += usize::from(is_right(start));
            count.at_mark += usize::from(is_right(found.get(0).unwrap().start()));
            if !is_right(start) && count.wrong.len() < 200 {
                let told = named(start);
                count.wrong.push(format!("{} {:?} of {path}:{number} says {told:?}", file.name, line.trim()));
            }
        }
    }
}

/// Renders a chart with marks and counts; false if it cannot be rendered so.
fn count(root: &Path, chart: &str, sources: &Sources, options: &RenderOptions<'_>, total: &mut Count) -> bool {
    let inner = RootedFiles::new(root).unwrap();
    let dyed = Dyed { inner: &inner, marks: Mutex::default() };
    let Ok(rendered) = render(&dyed, chart, sources, options) else { return false };
    check(&rendered, sources, &dyed.marks.lock().unwrap(), total);
    true
}

#[test]
fn marked_lines_of_our_charts_name_their_places() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/helm");
    let mut total = Count::default();
    for entry in std::fs::read_dir(&root).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let sources = Sources::new();
        let mut options = RenderOptions::default();
        let more = format!("{name}/values-production.yaml");
        if let Ok(text) = std::fs::read_to_string(root.join(&more)) {
            options.values.push(sources.add(more.as_str(), text));
        }
        assert!(count(&root, &name, &sources, &options, &mut total), "{name}");
    }
    assert!(total.all >= 50 && total.wrong.is_empty(), "{} of {}: {:#?}", total.at_start, total.all, total.wrong);
    assert_eq!(total.at_mark, total.all);
}

#[test]
fn marked_lines_of_other_charts_name_their_places() {
    let Some(folder) = folder() else { return };
    let (mut total, mut rendered, mut refused) = (Count::default(), 0, 0);
    for case in lists(&folder).into_iter().flat_map(|(_, cases)| cases).filter(|case| case["output"] != json!(null)) {
        let sources = Sources::new();
        let options = options(&folder, &case, &sources, Mode::Audit);
        let chart = case["chart"].as_str().unwrap();
        let is_rendered = count(&root(&folder, &case), chart, &sources, &options, &mut total);
        *if is_rendered { &mut rendered } else { &mut refused } += 1;
    }
    for wrong in &total.wrong {
        println!("marked: {wrong}");
    }
    println!(
        "marked lines: {} of {} right at their first character, {} at the mark; {rendered} renders, {refused} refused",
        total.at_start, total.all, total.at_mark
    );
    assert!(total.at_start * 100 >= total.all * 99 && total.at_mark * 100 >= total.all * 99);
}
