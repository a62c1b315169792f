//! Files that were parsed, kept for the next render: of a chart each set of values is rendered, and charts
//! share libraries.

use super::ast::{Node, Text};
use super::error::TemplateError;
use super::names::Names;
use super::parser::parse;
use hashbrown::HashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// How much text is kept, in bytes; what becomes of it is several times as large.
const MOST: usize = 2 << 20;

/// What a file's text became: the names and contents of its own template and of those that it defines.
pub(super) type Contents = Rc<Vec<(Rc<str>, Rc<[Node]>)>>;

#[derive(Default)]
struct Shelf {
    names: Names,
    /// By the length of the text.
    files: HashMap<usize, Vec<(Arc<str>, Contents)>>,
    bytes: usize,
}

thread_local! {
    // Templates are not shared between threads, so each has its own.
    static SHELF: RefCell<Shelf> = RefCell::default();
}

/// What a file's text becomes.
///
/// # Errors
/// If the text is not a template.
pub(super) fn contents(text: &Rc<Text>) -> Result<Contents, TemplateError> {
    SHELF.with_borrow_mut(|shelf| shelf.contents(text))
}

impl Shelf {
    fn contents(&mut self, text: &Rc<Text>) -> Result<Contents, TemplateError> {
        let same = self.files.get(&text.text.len()).into_iter().flatten();
        if let Some((_, known)) = same.into_iter().find(|(known, _)| *known == text.text) {
            return Ok(known.clone());
        }
        if self.bytes > MOST {
            *self = Self::default();
        }
        let templates = parse(text, &mut self.names)?;
        let contents: Contents =
            Rc::new(templates.into_iter().map(|template| (template.name, template.body)).collect());
        self.bytes += text.text.len();
        self.files.entry(text.text.len()).or_default().push((text.text.clone(), contents.clone()));
        Ok(contents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::value::Came;

    #[test]
    fn a_text_is_parsed_once_and_the_shelf_does_not_grow_without_end() {
        let text = |text: &str| Rc::new(Text { name: "a".into(), text: text.into(), source: None, came: Came::Here });
        let mut shelf = Shelf::default();
        let first = shelf.contents(&text("{{ define \"x\" }}a{{ end }}")).unwrap_or_default();
        assert_eq!(first.len(), 2);
        let again = shelf.contents(&text("{{ define \"x\" }}a{{ end }}")).unwrap_or_default();
        assert!(Rc::ptr_eq(&first, &again));
        assert!(shelf.contents(&text("{{ end }}")).is_err());
        for number in 0..5 {
            assert!(shelf.contents(&text(&format!("{number}{}", " ".repeat(MOST / 2)))).is_ok());
        }
        assert!(shelf.bytes <= 2 * MOST);
        let later = shelf.contents(&text("{{ define \"x\" }}a{{ end }}")).unwrap_or_default();
        assert!(!Rc::ptr_eq(&first, &later));
    }
}
