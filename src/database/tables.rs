//! Tables, indexes and policies as statements change them.

use super::apply::{Builder, elsewhere, put_together};
use crate::model::database::{RowPolicy, Table, TableColumn, TableIndex};
use crate::model::{Field, State};
use crate::source::{Reason, Span};
use crate::syntax::sql::{
    Change, Column, Constraint, ConstraintKind, Expression, Name, NewIndex, NewPolicy, NewTable, Statement,
};

impl Builder {
    /// The place of a table. One that is not made here is noted, save those of the server itself.
    pub(super) fn table(&mut self, name: &Name) -> Option<&mut Table> {
        let schema = self.schema_of(name);
        let of_server = schema.starts_with("pg_") || schema == "information_schema" || name.name.starts_with("pg_");
        if of_server || self.views.contains(&self.full(name)) {
            return None;
        }
        let key = (schema, name.name.clone());
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None => {
                self.tables.push(Some(outside(&key.0, &key.1, name.at)));
                self.places.insert(key, self.tables.len() - 1);
                self.tables.len() - 1
            }
        };
        self.tables.get_mut(place)?.as_mut()
    }

    fn known(&self, name: &Name) -> Option<&Table> {
        let place = self.places.get(&(self.schema_of(name), name.name.clone()))?;
        self.tables.get(*place)?.as_ref()
    }

    pub(super) fn create_table(&mut self, new: &NewTable) {
        let known = self.known(&new.name);
        if new.temporary || known.is_some_and(|table| table.created) {
            return;
        }
        let at = new.name.at;
        let key = (self.schema_of(&new.name), new.name.name.clone());
        let mut table = Table {
            created: true,
            rls: Field::set(false, at),
            forced: Field::set(false, at),
            logged: Field::set(!new.unlogged, at),
            columns_more: new.of_query.then(|| elsewhere("its columns")),
            policies_more: None,
            grants_more: None,
            indexes_more: None,
            ..outside(&key.0, &key.1, at)
        };
        if let Some(model) = &new.like {
            match self.known(model) {
                Some(model) => table.columns.clone_from(&model.columns),
                None => table.columns_more = Some(elsewhere(&self.full(model))),
            }
        }
        for column in &new.columns {
            let column = self.column(column);
            table.columns.push(column);
        }
        for constraint in &new.constraints {
            constrain(&mut table, constraint);
        }
        table.options =
            new.options.iter().map(|(name, value, at)| (name.clone(), Field::set(value.clone(), *at))).collect();
        table.grants = self.future_grants(&key.0);
        match self.places.get(&key).and_then(|place| self.tables.get_mut(*place)) {
            Some(place) => *place = Some(table),
            None => {
                self.tables.push(Some(table));
                self.places.insert(key, self.tables.len() - 1);
            }
        }
    }

    fn column(&self, column: &Column) -> TableColumn {
        TableColumn {
            name: column.name.clone(),
            of: column.of.clone(),
            not_null: column.not_null,
            primary: false,
            default: column.default.is_some(),
            references: column.references.as_ref().map(|name| self.full(name)),
            at: column.at,
        }
    }

    pub(super) fn alter_table(&mut self, name: &Name, changes: &[Change], certain: bool) {
        let old = (self.schema_of(name), name.name.clone());
        let added: Vec<Option<TableColumn>> = changes
            .iter()
            .map(|change| match change {
                Change::AddColumn(column, _) => Some(self.column(column)),
                _ => None,
            })
            .collect();
        let Some(table) = self.table(name) else { return };
        for (change, added) in changes.iter().zip(added) {
            alter(table, change, added, certain);
        }
        let new = (table.schema.clone(), table.name.clone());
        if new != old
            && let Some(place) = self.places.remove(&old)
        {
            self.places.insert(new, place);
        }
    }

    pub(super) fn drop_table(&mut self, name: &Name, certain: bool) {
        if !certain {
            self.schema.tables_more.get_or_insert_with(put_together);
            return;
        }
        let place = self.places.remove(&(self.schema_of(name), name.name.clone()));
        if let Some(slot) = place.and_then(|place| self.tables.get_mut(place)) {
            *slot = None;
        }
        let full = self.full(name);
        self.schema.grants.retain(|grant| grant.on != "table" || grant.object != full);
    }

    pub(super) fn drop_schemas(&mut self, names: &[String]) {
        for slot in &mut self.tables {
            if let Some(table) = slot.take_if(|table| names.contains(&table.schema)) {
                self.places.remove(&(table.schema, table.name));
            }
        }
        self.schema.functions.retain(|function| !names.contains(&function.schema));
    }

    pub(super) fn create_index(&mut self, new: &NewIndex, statement: &Statement) {
        let Some(table) = self.table(&new.table) else { return };
        if !statement.certain {
            table.indexes_more.get_or_insert_with(put_together);
            return;
        }
        let is_known = |index: &TableIndex| index.name.is_some() && index.name == new.name;
        if table.indexes.iter().any(is_known) {
            return;
        }
        table.indexes.push(TableIndex {
            name: new.name.clone(),
            columns: new.columns.clone(),
            unique: new.unique,
            partial: new.partial,
            concurrently: new.concurrently,
            method: new.method.clone(),
            at: statement.at,
        });
    }

    pub(super) fn drop_index(&mut self, name: &str) {
        for table in self.tables.iter_mut().flatten() {
            table.indexes.retain(|index| index.name.as_deref() != Some(name));
        }
    }

    pub(super) fn policy(&mut self, new: &NewPolicy, statement: &Statement) {
        let Some(table) = self.table(&new.table) else { return };
        if !statement.certain {
            table.policies_more.get_or_insert_with(put_together);
            return;
        }
        let at = statement.at;
        let mut columns = compared(table, new);
        let text = |written: &Option<Expression>| match written {
            Some(expression) => Field::set(expression.text.clone(), expression.at),
            None => Field::absent(at),
        };
        let place = table.policies.iter().position(|policy| policy.name == new.name);
        let known = place.and_then(|place| table.policies.get_mut(place));
        if let Some(known) = known {
            // A second one of the name would be refused.
            if new.new {
                return;
            }
            columns.retain(|(name, _)| known.columns.iter().all(|(have, _)| have != name));
            known.columns.append(&mut columns);
            if !new.roles.is_empty() {
                known.roles.clone_from(&new.roles);
            }
            known.using = text(&new.using).or(known.using.clone());
            known.check = text(&new.check).or(known.check.clone());
        } else if new.new {
            table.policies.push(RowPolicy {
                name: new.name.clone(),
                command: new.command.clone().unwrap_or_else(|| "all".to_owned()),
                restrictive: new.restrictive,
                roles: if new.roles.is_empty() { vec!["public".to_owned()] } else { new.roles.clone() },
                using: text(&new.using),
                check: text(&new.check),
                columns,
                at,
            });
        }
    }

    pub(super) fn drop_policy(&mut self, name: &str, table: &Name, certain: bool) {
        let Some(table) = self.table(table) else { return };
        if certain {
            table.policies.retain(|policy| policy.name != name);
        } else {
            table.policies_more.get_or_insert_with(put_together);
        }
    }
}

