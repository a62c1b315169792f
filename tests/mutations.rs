//! One line of a deployment that is ready is broken, and exactly the rules turn that should, where it is
//! broken. The cases are `tests/data/mutations/PACK.yaml`; the deployments `fixtures/PACK/ready`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/index.rs"]
mod index;

use rayon::prelude::*;
use seaworthy::engine::{judge_with_places, understand};
use seaworthy::findings::{Role, Verdict, attest, variants};
use seaworthy::options::audit::{Audit, Raw};
use seaworthy::options::settle::settle;
use seaworthy::project::{Project, assemble};
use seaworthy::rules::{Mode, Ruleset};
use seaworthy::source::{Place, Problem, Sources, Span};
use seaworthy::triage::attestations;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The cases of a pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    /// The day of the audits.
    as_of: String,
    /// Files that are put beside those of the fixture, by their name there.
    #[serde(default)]
    beside: BTreeMap<String, String>,
    /// What git tracks, sorted.
    #[serde(default)]
    tracked: Vec<String>,
    /// Items that no single line breaks, with the reason. A test asks that of items that files decide; of
    /// others that files show in part it says why none does.
    #[serde(default)]
    unbreakable: BTreeMap<String, String>,
    /// Whether that is said of every item, not only of those that files alone decide.
    #[serde(default)]
    whole: bool,
    mutations: Vec<Mutation>,
}

/// One line that is broken.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    /// The item of the checklist that it breaks.
    item: String,
    file: String,
    /// What stands there, exactly once.
    find: String,
    /// What stands there then; nothing blanks the whole line, so that the others keep their numbers.
    #[serde(default)]
    replace: String,
    /// `FILE:LINE: MESSAGE` of what cannot be read then. It hides a part, so nothing is asked of the rest.
    #[serde(default)]
    problem: Option<String>,
    /// `RULE @ FILE:LINE`, with the verdict behind it if it is not fail.
    #[serde(default)]
    turns: Option<Vec<String>>,
}

impl Mutation {
    /// The broken text, the line behind which lines move, and by how many.
    fn of(&self, text: &str) -> (String, i64, i64) {
        let count = text.matches(&self.find).count();
        assert_eq!(count, 1, "{}: {} of {:?} in {}", self.item, count, self.find, self.file);
        let start = text.find(&self.find).unwrap();
        let end = start + self.find.len();
        let lines = |text: &str| i64::try_from(text.matches('\n').count()).unwrap();
        if self.replace.is_empty() {
            let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let end = text[end..].find('\n').map_or(text.len(), |at| end + at);
            let blank: String = text[start..end].chars().filter(|letter| *letter == '\n').collect();
            return (format!("{}{blank}{}", &text[..start], &text[end..]), 0, 0);
        }
        let moved = lines(&self.replace) - lines(&self.find);
        (format!("{}{}{}", &text[..start], self.replace, &text[end..]), lines(&text[..end]) + 1, moved)
    }
}

/// What does not hold: verdict, rule, file and line, and the items that this is about.
type Open = BTreeMap<(String, String, i64), (Verdict, Vec<String>)>;

/// A fixture, and how it is audited.
struct Fixture {
    files: BTreeMap<String, String>,
    tracked: Vec<String>,
    audit: Audit,
    ruleset: Ruleset,
    /// The items that files decide.
    automatic: BTreeSet<String>,
}

