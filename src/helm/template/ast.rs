//! What a template is after parsing.

use crate::helm::functions::Function;
use crate::helm::value::Came;
use crate::source::SourceId;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// One text that was parsed: a file of a chart, or a text given to `tpl`.
pub struct Text {
    /// `CHART/templates/x.yaml`, or `gotpl`.
    pub name: Rc<str>,
    /// The characters.
    pub text: Arc<str>,
    /// The source of the characters; `None` for what `tpl` was given.
    pub source: Option<SourceId>,
    /// For what `tpl` was given: where its characters came from.
    pub came: Came,
}

/// A named template.
pub struct Template {
    /// Its name.
    pub name: Rc<str>,
    /// What it belongs to.
    pub text: Rc<Text>,
    /// Its content.
    pub body: Rc<[Node]>,
}

/// A part of a template's content.
pub enum Node {
    /// Characters that are copied.
    Text(Range<usize>),
    /// `{{ pipeline }}`
    Action(Box<Pipe>),
    /// `{{ if }}`
    If(Box<Branch>),
    /// `{{ with }}`
    With(Box<Branch>),
    /// `{{ range }}`
    Range(Box<Branch>),
    /// `{{ template "name" pipeline }}`
    Call {
        /// Of the whole clause.
        range: Range<usize>,
        /// The template's name.
        name: Rc<str>,
        /// Its argument.
        pipe: Option<Box<Pipe>>,
    },
    /// `{{ break }}`
    Break,
    /// `{{ continue }}`
    Continue,
}

/// A control structure.
pub struct Branch {
    /// What decides.
    pub pipe: Box<Pipe>,
    /// What is done then.
    pub body: Vec<Node>,
    /// What is done else.
    pub otherwise: Vec<Node>,
}

/// Commands of which each hands its value to the next.
pub struct Pipe {
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// The variables that take the value.
    pub variables: Vec<Rc<str>>,
    /// Whether they exist already (`=` instead of `:=`).
    pub is_assignment: bool,
    /// The one that begins; most pipelines have no other.
    pub first: Command,
    /// Those that take what the one before answers.
    pub rest: Vec<Command>,
}

/// One call, or one value.
pub struct Command {
    /// What is called, or the value.
    pub first: Word,
    /// What it is called with.
    pub args: Vec<Word>,
}

impl Command {
    /// Where it stands in the text.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.first.range.start..self.args.last().unwrap_or(&self.first).range.end
    }
}

/// Keys that lead to a value, one below the other.
pub type Path = Rc<[Rc<str>]>;

/// An operand and where it stands.
pub struct Word {
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: WordKind,
}

/// An operand.
pub enum WordKind {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A whole number, a character, or a number with a fraction; `None` if it is too large.
    Number(Option<Number>),
    /// A string.
    Text(Rc<str>),
    /// `.a.b`
    Field(Path),
    /// `$x.a.b`
    Variable(Rc<str>, Path),
    /// `(…).a.b`
    Chain(Box<Word>, Path),
    /// A function.
    Function(&'static Function),
    /// `(…)`
    Pipe(Box<Pipe>),
}

/// A number as Go types constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// `int`
    Int(i64),
    /// `float64`
    Float(f64),
}
