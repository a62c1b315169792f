//! HCL as Terraform and OpenTofu read it: blocks with labels, and attributes. A value that is written out
//! is one of the tree; what an expression comes to is not known.

mod value;

use super::keys::Entries;
use super::limits::{Limits, Report};
use super::tree::{Entry, Node, Style, Value};
use crate::source::{Problem, SourceId, Span};

/// A block of the top level of a file.
#[derive(Debug)]
pub struct Block {
    /// What it declares: `resource`, `data`, `provider`, `module`...
    pub kind: String,
    /// Its labels: of a resource the type and the name.
    pub labels: Vec<String>,
    /// Its attributes and inner blocks, by name; of several blocks with one name the first.
    pub body: Node,
    /// The place of its first word.
    pub at: Span,
}

/// Reads the blocks of a file. What is no block and no attribute is a problem, and left out.
#[must_use]
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> (Vec<Block>, Vec<Problem>) {
    let mut reader = Reader { text, at: 0, report: Report::new(source, limits), depth: limits.depth };
    let mut blocks = Vec::new();
    loop {
        reader.blank(true);
        if reader.at >= text.len() {
            break;
        }
        match reader.statement(0) {
            Some(Statement::Block(block)) => blocks.push(block),
            Some(Statement::Attribute(_)) => {}
            None => reader.recover(),
        }
    }
    (blocks, reader.report.finish())
}

enum Statement {
    Attribute(Entry),
    Block(Block),
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    report: Report,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn step(&mut self) {
        self.at += self.next().map_or(1, char::len_utf8);
    }

    /// Takes a character, if it comes next.
    fn takes(&mut self, wanted: char) -> bool {
        let found = self.next() == Some(wanted);
        if found {
            self.step();
        }
        found
    }

    /// Goes over blanks and comments, and over the ends of lines if they mean nothing here.
    fn blank(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            if rest.starts_with('#') || rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else if self.next().is_some_and(|next| next.is_whitespace() && (lines || next != '\n')) {
                self.step();
            } else {
                return;
            }
        }
    }

    /// Says what is wrong and goes on behind the line.
    fn recover(&mut self) {
        let end = self.at + self.rest().find('\n').unwrap_or(self.rest().len());
        let message = "this is no block and no attribute of Terraform, and is left out; write TYPE \"LABEL\" { … } or NAME = VALUE";
        self.report.warning(self.at, end, message);
        self.at = end.max(self.at + 1);
    }

    /// A name: letters, digits, dashes and underscores.
    fn name(&mut self) -> Option<(usize, usize)> {
        let is_part = |next: char| next.is_alphanumeric() || "-_".contains(next);
        let length = self.rest().find(|next| !is_part(next)).unwrap_or(self.rest().len());
        let start = self.at;
        self.at += length;
        (length > 0).then_some((start, self.at))
    }

    /// An attribute or a block, if one begins here.
    fn statement(&mut self, depth: usize) -> Option<Statement> {
        let (start, end) = self.name()?;
        let name = self.text.get(start..end)?.to_owned();
        let at = self.report.span(start, end);
        self.blank(false);
        if self.rest().starts_with('=') && !self.rest().starts_with("==") {
            self.step();
            let value = self.value(depth);
            return Some(Statement::Attribute(Entry { key: Node::scalar(at, name, Style::Plain), value }));
        }
        let mut labels = Vec::new();
        loop {
            self.blank(false);
            if self.takes('{') {
                break;
            }
            let label = if self.next() == Some('"') {
                let (start, end, _) = self.quoted();
                self.text.get(start + 1..end.saturating_sub(1).max(start + 1))?.to_owned()
            } else {
                let (start, end) = self.name()?;
                self.text.get(start..end)?.to_owned()
            };
            labels.push(label);
        }
        let body = self.body(start, depth + 1);
        Some(Statement::Block(Block { kind: name, labels, body, at }))
    }

    /// What stands in a block, up to its end.
    fn body(&mut self, start: usize, depth: usize) -> Node {
        let mut entries = Entries::default();
        loop {
            self.blank(true);
            if self.takes('}') {
                break;
            }
            if self.at >= self.text.len() {
                if depth == 1 {
                    let message = "this block is not closed before the end of the file; close it with }";
                    self.report.warning(start, self.text.len(), message);
                }
                break;
            }
            if depth > self.depth {
                self.over();
                break;
            }
            let entry = match self.statement(depth) {
                Some(Statement::Attribute(entry)) => entry,
                Some(Statement::Block(block)) => {
                    Entry { key: Node::scalar(block.at, block.kind, Style::Plain), value: block.body }
                }
                None => {
                    self.recover();
                    continue;
                }
            };
            if entries.position(&entry.key).is_none() {
                entries.push(entry);
            }
        }
        let span = self.report.span(start, self.at.min(self.text.len()));
        Node::new(span, Value::Mapping(entries.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use proptest::prelude::*;

    fn blocks(text: &str) -> (Vec<Block>, usize) {
        let source = Sources::new().add("main.tf", text);
        let (blocks, problems) = parse(source, text, &Limits::default());
        (blocks, problems.len())
    }

    #[test]
    fn blocks_attributes_and_what_is_not_known() {
        let (found, problems) = blocks(
            r#"
terraform {
  required_providers {
    acme = { source = "acme/acme", version = ">= 2" } # pinned elsewhere
  }
}
/* the database */
resource "aws_db_instance" "main" {
  multi_az                = true
  backup_retention_period = 7
  password                = var.password
  tags = merge(local.tags, {
    name = "db"
  })
  name  = "db-${var.stage}"
  zones = ["a", "b"]
  policy = <<-EOT
    { "a": "}" }
  EOT
  settings {
    availability_type = "REGIONAL"
  }
  count = var.on ? 1 : 0
}
"#,
        );
        assert_eq!((found.len(), problems), (2, 0));
        assert_eq!(found[0].body.at(&["required_providers", "acme", "source"]).unwrap().text(), Some("acme/acme"));
        let database = &found[1];
        assert_eq!(
            (database.kind.as_str(), database.labels.as_slice()),
            ("resource", &["aws_db_instance".to_owned(), "main".to_owned()][..])
        );
        let text = |path: &[&str]| database.body.at(path).and_then(Node::text);
        assert_eq!(text(&["multi_az"]), Some("true"));
        assert_eq!(text(&["backup_retention_period"]), Some("7"));
        assert_eq!(text(&["settings", "availability_type"]), Some("REGIONAL"));
        assert_eq!(database.body.get("zones").unwrap().items().len(), 2);
        for name in ["password", "tags", "name", "policy", "count"] {
            let node = database.body.get(name).unwrap();
            assert!(node.provenance.as_ref().is_some_and(|it| it.unknown.is_some()), "{name}");
        }
    }

    #[test]
    fn what_is_broken_is_told_and_left_out() {
        let (found, problems) = blocks("!!\nresource \"a\" \"b\" {\n  = 3\n  x = 1\n");
        assert_eq!((found.len(), problems), (1, 3));
        assert_eq!(found[0].body.get("x").and_then(Node::text), Some("1"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in r##"([a-z]{1,3}|[ \n={}\[\](),"#<$%\\./*-]|\$\{|<<E\n|[0-9]|é){0,60}"##) {
            blocks(&text);
        }
    }
}
