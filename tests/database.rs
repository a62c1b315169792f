//! The schema that SQL leaves: what is found in the trees under `tests/data/database`, and what it
//! comes to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::engine::understand;
use seaworthy::model::database::{Grant, Role, Schema, Table};
use seaworthy::model::{Field, State};
use seaworthy::project::{Inputs, assemble};
use seaworthy::rules::Ruleset;
use seaworthy::source::{Reason, Sources, Span};
use std::path::Path;

struct Dump<'s> {
    sources: &'s Sources,
    lines: Vec<String>,
}

fn flag(field: &Field<bool>) -> String {
    match &field.state {
        State::Set(on) => on.to_string(),
        State::Absent => "absent".to_owned(),
        State::Unknown(reason) => format!("?({})", reason.phrase()),
    }
}

fn more(reason: Option<&Reason>) -> String {
    reason.map_or_else(String::new, |reason| format!(" ?({})", reason.phrase()))
}

impl Dump<'_> {
    fn at(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        format!("{}:{}", source.name.rsplit('/').next().unwrap(), source.position(span.start).line)
    }

    fn place(&self, field: &Field<bool>) -> String {
        format!("{} @{}", flag(field), self.at(field.at.unwrap()))
    }

    fn grant(&self, grant: &Grant) -> String {
        let with = if grant.grantable { " grantable" } else { "" };
        let Grant { to, verbs, on, reach, object, .. } = grant;
        format!("grant {} on {reach} {on} {object} to {to}{with} @{}", verbs.join(" "), self.at(grant.at))
    }

    fn table(&mut self, table: &Table) {
        let made = if table.created { "" } else { " (elsewhere)" };
        self.lines.push(format!("table {}{made} @{}", table.full(), self.at(table.at)));
        let mut add = |line: String| self.lines.push(format!("    {line}"));
        let columns = table.columns.iter().map(|column| {
            let marks = [(column.primary, " primary"), (column.not_null, " not-null"), (column.default, " default")];
            let marks: String = marks.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect();
            let to = column.references.as_ref().map_or_else(String::new, |to| format!(" -> {to}"));
            format!("{} {}{marks}{to}", column.name, column.of)
        });
        let columns: Vec<String> = columns.collect();
        add(format!("columns: {}{}", columns.join(", "), more(table.columns_more.as_ref())));
        let this = Dump { sources: self.sources, lines: Vec::new() };
        add(format!("rls {}; forced {}; logged {}", this.place(&table.rls), flag(&table.forced), flag(&table.logged)));
        for policy in &table.policies {
            let columns: Vec<&str> = policy.columns.iter().map(|(name, _)| name.as_str()).collect();
            let kind = if policy.restrictive { "restrictive " } else { "" };
            let (name, command, roles) = (&policy.name, &policy.command, policy.roles.join(" "));
            add(format!(
                "policy {name}: {kind}{command} to {roles}; compares {} @{}",
                columns.join(" "),
                this.at(policy.at)
            ));
        }
        for grant in &table.grants {
            add(this.grant(grant));
        }
        for index in &table.indexes {
            let columns: Vec<&str> = index.columns.iter().map(|name| name.as_deref().unwrap_or("(...)")).collect();
            let marks = [(index.unique, " unique"), (index.partial, " partial"), (index.concurrently, " concurrently")];
            let marks: String = marks.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect();
            let name = index.name.as_deref().unwrap_or("-");
            add(format!("index {name} {} ({}){marks}", index.method, columns.join(", ")));
        }
        for (name, value) in &table.options {
            add(format!("option {name} = {}", value.value().unwrap()));
        }
        let open =
            [("policies", &table.policies_more), ("grants", &table.grants_more), ("indexes", &table.indexes_more)];
        for (name, reason) in open {
            if reason.is_some() {
                add(format!("{name}:{}", more(reason.as_ref())));
            }
        }
    }

    fn role(&mut self, role: &Role) {
        let flags = role.flags.iter().filter(|(_, field)| field.value().is_some_and(|on| *on)).map(|(flag, _)| *flag);
        let names = |list: &[(String, Span)]| list.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ");
        let line = format!(
            "role {}{}: {}; member of {}; removed from {}; password {} @{}",
            role.name,
            if role.created { "" } else { " (elsewhere)" },
            flags.collect::<Vec<_>>().join(" "),
            names(&role.member_of),
            names(&role.removed_from),
            matches!(role.password.state, State::Set(_)),
            self.at(role.at)
        );
        self.lines.push(line);
    }

    fn schema(&mut self, schema: &Schema) {
        let migrations = schema.migrations.iter().map(|it| format!("{} {:?}", it.name, it.version));
        self.lines.push(format!("migrations: {}", migrations.collect::<Vec<_>>().join(", ")));
        schema.tables.iter().for_each(|table| self.table(table));
        schema.roles.iter().for_each(|role| self.role(role));
        let grants: Vec<String> = schema.grants.iter().map(|grant| self.grant(grant)).collect();
        self.lines.extend(grants);
        for it in &schema.functions {
            let line = format!(
                "function {}.{} definer {} search-path {}",
                it.schema,
                it.name,
                flag(&it.definer),
                flag(&it.search_path)
            );
            self.lines.push(line);
        }
        for it in &schema.parameters {
            self.lines.push(format!(
                "parameter {} {:?} {} = {}",
                it.level,
                it.of,
                it.name,
                it.value.value().unwrap().expose()
            ));
        }
        for (name, _) in &schema.extensions {
            self.lines.push(format!("extension {name}"));
        }
        for it in &schema.statements {
            let locks = it.locks.map_or_else(String::new, |word| format!(" locks: {word}"));
            self.lines.push(format!("{} {}{locks} @{}", it.verb, it.objects.join(" "), self.at(it.at)));
        }
        for (name, reason) in
            [("tables", &schema.tables_more), ("roles", &schema.roles_more), ("grants", &schema.grants_more)]
        {
            if reason.is_some() {
                self.lines.push(format!("{name}:{}", more(reason.as_ref())));
            }
        }
    }
}

