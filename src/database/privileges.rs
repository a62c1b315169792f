//! Privileges as statements give and take them.

use super::apply::{Builder, put_together};
use crate::model::database::Grant;
use crate::source::Span;
use crate::syntax::sql::{Privileges, Scope, Target};

/// What `ALL` on a table stands for.
const ALL: [&str; 7] = ["select", "insert", "update", "delete", "truncate", "references", "trigger"];

impl Builder {
    /// The privileges that a new table of a schema comes with.
    pub(super) fn future_grants(&self, schema: &str) -> Vec<Grant> {
        let future = self.schema.grants.iter().filter(|grant| grant.on == "table" && grant.reach == "future");
        future.filter(|grant| grant.object == schema || grant.object == "*").cloned().collect()
    }

    pub(super) fn grant(&mut self, privileges: &Privileges, at: Span, certain: bool) {
        let named: Vec<String> = match (privileges.scope, privileges.target) {
            (Scope::Named, Target::Table | Target::Sequence | Target::Function) => {
                privileges.names.iter().map(|name| self.full(name)).collect()
            }
            _ => privileges.names.iter().map(|name| name.name.clone()).collect(),
        };
        let objects = if named.is_empty() { vec!["*".to_owned()] } else { named };
        for to in &privileges.to {
            for (index, object) in objects.iter().enumerate() {
                let grant = Grant {
                    to: to.clone(),
                    verbs: privileges.verbs.clone(),
                    on: on(privileges.target),
                    reach: reach(privileges.scope),
                    object: object.clone(),
                    grantable: privileges.grantable,
                    at,
                };
                let name = privileges.names.get(index).filter(|_| privileges.scope == Scope::Named);
                if privileges.target == Target::Table
                    && let Some(name) = name
                    && let Some(table) = self.table(name)
                {
                    change(&mut table.grants, &grant, privileges);
                }
                if privileges.target == Target::Table && privileges.scope == Scope::AllIn {
                    for table in self.tables.iter_mut().flatten().filter(|table| table.schema == *object) {
                        change(&mut table.grants, &grant, privileges);
                    }
                }
                self.listed(grant, privileges);
            }
        }
        if !certain && !privileges.given {
            self.schema.grants_more.get_or_insert_with(put_together);
        }
    }

    /// Changes the list of privileges as they are written.
    fn listed(&mut self, grant: Grant, privileges: &Privileges) {
        if privileges.given {
            self.schema.grants.push(grant);
            return;
        }
        let prefix = format!("{}.", grant.object);
        let mut hit: Vec<Grant> = Vec::new();
        self.schema.grants.retain(|known| {
            let same = known.on == grant.on && known.to == grant.to;
            let covers = known.object == grant.object && known.reach == grant.reach
                // What is taken from all things of a schema is taken from each.
                || grant.reach == "all" && known.reach == "named" && known.object.starts_with(&prefix);
            if same && covers {
                hit.push(known.clone());
            }
            !(same && covers)
        });
        let rest = hit.into_iter().filter_map(|known| without(known, privileges));
        self.schema.grants.extend(rest);
    }
}

/// Adds privileges to those on a table, or takes them away.
fn change(grants: &mut Vec<Grant>, grant: &Grant, privileges: &Privileges) {
    if privileges.given {
        grants.push(grant.clone());
        return;
    }
    let (hit, mut rest): (Vec<Grant>, Vec<Grant>) =
        std::mem::take(grants).into_iter().partition(|known| known.to == grant.to);
    rest.extend(hit.into_iter().filter_map(|known| without(known, privileges)));
    *grants = rest;
}

/// What is left of privileges when others are taken away.
fn without(mut grant: Grant, taken: &Privileges) -> Option<Grant> {
    if taken.option_only {
        grant.grantable = false;
        return Some(grant);
    }
    let is_all = |verbs: &[String]| verbs.iter().any(|verb| verb == "all");
    if is_all(&taken.verbs) {
        return None;
    }
    if is_all(&grant.verbs) && grant.on == "table" {
        grant.verbs = ALL.map(str::to_owned).to_vec();
    }
    grant.verbs.retain(|verb| !taken.verbs.contains(verb));
    (!grant.verbs.is_empty()).then_some(grant)
}

fn on(target: Target) -> &'static str {
    match target {
        Target::Table => "table",
        Target::Sequence => "sequence",
        Target::Function => "function",
        Target::Schema => "schema",
        Target::Database => "database",
        Target::Other => "other",
    }
}

fn reach(scope: Scope) -> &'static str {
    match scope {
        Scope::Named => "named",
        Scope::AllIn => "all",
        Scope::Future => "future",
    }
}