/// A table of which nothing is known but its name.
fn outside(schema: &str, name: &str, at: Span) -> Table {
    let reason = || elsewhere(&format!("{schema}.{name}"));
    Table {
        schema: schema.to_owned(),
        name: name.to_owned(),
        at,
        created: false,
        columns: Vec::new(),
        columns_more: Some(reason()),
        rls: Field::unknown(reason(), at),
        forced: Field::unknown(reason(), at),
        logged: Field::unknown(reason(), at),
        policies: Vec::new(),
        policies_more: Some(reason()),
        grants: Vec::new(),
        grants_more: Some(reason()),
        indexes: Vec::new(),
        indexes_more: Some(reason()),
        options: Vec::new(),
    }
}

/// A switch that a statement turns. One that may not run leaves it open.
fn turned(switch: &mut Field<bool>, to: bool, at: Span, certain: bool) {
    if certain {
        *switch = Field::set(to, at);
    } else if switch.value() != Some(&to) {
        switch.state = State::Unknown(Reason::Unseen { what: "whether a condition in SQL holds".into() });
    }
}

fn alter(table: &mut Table, change: &Change, added: Option<TableColumn>, certain: bool) {
    match change {
        Change::AddColumn(column, constraints) => {
            if table.columns.iter().all(|known| known.name != column.name) {
                table.columns.extend(added);
            }
            constraints.iter().for_each(|constraint| constrain(table, constraint));
        }
        Change::DropColumn(name) => {
            table.columns.retain(|column| column.name != *name);
            table.indexes.retain(|index| !index.columns.iter().flatten().any(|column| column == name));
        }
        Change::NotNull(name, set) => {
            for column in table.columns.iter_mut().filter(|column| column.name == *name) {
                column.not_null = *set;
            }
        }
        Change::Default(name, default) => {
            for column in table.columns.iter_mut().filter(|column| column.name == *name) {
                column.default = default.is_some();
            }
        }
        Change::AddConstraint(constraint) => constrain(table, constraint),
        Change::DropConstraint(name) => table.indexes.retain(|index| index.name.as_ref() != Some(name)),
        Change::Security(on, at) => turned(&mut table.rls, *on, *at, certain),
        Change::Forced(on, at) => turned(&mut table.forced, *on, *at, certain),
        Change::Logged(on, at) => turned(&mut table.logged, *on, *at, certain),
        Change::Options(options) => {
            for (name, value, at) in options {
                table.options.retain(|(known, _)| known != name);
                table.options.extend(value.clone().map(|value| (name.clone(), Field::set(value, *at))));
            }
        }
        Change::Rename(name) => table.name.clone_from(name),
        Change::SetSchema(schema) => table.schema.clone_from(schema),
        Change::RenameColumn(from, to) => {
            let rename = |name: &mut String| {
                if name == from {
                    name.clone_from(to);
                }
            };
            table.columns.iter_mut().for_each(|column| rename(&mut column.name));
            table.indexes.iter_mut().flat_map(|index| &mut index.columns).flatten().for_each(rename);
            table.policies.iter_mut().flat_map(|policy| &mut policy.columns).for_each(|(name, _)| rename(name));
        }
        Change::Type(_) | Change::Other => {}
    }
}

