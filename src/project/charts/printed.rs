//! What a chart renders to, as `helm template` prints it: raw, line by line, each with its place.

use crate::helm::render::{Rendered, RenderedFile};
use crate::source::{Sources, Span};

/// A line of rendered text. The text is raw by purpose and may hold secrets, so there is no `Debug`.
pub struct PrintedLine {
    /// The line without its end.
    pub text: String,
    /// Its bytes in the rendered source.
    pub span: Span,
}

/// One rendered text.
pub struct Printed {
    /// `CHART/templates/x.yaml`
    pub name: String,
    /// Its lines; a text that ends with a line break ends with an empty one.
    pub lines: Vec<PrintedLine>,
}

/// What `helm template` prints beside the manifests, as its options of these names say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extent {
    /// The custom resource definitions below crds/, before everything else.
    pub include_crds: bool,
    /// All but what `helm test` runs.
    pub skip_tests: bool,
}

/// The documents that Helm would install, in its order, hooks behind. What Helm could not read is
/// added to the problems.
pub fn documents(rendered: &mut Rendered, extent: Extent, sources: &Sources) -> Vec<Printed> {
    let mut found = rendered.manifests(sources);
    found.retain(|document| !(extent.skip_tests && document.manifest.is_test()));
    let crds = rendered.crds.iter().filter(|_| extent.include_crds);
    let mut texts: Vec<Printed> = crds.map(|crd| whole(crd, sources)).collect();
    let last = found.iter().rposition(|document| document.manifest.hook.is_none());
    let documents = found.iter().enumerate().map(|(index, document)| {
        let range = &document.manifest.range;
        let mut span = Span::new(document.source, range.start, range.end);
        if Some(index) == last {
            // Helm cuts the white space behind everything but hooks.
            let source = sources.get(document.source);
            let kept = source.slice(span).trim_end().len();
            span = Span::new(document.source, range.start, range.start + kept);
        }
        let name = rendered.files.iter().find(|file| file.source == document.source);
        Printed { name: name.map(|file| file.name.clone()).unwrap_or_default(), lines: lines(span, sources) }
    });
    texts.extend(documents);
    if last.is_none()
        && let Some(crd) = texts.iter_mut().rfind(|text| rendered.crds.iter().any(|crd| crd.name == text.name))
    {
        while crd.lines.len() > 1 && crd.lines.last().is_some_and(|line| line.text.trim().is_empty()) {
            crd.lines.pop();
        }
    }
    texts
}

/// The whole text of one rendered file, whatever its kind. The file may be named as in the chart
/// (`templates/x.yaml`) or as Helm names it (`shop/templates/x.yaml`).
#[must_use]
pub fn file(rendered: &Rendered, name: &str, sources: &Sources) -> Option<Printed> {
    let name = name.trim_start_matches("./");
    let within = |full: &str| full.split_once('/').is_some_and(|(_, inner)| inner == name);
    let file = rendered.files.iter().find(|file| file.name == name || within(&file.name))?;
    Some(whole(file, sources))
}

fn whole(file: &RenderedFile, sources: &Sources) -> Printed {
    let length = sources.get(file.source).expose().len();
    Printed { name: file.name.clone(), lines: lines(Span::new(file.source, 0, length), sources) }
}

/// The lines of a rendered text.
#[must_use]
pub fn lines(span: Span, sources: &Sources) -> Vec<PrintedLine> {
    let source = sources.get(span.source);
    let mut start = span.range().start;
    let line = |text: &str| {
        let end = start + text.len();
        let line = PrintedLine { text: text.to_owned(), span: Span::new(span.source, start, end) };
        start = end + 1;
        line
    };
    source.slice(span).split('\n').map(line).collect()
}
