//! What statements say of who may do what: policies, privileges, roles.

use super::name::Name;
use crate::source::{Span, Text};

/// A policy, or what is changed of it.
#[derive(Debug)]
pub struct NewPolicy {
    /// Whether it is new; else it is changed.
    pub new: bool,
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: Name,
    /// Whether it only narrows what others permit.
    pub restrictive: bool,
    /// `all`, `select`, `insert`, `update`, `delete`.
    pub command: Option<String>,
    /// For whom, if written.
    pub roles: Vec<String>,
    /// Which rows are seen.
    pub using: Option<Expression>,
    /// Which rows may be written.
    pub check: Option<Expression>,
}

/// An expression, as far as it is looked into.
#[derive(Debug, Clone)]
pub struct Expression {
    /// Its text.
    pub text: Text,
    /// The names that are compared in it, with what stands in front of a dot, and whether they stand
    /// inside a query of its own.
    pub compared: Vec<Compared>,
    /// Its place.
    pub at: Span,
}

/// A name that an expression compares with something.
#[derive(Debug, Clone)]
pub struct Compared {
    /// What stands before the dot.
    pub of: Option<String>,
    /// The name.
    pub name: String,
    /// Whether it stands inside a query.
    pub nested: bool,
}

/// What privileges are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Tables and views.
    Table,
    /// Sequences.
    Sequence,
    /// Functions and procedures.
    Function,
    /// Schemas.
    Schema,
    /// Databases.
    Database,
    /// Anything else: types, languages, servers.
    Other,
}

/// How far privileges reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The things that are named.
    Named,
    /// All that are in these schemas now.
    AllIn,
    /// All that are made from now on.
    Future,
}

/// Privileges that are given or taken away.
#[derive(Debug)]
pub struct Privileges {
    /// Whether they are given.
    pub given: bool,
    /// `select`, `execute`; `all`.
    pub verbs: Vec<String>,
    /// What they are on.
    pub target: Target,
    /// How far they reach.
    pub scope: Scope,
    /// What is named: the things, else the schemas; none for all schemas.
    pub names: Vec<Name>,
    /// To whom; `public` for everybody.
    pub to: Vec<String>,
    /// Whether they may be given on.
    pub grantable: bool,
    /// Whether only the right to give them on is taken away.
    pub option_only: bool,
}

/// A role, or what is changed of it.
#[derive(Debug, Default)]
pub struct NewRole {
    /// Whether it is new.
    pub new: bool,
    /// Its name.
    pub name: String,
    /// Flags by their positive words: `superuser`, `login`, `bypassrls`; each with its place.
    pub flags: Vec<(&'static str, bool, Option<Span>)>,
    /// Its password and where that stands; the text is absent if it comes from elsewhere.
    pub password: Option<(Option<Text>, Span)>,
    /// The roles that it is a member of from the start.
    pub member_of: Vec<String>,
    /// The roles that are members of it from the start.
    pub members: Vec<String>,
    /// Its other name from now on.
    pub renamed: Option<String>,
}
