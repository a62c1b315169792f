//! A database's schema as its migrations leave it: tables, roles, privileges, functions.

use super::Field;
use crate::source::{Reason, Span, Text};

/// What migrations and init scripts come to.
#[derive(Debug, Default)]
pub struct Schema {
    /// Tables, in the order in which they are first spoken of.
    pub tables: Vec<Table>,
    /// Roles, in the same order.
    pub roles: Vec<Role>,
    /// Privileges that are given, as they are written.
    pub grants: Vec<Grant>,
    /// Functions and procedures.
    pub functions: Vec<Function>,
    /// Extensions.
    pub extensions: Vec<(String, Span)>,
    /// Parameters of the server that SQL sets.
    pub parameters: Vec<Parameter>,
    /// The statements that change or maintain something, in the order in which they run.
    pub statements: Vec<Statement>,
    /// The files, in the order in which they run.
    pub migrations: Vec<Migration>,
    /// Why there may be further tables.
    pub tables_more: Option<Reason>,
    /// Why there may be further roles, or memberships.
    pub roles_more: Option<Reason>,
    /// Why there may be further privileges.
    pub grants_more: Option<Reason>,
}

/// A table after the last migration.
#[derive(Debug)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Where it is made; else where it is first spoken of.
    pub at: Span,
    /// Whether it is made here. What is only changed here is made elsewhere, and not all of it is known.
    pub created: bool,
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// Why it may have others.
    pub columns_more: Option<Reason>,
    /// Whether row level security is on.
    pub rls: Field<bool>,
    /// Whether it holds for the owner too.
    pub forced: Field<bool>,
    /// Whether a crash leaves its rows.
    pub logged: Field<bool>,
    /// Its policies.
    pub policies: Vec<RowPolicy>,
    /// Why it may have others.
    pub policies_more: Option<Reason>,
    /// The privileges on it, those on all tables of its schema included.
    pub grants: Vec<Grant>,
    /// Why there may be others.
    pub grants_more: Option<Reason>,
    /// Its indexes, those of keys and unique columns included.
    pub indexes: Vec<TableIndex>,
    /// Why it may have others.
    pub indexes_more: Option<Reason>,
    /// Storage parameters, such as `autovacuum_enabled`.
    pub options: Vec<(String, Field<String>)>,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type, as written.
    pub of: String,
    /// Whether it may not be null.
    pub not_null: bool,
    /// Whether it is part of the primary key.
    pub primary: bool,
    /// Whether it has a default.
    pub default: bool,
    /// The table that it refers to, with its schema.
    pub references: Option<String>,
    /// Where it stands.
    pub at: Span,
}

/// A policy of row level security.
#[derive(Debug)]
pub struct RowPolicy {
    /// Its name.
    pub name: String,
    /// `all`, `select`, `insert`, `update` or `delete`.
    pub command: String,
    /// Whether it only narrows what others permit.
    pub restrictive: bool,
    /// For whom; `public` for everybody.
    pub roles: Vec<String>,
    /// Which rows are seen.
    pub using: Field<Text>,
    /// Which rows may be written.
    pub check: Field<Text>,
    /// The columns of the table that are compared in either, each once.
    pub columns: Vec<(String, Span)>,
    /// Where it stands.
    pub at: Span,
}

/// An index.
#[derive(Debug)]
pub struct TableIndex {
    /// Its name, if it has been given one.
    pub name: Option<String>,
    /// Its columns; `None` for an expression.
    pub columns: Vec<Option<String>>,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether it holds some rows only.
    pub partial: bool,
    /// Whether writes go on while it is built.
    pub concurrently: bool,
    /// `btree`, `gin` and so on.
    pub method: String,
    /// Where it stands.
    pub at: Span,
}

/// Privileges that somebody has.
#[derive(Debug, Clone)]
pub struct Grant {
    /// To whom; `public` for everybody.
    pub to: String,
    /// `select`, `insert`, `execute`; `all`.
    pub verbs: Vec<String>,
    /// What they are on: `table`, `sequence`, `function`, `schema`, `database`, `other`.
    pub on: &'static str,
    /// How far they reach: `named` things, `all` that are in a schema, `future` ones.
    pub reach: &'static str,
    /// The thing with its schema; else the schema, or `*` for every one.
    pub object: String,
    /// Whether they may be given on.
    pub grantable: bool,
    /// Where it stands.
    pub at: Span,
}

/// A role.
#[derive(Debug)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Where it is made, else first spoken of.
    pub at: Span,
    /// Whether it is made here.
    pub created: bool,
    /// Attributes by their words: `superuser`, `login`, `bypassrls`, `createrole`, `createdb`,
    /// `replication`, `inherit`.
    pub flags: Vec<(&'static str, Field<bool>)>,
    /// Its password.
    pub password: Field<Text>,
    /// The roles that it is a member of.
    pub member_of: Vec<(String, Span)>,
    /// The roles that it was taken out of, and not put back.
    pub removed_from: Vec<(String, Span)>,
}

/// A function or procedure.
#[derive(Debug)]
pub struct Function {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether it runs with the rights of its owner.
    pub definer: Field<bool>,
    /// Whether it sets its own search path.
    pub search_path: Field<bool>,
    /// Its language.
    pub language: Option<String>,
    /// Where it stands.
    pub at: Span,
}

/// A parameter of the server that SQL sets.
#[derive(Debug)]
pub struct Parameter {
    /// For whom: `system`, `role`, `database`.
    pub level: &'static str,
    /// The role or database.
    pub of: Option<String>,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Field<Text>,
}

/// A statement that changes or maintains something.
#[derive(Debug)]
pub struct Statement {
    /// Its first words: `create table`, `truncate`.
    pub verb: String,
    /// What it is about, with schemas.
    pub objects: Vec<String>,
    /// What keeps others waiting while it runs on a table that is in use: `rewrite`, `scan`, `index`.
    pub locks: Option<&'static str>,
    /// Where it stands.
    pub at: Span,
}

/// A file of SQL that is run.
#[derive(Debug)]
pub struct Migration {
    /// Its path relative to the root.
    pub path: String,
    /// Its name, or that of its folder where all files bear one name.
    pub name: String,
    /// The number that its name begins with.
    pub version: Option<u64>,
    /// Its beginning.
    pub at: Span,
}

impl Table {
    /// Its name with its schema.
    #[must_use]
    pub fn full(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// The columns that lead an index of all rows, each once.
    pub fn leading(&self) -> impl Iterator<Item = (&str, Span)> {
        let whole = self.indexes.iter().filter(|index| !index.partial);
        whole.filter_map(|index| Some((index.columns.first()?.as_deref()?, index.at)))
    }

    /// The column that says to whom a row belongs, by its name: a tenant, an organisation, an account.
    #[must_use]
    pub fn tenant(&self) -> Option<&TableColumn> {
        const NAMES: [&str; 12] = [
            "tenant_id",
            "tenant",
            "org_id",
            "organization_id",
            "organisation_id",
            "workspace_id",
            "account_id",
            "team_id",
            "company_id",
            "customer_id",
            "owner_id",
            "user_id",
        ];
        NAMES.iter().find_map(|name| self.columns.iter().find(|column| column.name == *name))
    }
}
