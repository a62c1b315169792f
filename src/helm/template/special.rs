//! The functions that need the templates themselves: include, tpl, required, fail, lookup.

use super::ast::{Template, Text};
use super::engine::{MAX_CALLS, Outcome, Run};
use super::error::{Cause, TemplateError};
use super::parser::{is_empty, parse};
use crate::helm::functions::Body;
use crate::helm::value::{Came, Value};
use std::ops::Range;
use std::rc::Rc;

/// Bytes of a text that are one step to parse.
const PARSED_PER_STEP: usize = 16;
/// What stands for a value that is required and not set where that is not to end the chart: text that
/// is as good as any name, and said to be made up.
pub const UNSET: &str = "required-and-not-set";

impl Run<'_> {
    pub(super) fn special(&mut self, body: &Body, args: &[Value], range: &Range<usize>) -> Outcome<Value> {
        match (body, args) {
            (Body::Include, [name, data]) => {
                self.call_template(name.as_str().unwrap_or_default(), data.clone().unwrapped(), range)
            }
            (Body::Tpl, [text, data]) => self.tpl(text, data.clone().unwrapped(), range),
            (Body::Required, [message, value]) => {
                if value.is_nil() || value.as_str() == Some("") {
                    self.refuse(message, range)?;
                    return Ok(if self.engine.is_lenient { Value::from(UNSET).generated() } else { value.clone() });
                }
                Ok(value.clone())
            }
            (Body::Fail, [message]) => self.refuse(message, range).map(|()| "".into()),
            (Body::Lookup, _) => Ok(Value::map([]).generated()),
            _ => self.fails(range, "there are no functions among values to call"),
        }
    }

    fn refuse(&mut self, message: &Value, range: &Range<usize>) -> Outcome<()> {
        let error = self.error(range, Cause::Refused, message.redacted());
        if !self.engine.is_lenient {
            return Err(error);
        }
        self.engine.refusals.push(error);
        Ok(())
    }

    /// Runs a named template and answers its text.
    pub(super) fn call_template(&mut self, name: &str, data: Value, range: &Range<usize>) -> Outcome<Value> {
        let Some(template) = self.engine.templates.get(name).cloned() else {
            return Err(self.missing_template(name, range));
        };
        let site = self.site(range);
        let frame = match site {
            Some(site) => self.engine.frame(site.span, site.frame),
            None => self.frame,
        };
        self.enter(range)?;
        let out = self.engine.execute(&template, data, site, frame)?;
        self.engine.calls -= 1;
        out.finish().map_err(|message| self.error(range, Cause::Limit, message))
    }

    fn enter(&mut self, range: &Range<usize>) -> Outcome<()> {
        self.engine.calls += 1;
        if self.engine.calls > MAX_CALLS {
            let message = format!("templates call each other deeper than {MAX_CALLS} levels");
            return Err(self.error(range, Cause::Limit, message));
        }
        Ok(())
    }

    /// Runs a text as a template; what it defines is known to it alone.
    fn tpl(&mut self, given: &Value, data: Value, range: &Range<usize>) -> Outcome<Value> {
        let Some(text) = given.shared() else { return Ok(Value::nil()) };
        if !text.contains("{{") {
            return self.without_no_value(given, range);
        }
        let templates = self.parsed(&text, &given.came, range)?;
        let mut replaced = Vec::new();
        for template in templates.iter().skip(1) {
            if !is_empty(template) || !self.engine.templates.contains_key(&template.name) {
                let before = self.engine.templates.insert(template.name.clone(), template.clone());
                replaced.push((template.name.clone(), before));
            }
        }
        let site = self.site(range);
        self.enter(range)?;
        let frame = self.frame;
        let ran = match templates.first() {
            Some(main) => self.engine.execute(main, data, site, frame),
            None => Ok(crate::helm::value::Builder::new()),
        };
        self.engine.calls -= 1;
        for (name, before) in replaced {
            match before {
                Some(template) => self.engine.templates.insert(name, template),
                None => self.engine.templates.remove(&name),
            };
        }
        let out = ran.map_err(|error| self.elsewhere(error, range))?;
        let text = out.finish().map_err(|message| self.error(range, Cause::Limit, message))?;
        self.without_no_value(&text, range)
    }

    /// The templates of a text that `tpl` was given: its own, and those that it defines.
    fn parsed(&mut self, text: &Rc<str>, came: &Came, range: &Range<usize>) -> Outcome<Rc<Vec<Rc<Template>>>> {
        // The same text from two places has two origins, so only texts of one origin share a parse.
        if let Some((known, templates)) = self.engine.parsed.get(text)
            && known.is_same(came)
        {
            return Ok(templates.clone());
        }
        self.spend(range, text.len() / PARSED_PER_STEP)?;
        let own = Text { name: "gotpl".into(), text: (**text).into(), source: None, came: came.clone() };
        let templates = parse(&Rc::new(own), &mut self.engine.names).map_err(|error| self.elsewhere(error, range))?;
        let templates: Rc<Vec<_>> = Rc::new(templates.into_iter().map(Rc::new).collect());
        self.engine.parsed.insert(text.clone(), (came.clone(), templates.clone()));
        Ok(templates)
    }

    /// An error of a text without a file stands where that text was run.
    fn elsewhere(&self, error: TemplateError, range: &Range<usize>) -> TemplateError {
        match error.text.source {
            Some(_) => error,
            None => self.error(range, error.cause, format!("in the text given to tpl: {}", error.message)),
        }
    }

    fn without_no_value(&self, text: &Value, range: &Range<usize>) -> Outcome<Value> {
        if !text.as_str().is_some_and(|text| text.contains("<no value>")) {
            return Ok(text.clone());
        }
        text.replace("<no value>", &"".into(), usize::MAX).map_err(|message| self.error(range, Cause::Limit, message))
    }
}