/// Where a place of a rendered text was written.
fn written(sources: &Sources, span: Span) -> Span {
    let source = sources.get(span.source);
    let chain = source.origins.as_ref().and_then(|origins| origins.chain(span.start));
    chain.and_then(|chain| chain.iter().find_map(|step| step.span)).unwrap_or(span)
}

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Fixture {
    fn new(pack: &str, table: &Table) -> Self {
        let base = at("fixtures").join(pack).join("ready");
        let entries = walkdir::WalkDir::new(&base).into_iter().map(Result::unwrap);
        let mut files: BTreeMap<String, String> = entries
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(&base).unwrap().to_str().unwrap().replace('\\', "/");
                (path, std::fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        for (name, from) in &table.beside {
            files.insert(name.clone(), std::fs::read_to_string(at(from)).unwrap());
        }
        let raw = Raw { paths: vec![base], as_of: Some(table.as_of.clone()), ..Raw::default() };
        let audit = Audit::check(settle(raw, &[]).unwrap().raw).unwrap();
        let ruleset = Ruleset::load_tuned(&audit.rules, &audit.tuning).unwrap_or_else(|errors| {
            panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        let automatic = items(pack, &ruleset, |mode| mode == Mode::Automatic);
        Self { files, tracked: table.tracked.clone(), audit, ruleset, automatic }
    }

    /// The project when one file reads otherwise, with the folder that it lies in.
    fn project(&self, other: Option<(&str, &str)>) -> (Project, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, bytes: &[u8]| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        for (path, text) in &self.files {
            let text = other.filter(|(file, _)| file == path).map_or(text.as_str(), |(_, text)| text);
            write(path, text.as_bytes());
        }
        write(".git/HEAD", b"ref: refs/heads/main\n");
        let tracked: Vec<&str> = self.tracked.iter().map(String::as_str).collect();
        write(".git/index", &index::index(&tracked));

        let mut inputs = self.audit.inputs.clone();
        inputs.paths = vec![folder.path().to_owned()];
        let mut project = assemble(&inputs).unwrap();
        understand(&mut project, &self.ruleset);
        (project, folder)
    }

    /// What does not hold when one file reads otherwise.
    fn open(&self, other: Option<(&str, &str)>) -> Result<Open, String> {
        let (project, _folder) = self.project(other);
        if let Some(problem) = project.problems.first() {
            return Err(format!("the files cannot be read: {}", problem.message));
        }
        let sources = &project.workspace.sources;
        let findings = judge_with_places(&project.stacks, &self.ruleset, usize::MAX);
        let mut findings = variants::merged(findings, sources, usize::MAX);
        let files = attestations::candidates(&project.stacks);
        let (records, _) = attestations::read(&files, &project.workspace, &self.ruleset, self.audit.as_of);
        attest(&mut findings, &project.stacks, &records, self.audit.as_of);

        let mut open = Open::new();
        let holds = [Verdict::Pass, Verdict::Attested, Verdict::NotApplicable];
        for finding in findings.iter().filter(|finding| !holds.contains(&finding.verdict)) {
            for site in finding.sites.iter().filter(|site| site.role == Role::Primary) {
                let span = written(sources, site.span);
                let source = sources.get(span.source);
                let line = i64::from(source.position(span.start).line);
                let items = finding.rule.items.iter().chain(&*finding.more_items).cloned().collect();
                open.insert((finding.rule.id.clone(), source.name.to_string(), line), (finding.verdict, items));
            }
        }
        Ok(open)
    }

    /// What turns when one line is broken, and whether an item of the mutation is among it.
    fn turns(&self, mutation: &Mutation, before: &Open) -> Result<Vec<String>, String> {
        let text = self.files.get(&mutation.file).ok_or_else(|| format!("there is no {}", mutation.file))?;
        let (text, behind, moved) = mutation.of(text);
        if let Some(expected) = &mutation.problem {
            let (project, _folder) = self.project(Some((&mutation.file, &text)));
            let told = problems(&project);
            return if told == [expected.as_str()] {
                Ok(Vec::new())
            } else {
                Err(format!("the problems are {told:#?}"))
            };
        }
        let mut turned = self.open(Some((&mutation.file, &text)))?;
        for ((rule, file, line), (verdict, _)) in before {
            let line = if *file == mutation.file && *line > behind { line + moved } else { *line };
            let place = (rule.clone(), file.clone(), line);
            if turned.get(&place).is_some_and(|(now, _)| now == verdict) {
                turned.remove(&place);
            }
        }
        // What files show in part is not known where they show nothing.
        let is_broken = |(verdict, items): &(Verdict, Vec<String>)| {
            let is_open = *verdict == Verdict::Unknown && !self.automatic.contains(&mutation.item);
            (*verdict == Verdict::Fail || is_open) && items.contains(&mutation.item)
        };
        if !turned.values().any(is_broken) {
            return Err(format!("no rule of the item fails, only these turn: {:?}", turned.keys().collect::<Vec<_>>()));
        }
        let line = |((rule, file, line), (verdict, _)): (&(String, String, i64), &(Verdict, Vec<String>))| {
            let word = if *verdict == Verdict::Fail { String::new() } else { format!(" {}", verdict.word()) };
            format!("{rule} @ {file}:{line}{word}")
        };
        Ok(turned.iter().map(line).collect())
    }
}

/// What cannot be read of a project, as `FILE:LINE: MESSAGE`.
fn problems(project: &Project) -> Vec<String> {
    let sources = &project.workspace.sources;
    let line = |problem: &Problem| match &problem.place {
        Place::Path(path) => format!("{path}: {}", problem.message),
        Place::Span(span) => {
            let span = written(sources, *span);
            let source = sources.get(span.source);
            format!("{}:{}: {}", source.name, source.position(span.start).line, problem.message)
        }
    };
    project.problems.iter().map(line).collect()
}

/// The table with other expectations: those of each mutation by their position.
fn rewritten(text: &str, turns: &[Option<Vec<String>>]) -> String {
    let (mut out, mut entry, mut skips) = (String::new(), None, false);
    for line in text.lines() {
        if line.starts_with("  - item:") {
            entry = Some(entry.map_or(0, |entry: usize| entry + 1));
        }
        skips &= line.starts_with("      - ");
        if skips {
            continue;
        }
        writeln!(out, "{line}").unwrap();
        let known = entry.and_then(|entry| turns.get(entry)).and_then(Option::as_ref);
        if let Some(turns) = known.filter(|_| line == "    turns:") {
            turns.iter().for_each(|turn| writeln!(out, "      - {turn}").unwrap());
            skips = true;
        }
    }
    out
}

/// Items of the rules of a pack of which a mode is wanted.
fn items(pack: &str, ruleset: &Ruleset, wanted: impl Fn(Mode) -> bool) -> BTreeSet<String> {
    let metas = ruleset.metas().filter(|meta| meta.pack == pack && wanted(meta.mode));
    metas.flat_map(|meta| meta.items.iter().cloned()).collect()
}

/// What is wrong with a table. With INSTA_UPDATE=always, what turns is written into it, to be read.
fn faults(pack: &str, path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let table: Table = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let fixture = Fixture::new(pack, &table);
    let before = fixture.open(None).unwrap();
    let turned: Vec<_> = table.mutations.par_iter().map(|mutation| fixture.turns(mutation, &before)).collect();
    if std::env::var("INSTA_UPDATE").is_ok_and(|mode| mode == "always") {
        let known: Vec<_> = turned.iter().map(|turned| turned.as_ref().ok().cloned()).collect();
        std::fs::write(path, rewritten(&text, &known)).unwrap();
    }

    let mut faults = Vec::new();
    for (mutation, turned) in table.mutations.iter().zip(turned) {
        let mut expected = mutation.turns.clone().unwrap_or_default();
        expected.sort();
        let of = format!("{} ({} in {})", mutation.item, mutation.find, mutation.file);
        match turned {
            Err(fault) => faults.push(format!("{of}: {fault}")),
            Ok(mut turned) => {
                turned.sort();
                if turned != expected {
                    faults.push(format!("{of}:\n  expected {expected:#?}\n  turned {turned:#?}"));
                }
            }
        }
    }
    let broken: BTreeSet<&String> = table.mutations.iter().map(|mutation| &mutation.item).collect();
    // What every deployment is asked is no item of this pack's checklist.
    let is_own = |item: &&String| !table.whole || !item.starts_with("GEN-");
    let shown = items(pack, &fixture.ruleset, |mode| table.whole || mode != Mode::Manual);
    for item in shown.iter().filter(is_own) {
        match (broken.contains(item), table.unbreakable.contains_key(item)) {
            (false, false) if table.whole || fixture.automatic.contains(item) => {
                faults.push(format!("{item} of {pack} has no mutation"))
            }
            (true, true) => faults.push(format!("{item} of {pack} has a mutation, and is said to have none")),
            _ => {}
        }
    }
    let unknown = table.unbreakable.keys().filter(|item| !shown.contains(*item));
    faults.extend(unknown.map(|item| format!("no rule of {pack} that a line may break has the item {item}")));
    faults
}

#[test]
fn every_broken_line_turns_its_rules_and_no_others() {
    let ruleset = Ruleset::builtin().unwrap();
    // What the core asks is asked through the rules of every pack.
    let packs = ruleset.packs.iter().filter(|pack| !pack.checklist.is_empty() && pack.name != "core");
    let mut found: Vec<String> = Vec::new();
    for pack in packs {
        found.extend(faults(&pack.name, &at("tests/data/mutations").join(format!("{}.yaml", pack.name))));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
