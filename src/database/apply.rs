//! Statements change a schema, one after the other.

use crate::model::database::{Function, Migration, Parameter, Schema, Statement as Done, Table};
use crate::model::{Field, State};
use crate::source::{Reason, Span};
use crate::syntax::sql::{Body, Change, ConstraintKind, Effects, Name, NewFunction, Script, Statement};
use std::collections::{HashMap, HashSet};

/// Statements that are kept as such, by their first words.
const KEPT: [&str; 11] =
    ["create", "alter", "drop", "grant", "revoke", "truncate", "vacuum", "reindex", "cluster", "refresh", "lock"];

/// The schema of names without one, unless a search path says otherwise.
const PUBLIC: &str = "public";

/// A schema that is being made.
#[derive(Default)]
pub struct Builder {
    pub(super) schema: Schema,
    /// The tables; `None` for those that are gone.
    pub(super) tables: Vec<Option<Table>>,
    /// Where each of them is by its schema and name.
    pub(super) places: HashMap<(String, String), usize>,
    /// What is no table although privileges may be on it: views, sequences.
    pub(super) views: HashSet<String>,
    /// The first schema of the search path.
    path: Option<String>,
    /// What functions may touch, by their names.
    functions: HashMap<String, Effects>,
    /// What functions may touch that run with every change of the schema.
    always: Effects,
    /// How many tables there were before the file that is run.
    before: usize,
}

impl Builder {
    /// Runs a file.
    pub fn run(&mut self, migration: Migration, script: &Script) {
        self.before = self.tables.len();
        self.path = None;
        if script.is_cut {
            self.unsure(
                Effects::ALL,
                &Reason::Malformed { expected: "SQL whose quotes and comments are closed".into() },
            );
        }
        for statement in kept(&script.statements) {
            self.note(statement);
            self.apply(statement);
        }
        self.schema.migrations.push(migration);
    }

    /// The schema after the last file.
    #[must_use]
    pub fn finish(mut self) -> Schema {
        self.unsure(self.always, &put_together());
        self.schema.tables = self.tables.into_iter().flatten().collect();
        self.schema
    }