/// Keys and unique columns bring indexes.
fn constrain(table: &mut Table, constraint: &Constraint) {
    let is_primary = constraint.kind == ConstraintKind::Primary;
    if !is_primary && constraint.kind != ConstraintKind::Unique {
        return;
    }
    for column in table.columns.iter_mut().filter(|column| is_primary && constraint.columns.contains(&column.name)) {
        column.primary = true;
        column.not_null = true;
    }
    let generated = || match (is_primary, constraint.columns.join("_")) {
        (true, _) => format!("{}_pkey", table.name),
        (false, columns) => format!("{}_{columns}_key", table.name),
    };
    table.indexes.push(TableIndex {
        name: Some(constraint.name.clone().unwrap_or_else(generated)),
        columns: constraint.columns.iter().cloned().map(Some).collect(),
        unique: true,
        partial: false,
        concurrently: false,
        method: "btree".to_owned(),
        at: constraint.at,
    });
}

/// The columns of a table that a policy compares. Inside a query of its own a bare name is of the
/// tables there.
fn compared(table: &Table, policy: &NewPolicy) -> Vec<(String, Span)> {
    let mut columns: Vec<(String, Span)> = Vec::new();
    for expression in [&policy.using, &policy.check].into_iter().flatten() {
        for name in &expression.compared {
            let is_own = match &name.of {
                Some(of) => *of == table.name,
                None => !name.nested,
            };
            let is_column = !table.created || table.columns.iter().any(|column| column.name == name.name);
            if is_own && is_column && columns.iter().all(|(known, _)| *known != name.name) {
                columns.push((name.name.clone(), expression.at));
            }
        }
    }
    columns
}
