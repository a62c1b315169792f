//! The SQL beside deployments: migrations and init scripts become the schema of their database.

use super::beside::is_trial;
use super::readable::{at_most, readable};
use super::schedules::beside;
use crate::database::Builder;
use crate::database::order::{self, Sequence};
use crate::discovery::{FileKind, Inventory, Status, Workspace};
use crate::model::database::{Migration, Schema};
use crate::model::{Mount, MountKind, Stack};
use crate::source::reader::{folder, is_below, join};
use crate::source::{Problem, Reason, Span};
use crate::syntax::sql::{self, Body, Script};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The most files of SQL that are read.
const MOST: usize = 5_000;

/// Where images run what makes a database.
const INIT: &str = "/docker-entrypoint-initdb.d";

/// A file that was read.
struct Read {
    path: String,
    at: Span,
    script: Script,
}

impl Read {
    fn migration(&self) -> Migration {
        let name = order::stem(&self.path).to_owned();
        let version = order::version(&name);
        Migration { path: self.path.clone(), name, version, at: self.at }
    }
}

/// Gives each stack the schema that the SQL beside it makes.
pub fn add(stacks: &mut [Stack], files: &[String], workspace: &Workspace, inventory: &mut Inventory) -> Vec<Problem> {
    let mut problems = Vec::new();
    if stacks.is_empty() || files.is_empty() {
        return problems;
    }
    let files: Vec<String> = at_most(MOST, files, "files of SQL", &mut problems).into_iter().cloned().collect();
    let of_stacks = assigned(stacks, &files);
    let plan = |path: &str| {
        let source = if workspace.exists(path) { workspace.open(path).ok()? } else { return None };
        Some(workspace.sources.get(source).expose().to_owned())
    };
    let wanted: BTreeSet<&String> = of_stacks.iter().flatten().collect();
    let wanted = readable(wanted.into_iter().collect(), workspace, &mut problems);
    let read: Vec<(String, Read)> = wanted.into_par_iter().filter_map(|path| read(path, workspace)).collect();
    let mut read: HashMap<String, Read> = read.into_iter().collect();
    let mut paths: Vec<&String> = read.keys().collect();
    paths.sort();
    for path in paths {
        inventory.note(path.as_str(), FileKind::Config, Status::Audited, "");
    }
    let mut made: BTreeMap<&Vec<String>, Arc<Schema>> = BTreeMap::new();
    for (stack, files) in stacks.iter_mut().zip(&of_stacks).filter(|(_, files)| !files.is_empty()) {
        let schema = made.entry(files).or_insert_with(|| {
            let sequences = order::sequences(files, &plan);
            Arc::new(schema(&sequences, &read, inventory))
        });
        stack.database = Arc::clone(schema);
    }
    let mut found: Vec<(String, Vec<Problem>)> = read
        .drain()
        .filter(|(_, read)| !read.script.is_foreign)
        .map(|(path, read)| (path, read.script.problems))
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    problems.extend(found.into_iter().flat_map(|(_, problems)| problems));
    problems
}

/// For each stack the files of SQL that are its own: what it mounts where databases are set up, and
/// what lies nearest to it.
fn assigned(stacks: &[Stack], files: &[String]) -> Vec<Vec<String>> {
    let mounted: Vec<Vec<&String>> = stacks
        .iter()
        .map(|stack| {
            let places: Vec<String> = stack.mounts.iter().filter_map(|mount| set_up(stack, mount)).collect();
            files.iter().filter(|file| places.iter().any(|place| is_below(file, place))).collect()
        })
        .collect();
    let mut found: Vec<BTreeSet<&String>> = mounted.iter().map(|own| own.iter().copied().collect()).collect();
    let is_mounted: BTreeSet<&String> = mounted.iter().flatten().copied().collect();
    let mut near: HashMap<&str, Vec<usize>> = HashMap::new();
    for file in files.iter().filter(|file| !is_mounted.contains(file)) {
        let place = folder(file);
        for index in near.entry(place).or_insert_with(|| beside(stacks, place)).iter() {
            let (Some(stack), Some(own)) = (stacks.get(*index), found.get_mut(*index)) else { continue };
            let inner = file.strip_prefix(&format!("{}/", stack.root)).unwrap_or(file);
            if !is_trial(inner) {
                own.insert(file);
            }
        }
    }
    found.into_iter().map(|own| own.into_iter().cloned().collect()).collect()
}

/// The place of a mount that brings scripts to where they are run when a database is made.
fn set_up(stack: &Stack, mount: &Mount) -> Option<String> {
    let path = mount.path.value()?.expose();
    let source = mount.source.value().filter(|_| mount.kind == MountKind::Bind && is_below(path, INIT))?;
    join(&stack.root, source.expose())
}

fn read(path: &str, workspace: &Workspace) -> Option<(String, Read)> {
    let source = workspace.open(path).ok()?;
    let text = workspace.sources.get(source);
    let script = sql::read(source, text.expose(), &order::ups(text.expose()));
    Some((path.to_owned(), Read { path: path.to_owned(), at: Span::file(source), script }))
}

/// What sequences come to. Those that make the same tables are of databases of their own, unless most
/// are the same: then one is a copy of the other.
fn schema(sequences: &[Sequence], read: &HashMap<String, Read>, inventory: &mut Inventory) -> Schema {
    let mut builders: Vec<Builder> = Vec::new();
    // That they are there is known all the same.
    let mut copies = Vec::new();
    for sequence in sequences {
        let files: Vec<&Read> = sequence.files.iter().filter_map(|path| read.get(path)).collect();
        if files.iter().any(|file| file.script.is_foreign) {
            for path in &sequence.files {
                inventory.settle(path, Status::Skipped, "SQL of another database than PostgreSQL");
            }
            continue;
        }
        let statements = || files.iter().flat_map(|file| &file.script.statements);
        let made = statements().filter(|it| matches!(&it.body, Body::CreateTable(table) if !table.temporary)).count();
        let clashes = builders.iter().map(|builder| builder.clashes(statements()));
        let place = clashes.clone().position(|clashes| clashes == 0);
        if place.is_none() && clashes.into_iter().any(|clashes| clashes * 2 >= made) {
            for path in &sequence.files {
                inventory.settle(path, Status::Skipped, "it makes tables that other files make too");
            }
            copies.extend(files.iter().map(|file| file.migration()));
            continue;
        }
        let place = place.unwrap_or_else(|| {
            builders.push(Builder::default());
            builders.len() - 1
        });
        let Some(builder) = builders.get_mut(place) else { continue };
        for file in files {
            builder.run(file.migration(), &file.script);
        }
    }
    let mut schema = builders.into_iter().map(Builder::finish).reduce(joined).unwrap_or_default();
    schema.migrations.append(&mut copies);
    schema
}

/// Two databases that one stack has.
fn joined(mut one: Schema, mut other: Schema) -> Schema {
    one.tables.append(&mut other.tables);
    one.roles.append(&mut other.roles);
    one.grants.append(&mut other.grants);
    one.functions.append(&mut other.functions);
    one.extensions.append(&mut other.extensions);
    one.parameters.append(&mut other.parameters);
    one.statements.append(&mut other.statements);
    one.migrations.append(&mut other.migrations);
    let more = |one: &mut Option<Reason>, other: Option<Reason>| *one = one.take().or(other);
    more(&mut one.tables_more, other.tables_more);
    more(&mut one.roles_more, other.roles_more);
    more(&mut one.grants_more, other.grants_more);
    one
}
