//! All templates of a chart, and one run of one of them.

use super::ast::{Template, Text};
use super::error::{Cause, TemplateError};
use super::names::Names;
use super::parser::is_empty;
use super::shelf;
use crate::helm::functions::Context;
use crate::helm::value::{Builder, Came, Site, Value};
use crate::source::{SourceId, Span};
use hashbrown::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// How deep templates, structures and expressions may nest while they run.
pub const MAX_DEPTH: usize = 2000;
/// How deep templates may call each other.
pub const MAX_CALLS: usize = 250;
/// How much text all templates of a chart may write, in bytes.
pub const MAX_OUTPUT: u64 = 32 * 1024 * 1024;

/// A result of running templates.
pub type Outcome<T> = Result<T, TemplateError>;

/// From where a template was called.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The call.
    pub span: Span,
    /// The frame of the caller; 0 for none.
    pub parent: u32,
}

/// Where a text came from, and the templates that it became: its own, and those that it defines.
pub(super) type Parsed = (Came, Rc<Vec<Rc<Template>>>);

/// The templates of a chart and what bounds them.
pub struct Engine {
    /// By name.
    pub templates: HashMap<Rc<str>, Rc<Template>>,
    /// Call chains; the first one stands for none.
    pub frames: Vec<Frame>,
    /// What functions need.
    pub context: Context,
    /// `required` and `fail` tell, but do not stop.
    pub is_lenient: bool,
    /// What `required` and `fail` told.
    pub refusals: Vec<TemplateError>,
    pub(super) depth: usize,
    pub(super) calls: usize,
    pub(super) written: u64,
    /// Texts that `tpl` was given, and where they came from.
    pub(super) parsed: HashMap<Rc<str>, Parsed>,
    pub(super) names: Names,
    known_frames: HashMap<(Span, u32), u32>,
}

impl Engine {
    /// An engine without templates; `now` in seconds since 1970.
    #[must_use]
    pub fn new(now: i64) -> Self {
        let nowhere = Frame { span: Span::file(SourceId(u32::MAX)), parent: 0 };
        Self {
            templates: HashMap::new(),
            frames: vec![nowhere],
            context: Context::new(now),
            is_lenient: false,
            refusals: Vec::new(),
            depth: 0,
            calls: 0,
            written: 0,
            parsed: HashMap::new(),
            names: Names::default(),
            known_frames: HashMap::new(),
        }
    }

    /// Parses a file and adds its templates; one of the same name is replaced unless the new one is
    /// empty.
    ///
    /// # Errors
    /// If the text is not a template.
    pub fn add(&mut self, name: &str, text: Arc<str>, source: SourceId) -> Outcome<()> {
        let name: Rc<str> = name.into();
        let text = Rc::new(Text { name: name.clone(), text, source: Some(source), came: Came::Here });
        let contents = shelf::contents(&text)?;
        for (index, (defined, body)) in contents.iter().enumerate() {
            let name = if index == 0 { &name } else { defined };
            self.insert(Rc::new(Template { name: name.clone(), text: text.clone(), body: body.clone() }));
        }
        Ok(())
    }

    pub(super) fn insert(&mut self, template: Rc<Template>) {
        if !is_empty(&template) || !self.templates.contains_key(&template.name) {
            self.templates.insert(template.name.clone(), template);
        }
    }

    pub(super) fn frame(&mut self, span: Span, parent: u32) -> u32 {
        if let Some(known) = self.known_frames.get(&(span, parent)) {
            return *known;
        }
        let index = u32::try_from(self.frames.len()).unwrap_or(0);
        self.frames.push(Frame { span, parent });
        self.known_frames.insert((span, parent), index);
        index
    }

    /// Runs a template.
    ///
    /// # Errors
    /// Where it fails, or reaches a bound.
    pub fn run(&mut self, name: &str, dot: Value) -> Outcome<Builder> {
        let Some(template) = self.templates.get(name).cloned() else {
            let text = Rc::new(Text { name: name.into(), text: "".into(), source: None, came: Came::Here });
            return Err(TemplateError {
                cause: Cause::MissingTemplate,
                text,
                range: 0..0,
                message: format!("there is no template {name}"),
            });
        };
        (self.depth, self.calls) = (0, 0);
        self.execute(&template, dot, None, 0)
    }

    /// An error of a whole file.
    #[must_use]
    pub fn whole_file(&self, name: &str, message: String) -> TemplateError {
        let text =
            self.templates.get(name).map(|template| template.text.clone()).unwrap_or_else(|| {
                Rc::new(Text { name: name.into(), text: "".into(), source: None, came: Came::Here })
            });
        TemplateError { cause: Cause::Limit, text, range: 0..0, message }
    }

    /// Runs a template that another one called at `site`.
    pub(super) fn execute(
        &mut self,
        template: &Rc<Template>,
        dot: Value,
        site: Option<Site>,
        frame: u32,
    ) -> Outcome<Builder> {
        let mut run = Run {
            text: template.text.clone(),
            frame,
            // The characters of a text that `tpl` was given stand in no template.
            outer: if template.text.source.is_none() { site } else { None },
            variables: vec![(self.names.dollar(), dot.clone())],
            out: Builder::new(),
            engine: self,
        };
        run.walk(&template.body, &dot)?;
        Ok(run.out)
    }
}

/// One run of one template.
pub struct Run<'e> {
    pub(super) engine: &'e mut Engine,
    pub(super) text: Rc<Text>,
    pub(super) frame: u32,
    pub(super) outer: Option<Site>,
    pub(super) variables: Vec<(Rc<str>, Value)>,
    pub(super) out: Builder,
}

impl Run<'_> {
    /// An error at a place of this text.
    pub(super) fn error(&self, range: &Range<usize>, cause: Cause, message: impl Into<String>) -> TemplateError {
        TemplateError { cause, text: self.text.clone(), range: range.clone(), message: message.into() }
    }

    /// An error of the ordinary kind.
    pub(super) fn fails<T>(&self, range: &Range<usize>, message: impl Into<String>) -> Outcome<T> {
        Err(self.error(range, Cause::Run, message))
    }

    /// The place of some bytes of this text.
    pub(super) fn site(&self, range: &Range<usize>) -> Option<Site> {
        let Some(source) = self.text.source else { return self.outer };
        Some(Site { span: Span::new(source, range.start, range.end), frame: self.frame })
    }

    /// Counts steps.
    pub(super) fn spend(&mut self, range: &Range<usize>, steps: usize) -> Outcome<()> {
        let work = &mut self.engine.context.work;
        work.spend(steps).map_err(|message| self.error(range, Cause::Limit, message))
    }

    /// Goes one level deeper; who calls it goes back with `self.engine.depth -= 1`.
    pub(super) fn descend(&mut self, range: &Range<usize>) -> Outcome<()> {
        if self.engine.depth >= MAX_DEPTH {
            return Err(self.error(range, Cause::Limit, format!("templates nest deeper than {MAX_DEPTH} levels")));
        }
        self.engine.depth += 1;
        self.spend(range, 1)
    }
}
