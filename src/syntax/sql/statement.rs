//! What the statements of a schema say.

use super::access::{NewPolicy, NewRole, Privileges};
use super::name::Name;
use crate::source::{Span, Text};

/// A statement and its place.
#[derive(Debug)]
pub struct Statement {
    /// What it says.
    pub body: Body,
    /// All of it.
    pub at: Span,
    /// Its first words in lower case, such as `create index`.
    pub verb: String,
    /// What it is about, as far as that is read.
    pub objects: Vec<Name>,
    /// Whether it runs whenever its file is run; not so within a condition.
    pub certain: bool,
}

/// What a statement says. What no rule asks for is [`Body::Other`].
#[derive(Debug)]
pub enum Body {
    /// `CREATE TABLE`.
    CreateTable(NewTable),
    /// `ALTER TABLE`.
    AlterTable(Name, Vec<Change>),
    /// `DROP TABLE`.
    DropTable(Vec<Name>),
    /// `CREATE INDEX`.
    CreateIndex(NewIndex),
    /// `DROP INDEX`.
    DropIndex(Vec<Name>),
    /// `CREATE POLICY`, or `ALTER POLICY` with what it changes.
    Policy(NewPolicy),
    /// `DROP POLICY` of this name on this table.
    DropPolicy(String, Name),
    /// `GRANT`, `REVOKE` and their default forms.
    Grant(Privileges),
    /// `GRANT role TO role`, `REVOKE role FROM role`.
    Membership {
        /// Whether it is given; else it is taken away.
        given: bool,
        /// The roles that are given.
        roles: Vec<String>,
        /// To whom.
        to: Vec<String>,
    },
    /// `CREATE ROLE`, `CREATE USER`, `ALTER ROLE`.
    Role(NewRole),
    /// `DROP ROLE`.
    DropRole(Vec<String>),
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`, `ALTER FUNCTION`.
    Function(NewFunction),
    /// `DROP FUNCTION`.
    DropFunction(Vec<Name>),
    /// `CREATE EXTENSION`, or `DROP EXTENSION` if not `made`.
    Extension {
        /// Whether it is made.
        made: bool,
        /// Its name.
        name: String,
    },
    /// `DROP SCHEMA`.
    DropSchema(Vec<String>),
    /// `SET search_path`; the first schema.
    SearchPath(String),
    /// `ALTER SYSTEM SET`, `ALTER DATABASE ... SET`, `ALTER ROLE ... SET`.
    Parameter(NewParameter),
    /// `BEGIN`.
    Begin,
    /// `ROLLBACK` of a whole transaction.
    Rollback,
    /// Statements that are put together while they run, or a call of a function that may do that.
    Dynamic(Effects),
    /// `SELECT f(...)`, `CALL f(...)`: the functions that are called.
    Call(Vec<Name>),
    /// Anything else.
    Other,
}

/// What code that was not read may touch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "one for each kind of thing")]
pub struct Effects {
    /// Row level security is switched on somewhere.
    pub enables: bool,
    /// Row level security is switched off somewhere.
    pub disables: bool,
    /// Policies.
    pub policies: bool,
    /// Grants.
    pub grants: bool,
    /// Indexes.
    pub indexes: bool,
    /// Tables themselves.
    pub tables: bool,
    /// Roles.
    pub roles: bool,
}

impl Effects {
    /// Everything.
    pub const ALL: Self =
        Self { enables: true, disables: true, policies: true, grants: true, indexes: true, tables: true, roles: true };

    /// Whether there are none.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            enables: self.enables || other.enables,
            disables: self.disables || other.disables,
            policies: self.policies || other.policies,
            grants: self.grants || other.grants,
            indexes: self.indexes || other.indexes,
            tables: self.tables || other.tables,
            roles: self.roles || other.roles,
        }
    }
}

/// A new table.
#[derive(Debug)]
pub struct NewTable {
    /// Its name.
    pub name: Name,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its constraints, those of columns included.
    pub constraints: Vec<Constraint>,
    /// The table whose columns it takes over: `LIKE`, `INHERITS`, `PARTITION OF`.
    pub like: Option<Name>,
    /// Whether its columns come from a query.
    pub of_query: bool,
    /// Whether it is `UNLOGGED`.
    pub unlogged: bool,
    /// Whether it goes with the session.
    pub temporary: bool,
    /// Whether one that exists is left as it is.
    pub if_not_exists: bool,
    /// Storage parameters.
    pub options: Vec<(String, String, Span)>,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as written, in lower case.
    pub of: String,
    /// Whether it may not be null.
    pub not_null: bool,
    /// Its default, if it has one.
    pub default: Option<ColumnDefault>,
    /// The table that it refers to.
    pub references: Option<Name>,
    /// Where it stands.
    pub at: Span,
}

/// What a default yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnDefault {
    /// One value for all rows of a statement.
    Fixed,
    /// Another value for each row.
    Volatile,
}

/// A constraint of a table.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// Its name, if written.
    pub name: Option<String>,
    /// What it is.
    pub kind: ConstraintKind,
    /// The columns that it is on.
    pub columns: Vec<String>,
    /// Whether rows that exist are not looked at: `NOT VALID`, `USING INDEX`.
    pub light: bool,
    /// Where it stands.
    pub at: Span,
}

/// Kinds of constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// A primary key.
    Primary,
    /// Unique columns.
    Unique,
    /// A reference to another table.
    Foreign,
    /// A check.
    Check,
    /// An exclusion.
    Exclude,
}

/// What `ALTER TABLE` changes.
#[derive(Debug)]
pub enum Change {
    /// A new column, with its constraints.
    AddColumn(Column, Vec<Constraint>),
    /// A column goes.
    DropColumn(String),
    /// `SET NOT NULL` (true), `DROP NOT NULL`.
    NotNull(String, bool),
    /// Another type.
    Type(String),
    /// Another default.
    Default(String, Option<ColumnDefault>),
    /// A new constraint.
    AddConstraint(Constraint),
    /// A constraint goes.
    DropConstraint(String),
    /// `ENABLE`, `DISABLE ROW LEVEL SECURITY`.
    Security(bool, Span),
    /// `FORCE`, `NO FORCE ROW LEVEL SECURITY`.
    Forced(bool, Span),
    /// `SET LOGGED`, `SET UNLOGGED`.
    Logged(bool, Span),
    /// Storage parameters; `None` takes one back.
    Options(Vec<(String, Option<String>, Span)>),
    /// Another name.
    Rename(String),
    /// Another name of a column.
    RenameColumn(String, String),
    /// Another schema.
    SetSchema(String),
    /// Anything else.
    Other,
}

/// A new index.
#[derive(Debug)]
pub struct NewIndex {
    /// Its name, if written.
    pub name: Option<String>,
    /// Its table.
    pub table: Name,
    /// Its columns; `None` for an expression.
    pub columns: Vec<Option<String>>,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether writes go on while it is built.
    pub concurrently: bool,
    /// Whether it holds some rows only.
    pub partial: bool,
    /// Its method: `btree`, `gin`.
    pub method: String,
}

/// A function, or what is changed of it.
#[derive(Debug)]
pub struct NewFunction {
    /// Whether it is new; else it is changed.
    pub new: bool,
    /// Whether it takes the place of one of the same name.
    pub replaces: bool,
    /// Its name.
    pub name: Name,
    /// Whether it runs with the rights of its owner, if that is said.
    pub definer: Option<bool>,
    /// Whether it sets its own search path.
    pub search_path: bool,
    /// Its language.
    pub language: Option<String>,
    /// What its body may do.
    pub effects: Effects,
}

/// A parameter of the server that SQL sets.
#[derive(Debug)]
pub struct NewParameter {
    /// For whom: the `system`, a `role`, a `database`.
    pub level: &'static str,
    /// The role or database.
    pub of: Option<String>,
    /// Its name, in lower case; `None` for all of them.
    pub name: Option<String>,
    /// Its value; `None` if it is taken back.
    pub value: Option<Text>,
    /// Where the value stands.
    pub at: Span,
}