#[test]
fn every_tree_comes_to_its_schema() {
    let ruleset = Ruleset::builtin().unwrap_or_else(|_| panic!("the rules are whole"));
    let mut folders: Vec<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/database"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders {
        let inputs = Inputs { paths: vec![folder.join("compose.yaml"), folder.clone()], ..Inputs::default() };
        let mut project = assemble(&inputs).unwrap();
        understand(&mut project, &ruleset);
        let mut dump = Dump { sources: &project.workspace.sources, lines: Vec::new() };
        dump.schema(&project.stacks[0].database);
        for stack in &project.stacks {
            for rules in &stack.host_rules {
                let of = rules.container.map(|index| stack.containers[index].name.clone());
                let of = of.or_else(|| rules.object.map(|index| stack.objects[index].name.clone())).unwrap();
                dump.lines.push(format!("host rules of {of} @{}{}", dump.at(rules.at), more(rules.more.as_ref())));
                for rule in &rules.rules {
                    let address = rule.line.address.as_deref().unwrap_or("-");
                    let (databases, users) = (rule.line.databases.join(","), rule.line.users.join(","));
                    let shadowed = if rule.shadowed { " shadowed" } else { "" };
                    let at = dump.at(rule.at);
                    dump.lines.push(format!(
                        "    {} {databases} {users} {address} {}{shadowed} @{at}",
                        rule.line.kind, rule.line.method
                    ));
                }
            }
        }
        dump.lines.extend(project.problems.iter().map(|problem| format!("problem: {}", problem.message)));
        for (path, entry) in &project.inventory.files {
            let name = path.split("tests/data/database/").last().unwrap();
            dump.lines.push(format!("{name}: {} {}", entry.status.word(), entry.why));
        }
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        insta::assert_snapshot!(format!("database__{name}"), dump.lines.join("\n"));
    }
}
