//! Values of HCL: what is written out, and the extent of what has to be worked out.

use super::Reader;
use crate::source::Reason;
use crate::syntax::keys::Entries;
use crate::syntax::tree::{Entry, Node, Provenance, Style, Value};
use std::sync::Arc;

impl Reader<'_> {
    /// The value of an attribute, or an item of a list.
    pub(super) fn value(&mut self, depth: usize) -> Node {
        self.blank(false);
        let start = self.at;
        let found = self.written(depth);
        self.blank(false);
        // Whatever follows makes an expression of it.
        let ends = self.next().is_none_or(|next| "\n,]}".contains(next));
        match found {
            Some(node) if ends => node,
            _ => {
                self.over();
                let span = self.report.span(start, self.at.min(self.text.len()));
                let unknown = Some(Reason::Unseen { what: "what Terraform works out".into() });
                let provenance = Some(Arc::new(Provenance { origins: Vec::new(), unknown }));
                Node { provenance, ..Node::scalar(span, "", Style::Plain) }
            }
        }
    }

    /// A value that is written out.
    fn written(&mut self, depth: usize) -> Option<Node> {
        if depth > self.depth {
            return None;
        }
        let start = self.at;
        match self.next()? {
            '"' => {
                let (start, end, is_template) = self.quoted();
                let text = self.text.get(start + 1..end.saturating_sub(1).max(start + 1))?;
                let span = self.report.span(start, end);
                (!is_template)
                    .then(|| Node::scalar(span, text.replace("\\\"", "\"").replace("\\\\", "\\"), Style::Quoted))
            }
            '[' => {
                self.step();
                let mut items = Vec::new();
                loop {
                    self.blank(true);
                    if self.at >= self.text.len() || self.takes(']') {
                        break;
                    }
                    if self.rest().starts_with("for ") {
                        return None;
                    }
                    items.push(self.value(depth + 1));
                    self.blank(true);
                    if !self.takes(',') && self.next() != Some(']') {
                        return None;
                    }
                }
                Some(Node::new(self.report.span(start, self.at), Value::Sequence(items.into())))
            }
            '{' => {
                self.step();
                let mut entries = Entries::default();
                loop {
                    self.blank(true);
                    while self.takes(',') {
                        self.blank(true);
                    }
                    if self.at >= self.text.len() || self.takes('}') {
                        break;
                    }
                    let (from, to) = if self.next() == Some('"') {
                        let (start, end, _) = self.quoted();
                        (start + 1, end.saturating_sub(1).max(start + 1))
                    } else {
                        self.name()?
                    };
                    let key = Node::scalar(self.report.span(from, to), self.text.get(from..to)?, Style::Plain);
                    self.blank(false);
                    if !self.takes('=') && !self.takes(':') {
                        return None;
                    }
                    let value = self.value(depth + 1);
                    if entries.position(&key).is_none() {
                        entries.push(Entry { key, value });
                    }
                }
                Some(Node::new(self.report.span(start, self.at), Value::Mapping(entries.finish())))
            }
            _ => {
                let is_part = |next: char| next.is_ascii_alphanumeric() || "-._+".contains(next);
                let length = self.rest().find(|next| !is_part(next)).unwrap_or(self.rest().len());
                let word = self.rest().get(..length)?.to_owned();
                let is_plain = ["true", "false", "null"].contains(&word.as_str()) || word.parse::<f64>().is_ok();
                self.at += if is_plain { length } else { 0 };
                is_plain.then(|| Node::scalar(self.report.span(start, start + length), word, Style::Plain))
            }
        }
    }

    /// Goes over a quoted text: its place, quotes included, and whether something is put into it.
    pub(super) fn quoted(&mut self) -> (usize, usize, bool) {
        let start = self.at;
        let mut is_template = false;
        let mut within = 0_usize;
        self.step();
        while let Some(next) = self.next() {
            let rest = self.rest();
            if next == '\\' {
                self.step();
            } else if rest.starts_with("$${") || rest.starts_with("%%{") {
                self.at += 2;
            } else if rest.starts_with("${") || rest.starts_with("%{") {
                is_template = true;
                within += 1;
                self.at += 1;
            } else if next == '}' {
                within = within.saturating_sub(1);
            } else if next == '\n' || (next == '"' && within == 0) {
                self.at += usize::from(next == '"');
                break;
            }
            self.step();
        }
        self.at = self.at.min(self.text.len());
        (start, self.at, is_template)
    }

    /// Goes over the rest of an expression: to the end of the line, a comma or a closing bracket that is
    /// not its own.
    pub(super) fn over(&mut self) {
        let mut open = 0_usize;
        while let Some(next) = self.next() {
            let rest = self.rest();
            if next == '"' {
                self.quoted();
                continue;
            }
            if rest.starts_with("<<") && self.heredoc() {
                continue;
            }
            if rest.starts_with('#') || rest.starts_with("//") || rest.starts_with("/*") {
                self.blank(false);
                continue;
            }
            match next {
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' if open > 0 => open -= 1,
                ')' | ']' | '}' | ',' | '\n' if open == 0 => return,
                _ => {}
            }
            self.step();
        }
    }

    /// Goes over a text of several lines, `<<END` to `END`.
    fn heredoc(&mut self) -> bool {
        let marker: String = self
            .rest()
            .trim_start_matches(['<', '-'])
            .chars()
            .take_while(|next| next.is_alphanumeric() || *next == '_')
            .collect();
        if marker.is_empty() {
            return false;
        }
        let from = self.at;
        let mut end = from;
        for (number, line) in self.rest().split_inclusive('\n').enumerate() {
            end += line.len();
            if number > 0 && line.trim() == marker {
                // The end of that line ends the expression.
                end -= line.len() - line.trim_end_matches(['\n', '\r']).len();
                break;
            }
        }
        self.at = end;
        true
    }
}