    /// How many tables statements would make that are there already.
    #[must_use]
    pub fn clashes<'s>(&self, statements: impl Iterator<Item = &'s Statement>) -> usize {
        let mut gone = HashSet::new();
        let mut clashes = 0;
        for statement in statements {
            let key = |name: &Name| (self.schema_of(name), name.name.clone());
            match &statement.body {
                Body::DropTable(names) => gone.extend(names.iter().map(key)),
                Body::CreateTable(table) if !table.temporary && !table.if_not_exists => {
                    let key = key(&table.name);
                    let known = self.places.get(&key).and_then(|place| self.tables.get(*place)?.as_ref());
                    clashes += usize::from(known.is_some_and(|table| table.created) && !gone.contains(&key));
                }
                _ => {}
            }
        }
        clashes
    }

    /// The schema of a name.
    pub(super) fn schema_of(&self, name: &Name) -> String {
        name.schema.clone().or_else(|| self.path.clone()).unwrap_or_else(|| PUBLIC.to_owned())
    }

    /// A name with its schema.
    pub(super) fn full(&self, name: &Name) -> String {
        format!("{}.{}", self.schema_of(name), name.name)
    }

    fn apply(&mut self, statement: &Statement) {
        let certain = statement.certain;
        match &statement.body {
            Body::CreateTable(table) => self.create_table(table),
            Body::AlterTable(name, changes) => self.alter_table(name, changes, certain),
            Body::DropTable(names) => names.iter().for_each(|name| self.drop_table(name, certain)),
            Body::CreateIndex(index) => self.create_index(index, statement),
            Body::DropIndex(names) => names.iter().for_each(|name| self.drop_index(&name.name)),
            Body::Policy(policy) => self.policy(policy, statement),
            Body::DropPolicy(name, table) => self.drop_policy(name, table, certain),
            Body::Grant(privileges) => self.grant(privileges, statement.at, certain),
            Body::Membership { given, roles, to } => self.membership(*given, roles, to, statement.at),
            Body::Role(role) => self.role(role, statement.at),
            Body::DropRole(names) => self.schema.roles.retain(|role| !names.contains(&role.name)),
            Body::Function(function) => self.function(function, statement.at),
            Body::DropFunction(names) => {
                for name in names {
                    let schema = self.schema_of(name);
                    self.schema.functions.retain(|known| known.schema != schema || known.name != name.name);
                }
            }
            Body::Extension { made: true, name } => self.schema.extensions.push((name.clone(), statement.at)),
            Body::Extension { made: false, name } => self.schema.extensions.retain(|(known, _)| known != name),
            Body::DropSchema(names) => self.drop_schemas(names),
            Body::SearchPath(schema) => self.path = Some(schema.clone()).filter(|schema| !schema.is_empty()),
            Body::Parameter(parameter) => {
                self.schema.parameters.retain(|known| {
                    known.level != parameter.level
                        || known.of != parameter.of
                        || parameter.name.as_ref().is_some_and(|name| *name != known.name)
                });
                if let (Some(name), Some(value)) = (&parameter.name, &parameter.value) {
                    self.schema.parameters.push(Parameter {
                        level: parameter.level,
                        of: parameter.of.clone(),
                        name: name.clone(),
                        value: Field::set(value.clone(), parameter.at),
                    });
                }
            }
            Body::Dynamic(effects) => self.unsure(*effects, &put_together()),
            Body::Call(names) => {
                let called = names.iter().filter_map(|name| self.functions.get(&name.name)).copied();
                let effects = called.fold(Effects::default(), Effects::and);
                self.unsure(effects, &put_together());
            }
            Body::Other
                if matches!(
                    statement.verb.as_str(),
                    "create view" | "create materialized view" | "create sequence"
                ) =>
            {
                let names: Vec<String> = statement.objects.iter().map(|name| self.full(name)).collect();
                self.views.extend(names);
            }
            Body::Other if statement.verb == "create event" => {
                self.always = self.functions.values().copied().fold(self.always, Effects::and);
            }
            Body::Begin | Body::Rollback | Body::Other => {}
        }
    }

    fn function(&mut self, function: &NewFunction, at: Span) {
        let schema = self.schema_of(&function.name);
        let is_it = |known: &Function| known.schema == schema && known.name == function.name.name;
        if !function.new {
            let Some(known) = self.schema.functions.iter_mut().rev().find(|known| is_it(known)) else { return };
            if let Some(definer) = function.definer {
                known.definer = Field::set(definer, at);
            }
            if function.search_path {
                known.search_path = Field::set(true, at);
            }
            return;
        }
        if function.replaces {
            self.schema.functions.retain(|known| !is_it(known));
        }
        if !function.effects.is_none() {
            self.functions.insert(function.name.name.clone(), function.effects);
        }
        self.schema.functions.push(Function {
            schema,
            name: function.name.name.clone(),
            definer: Field::set(function.definer.unwrap_or(false), at),
            search_path: Field::set(function.search_path, at),
            language: function.language.clone(),
            at,
        });
    }

    /// Notes that something may be otherwise than what was read says.
    pub(super) fn unsure(&mut self, effects: Effects, reason: &Reason) {
        let because = |more: &mut Option<Reason>, holds: bool| {
            if holds {
                more.get_or_insert_with(|| reason.clone());
            }
        };
        for table in self.tables.iter_mut().flatten() {
            because(&mut table.policies_more, effects.policies);
            because(&mut table.grants_more, effects.grants);
            because(&mut table.indexes_more, effects.indexes);
            let changes = match table.rls.state {
                State::Set(true) => effects.disables,
                State::Set(false) => effects.enables,
                State::Absent | State::Unknown(_) => false,
            };
            if changes {
                table.rls.state = State::Unknown(reason.clone());
            }
        }
        because(&mut self.schema.grants_more, effects.grants);
        because(&mut self.schema.tables_more, effects.tables);
        because(&mut self.schema.roles_more, effects.roles);
    }

    /// Keeps a statement that changes or maintains something.
    fn note(&mut self, statement: &Statement) {
        if !KEPT.contains(&statement.verb.split(' ').next().unwrap_or_default()) {
            return;
        }
        let objects = statement.objects.iter().map(|name| self.full(name)).collect();
        let locks = self.locks(statement);
        self.schema.statements.push(Done { verb: statement.verb.clone(), objects, locks, at: statement.at });
    }

    /// What keeps others waiting, on a table that was there before this file.
    fn locks(&self, statement: &Statement) -> Option<&'static str> {
        let is_used = |name: &Name| {
            let place = self.places.get(&(self.schema_of(name), name.name.clone()));
            place.is_none_or(|place| *place < self.before)
        };
        match &statement.body {
            Body::CreateIndex(index) if !index.concurrently && is_used(&index.table) => Some("index"),
            Body::AlterTable(name, changes) if is_used(name) => changes.iter().find_map(|change| match change {
                Change::AddColumn(column, constraints) => {
                    let volatile = column.default == Some(crate::syntax::sql::ColumnDefault::Volatile);
                    volatile.then_some("rewrite").or_else(|| constraints.iter().find_map(held))
                }
                Change::Type(_) => Some("rewrite"),
                Change::NotNull(_, true) => Some("scan"),
                Change::AddConstraint(constraint) => held(constraint),
                Change::Logged(..) => Some("rewrite"),
                _ => None,
            }),
            Body::Other => match statement.verb.split(' ').next().unwrap_or_default() {
                "cluster" => Some("rewrite"),
                "reindex" | "refresh" => Some("index"),
                _ => None,
            },
            _ => None,
        }
    }
}

fn held(constraint: &crate::syntax::sql::Constraint) -> Option<&'static str> {
    if constraint.light {
        return None;
    }
    Some(match constraint.kind {
        ConstraintKind::Primary | ConstraintKind::Unique | ConstraintKind::Exclude => "index",
        ConstraintKind::Foreign | ConstraintKind::Check => "scan",
    })
}

/// Why something is not known that code makes.
pub(super) fn put_together() -> Reason {
    Reason::Unseen { what: "SQL that is put together while it runs".into() }
}

/// Why something is not known of what is made elsewhere.
pub(super) fn elsewhere(what: &str) -> Reason {
    Reason::Elsewhere { what: format!("the statement that makes {what}").into() }
}

/// The statements of a file without those that it takes back.
fn kept(statements: &[Statement]) -> Vec<&Statement> {
    let mut kept: Vec<&Statement> = Vec::new();
    let mut start = None;
    for statement in statements {
        match statement.body {
            Body::Begin => start = Some(kept.len()),
            Body::Rollback => start.take().into_iter().for_each(|start| kept.truncate(start)),
            _ => kept.push(statement),
        }
    }
    kept
}
