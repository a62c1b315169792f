//! All rules and packs of a run.

use super::adjust::{Adjusted, adjust};
use super::compile::Defines;
use super::declared::{Declared, DeclaredFact};
use super::error::Error;
use super::file::File;
use super::inherit::{Lineage, lineage};
use super::library::{Library, SHARED};
use super::like;
use super::meta::Meta;
use super::pack::{self, Pack};
use super::read;
use super::rule::Rule;
use super::template::Part;
use super::tuning::Tuning;
use crate::source::nearest::suggestion;
use crate::syntax::Node;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// All rules and packs of a run, checked.
#[derive(Default)]
pub struct Ruleset {
    /// By id.
    pub rules: Vec<Rule>,
    /// By name.
    pub packs: Vec<Pack>,
    /// What the rules that were left out say about themselves.
    pub left_out: Vec<Arc<Meta>>,
    /// Facts that packs ask an operator for, in the order of their numbers.
    pub facts: Vec<DeclaredFact>,
    /// What an operator declared.
    pub declared: Declared,
    asleep: Option<Asleep>,
}

/// Rules that are read only if they are needed.
struct Asleep {
    library: Library,
    /// Their packs.
    packs: HashSet<String>,
}

/// How many of the rules are read at once.
enum Extent {
    /// Those that are asked of everything, and those of the packs that these files belong to or roll up.
    Awake(HashSet<String>),
    All,
}

impl Ruleset {
    /// What its rules say in findings: titles, advice, wordings without the values that they tell.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| {
            let clauses = rule.require.iter().chain(&rule.reject).chain(&rule.advise);
            let wordings = clauses.filter_map(|clause| clause.say.as_ref()).chain(&rule.message);
            let plain = wordings.flat_map(|wording| &wording.parts).filter_map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Value(_) => None,
            });
            plain.chain([rule.meta.title.as_str(), rule.meta.why.as_str(), rule.meta.fix.as_str()])
        })
    }

    /// The rules that are built in.
    ///
    /// # Errors
    /// Every mistake in them; the tests see to it that there is none.
    pub fn builtin() -> Result<Self, Vec<Error>> {
        Self::load(&[])
    }

    /// The rules of folders, and those that are built in and are asked of everything. Those of packs that
    /// ask only where one of their apps was recognised sleep until [`Ruleset::wake`], as most runs need few
    /// of them. Options that change rules ([`Tuning::is_of_rules`]) ask for [`Ruleset::load_tuned`]: they do
    /// not reach those.
    ///
    /// # Errors
    /// Every mistake in the rules that are read, and in what the options declare.
    pub fn awake(folders: &[PathBuf], tuning: &Tuning) -> Result<Self, Vec<Error>> {
        let mut library = Library::builtin();
        let (own, errors) = library.add_folders(folders, &|known, file| known.text == file.text);
        Self::compile(library, errors, tuning, Extent::Awake(own))
    }

    /// The rules that are built in and those of folders.
    ///
    /// # Errors
    /// Every mistake in any file, in the order of the files.
    pub fn load(folders: &[PathBuf]) -> Result<Self, Vec<Error>> {
        Self::load_tuned(folders, &Tuning::default())
    }

    /// The same, changed as the options say.
    ///
    /// # Errors
    /// Every mistake in any file, the one with the options included.
    pub fn load_tuned(folders: &[PathBuf], tuning: &Tuning) -> Result<Self, Vec<Error>> {
        let mut library = Library::builtin();
        let (_, errors) = library.add_folders(folders, &|known, file| known.text == file.text);
        Self::compile(library, errors, tuning, Extent::All)
    }

    /// The rules of folders to be tested, beside those that are built in: a file takes the place of the
    /// built-in one of its name, so that rules can be tested while they are changed. The ids are those
    /// of the folders' files.
    ///
    /// # Errors
    /// Every mistake in any file.
    pub fn load_to_test(folders: &[PathBuf]) -> Result<(Self, HashSet<String>), Vec<Error>> {
        let mut library = Library::builtin();
        let (own, errors) = library.add_folders(folders, &|_, _| true);
        Self::compile(library, errors, &Tuning::default(), Extent::All).map(|ruleset| (ruleset, own))
    }

    /// Compiles one file that is nowhere on disk, beside those that are built in; of these, those sleep that
    /// [`Ruleset::awake`] leaves asleep.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn with(path: &str, text: &str) -> Result<Self, Vec<Error>> {
        let mut library = Library::builtin();
        let own = library.add(format!("rules/{path}"), path, text);
        Self::compile(library, Vec::new(), &Tuning::default(), Extent::Awake(HashSet::from([own])))
    }

    fn compile(library: Library, mut errors: Vec<Error>, tuning: &Tuning, extent: Extent) -> Result<Self, Vec<Error>> {
        let sleepers = match extent {
            Extent::All => HashSet::new(),
            Extent::Awake(own) => library.sleepers(&own),
        };
        let is_awake = |pack: &str| !sleepers.contains(pack);
        let seen = library.defines(&is_awake);
        let mut ruleset = Self::default();
        for file in library.packs() {
            let outline = file.outline().filter(|_| !is_awake(file.pack()));
            ruleset.packs.extend(pack_of(file, outline, &seen, &mut errors));
        }
        for (index, pack) in ruleset.packs.iter().enumerate() {
            if let Some(known) = ruleset.packs.iter().take(index).find(|known| known.name == pack.name) {
                let message = format!("the pack \"{}\" is already in {}; give it another name", pack.name, known.file);
                errors.push(Error::file(pack.file.as_str(), message));
            }
        }
        like::inherit(&mut ruleset.packs, &mut errors);
        ruleset.facts = ruleset.packs.iter().flat_map(|pack| pack.facts.iter().cloned()).collect();
        errors.extend(ruleset.read(&library, &seen, tuning, &is_awake));
        let ids: Vec<&str> = library.rules().map(|file| &*file.id).collect();
        let Self { rules, packs, facts, declared, .. } = &mut ruleset;
        errors.extend(adjust(Adjusted { rules, packs, facts, declared }, tuning, &ids));
        // A mistake in a predicate shows wherever it is used, and is told once.
        let mut told = HashSet::new();
        errors.retain(|error| told.insert(error.clone()));
        if !sleepers.is_empty() {
            ruleset.asleep = Some(Asleep { library, packs: sleepers });
        }
        if errors.is_empty() { Ok(ruleset) } else { Err(errors) }
    }

    /// Reads and adds the rules of the packs that are wanted. Answers every mistake in them.
    fn read(
        &mut self,
        library: &Library,
        seen: &BTreeMap<&str, Defines<'_>>,
        tuning: &Tuning,
        wanted: &(dyn Fn(&str) -> bool + Sync),
    ) -> Vec<Error> {
        let files: Vec<&File> = library.rules().filter(|file| wanted(file.pack())).collect();
        let read = |file: &&File| {
            let mut errors = file.broken();
            let rule = match lineage(file, &library.files) {
                Ok(Some(lineage)) => self.rule(file, &lineage, seen, tuning).map(Some),
                Ok(None) => Ok(None),
                Err(error) => Err(vec![error]),
            };
            (
                rule.unwrap_or_else(|mut found| {
                    errors.append(&mut found);
                    None
                }),
                errors,
            )
        };
        let found: Vec<(Option<Rule>, Vec<Error>)> = files.par_iter().map(read).collect();
        let mut errors = Vec::new();
        let mut whole = Vec::new();
        for (rule, mut mistakes) in found {
            errors.append(&mut mistakes);
            whole.extend(rule.iter().filter(|rule| !rule.parts.is_empty()).map(|rule| rule.meta.id.clone()));
            self.rules.extend(rule);
        }
        self.rules.sort_by(|one, other| one.meta.id.cmp(&other.meta.id));
        for pair in self.rules.windows(2) {
            if let [one, other] = pair
                && one.meta.id == other.meta.id
            {
                let message = format!("the rule \"{}\" is already in {}; give it another name", one.meta.id, one.file);
                errors.push(Error::file(other.file.as_str(), message));
            }
        }
        self.roll_up(library, &whole, &mut errors);
        errors
    }

    /// Wakes the packs that know one of some apps, or one that such an app is like.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn wake<'a>(&mut self, apps: impl IntoIterator<Item = &'a str>) -> Result<(), Vec<Error>> {
        let apps: HashSet<&str> = apps.into_iter().collect();
        let known = self.packs.iter().flat_map(|pack| &pack.apps).filter(|app| apps.contains(app.name.as_str()));
        let bases: HashSet<&str> = known.filter_map(|app| app.like.as_deref()).collect();
        let is_wanted = |name: &str| apps.contains(name) || bases.contains(name);
        let knows = |pack: &&Pack| pack.apps.iter().any(|app| is_wanted(&app.name));
        let wanted = self.packs.iter().filter(knows).map(|pack| pack.name.clone()).collect();
        self.wake_packs(&wanted)
    }

    /// Wakes all rules.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn wake_all(&mut self) -> Result<(), Vec<Error>> {
        let wanted = self.packs.iter().map(|pack| pack.name.clone()).collect();
        self.wake_packs(&wanted)
    }

    fn wake_packs(&mut self, wanted: &HashSet<String>) -> Result<(), Vec<Error>> {
        let Some(mut asleep) = self.asleep.take() else { return Ok(()) };
        let woken: HashSet<String> = asleep.packs.extract_if(|pack| wanted.contains(pack)).collect();
        let mut errors = Vec::new();
        if !woken.is_empty() {
            let (library, plain) = (&asleep.library, Tuning::default());
            let seen = library.defines(&|pack| !asleep.packs.contains(pack));
            for file in library.packs().filter(|file| woken.contains(file.pack())) {
                if let Some(whole) = pack_of(file, None, &seen, &mut errors)
                    && let Some(known) = self.packs.iter_mut().find(|pack| pack.name == whole.name)
                {
                    *known = whole;
                }
            }
            like::inherit(&mut self.packs, &mut errors);
            errors.extend(self.read(library, &seen, &plain, &|pack| woken.contains(pack)));
        }
        self.asleep = (!asleep.packs.is_empty()).then_some(asleep);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Reads a rule with what it takes over.
    fn rule<'f>(
        &self,
        file: &'f File,
        lineage: &Lineage<'f>,
        seen: &BTreeMap<&str, Defines<'f>>,
        tuning: &Tuning,
    ) -> Result<Rule, Vec<Error>> {
        let mut defines = Defines::new();
        let packs = std::iter::once(file.pack()).chain(lineage.ancestors.iter().map(|file| file.pack()));
        for pack in packs.chain([SHARED]) {
            for (name, define) in seen.get(pack).into_iter().flatten() {
                defines.entry(name.clone()).or_insert(*define);
            }
        }
        let visible = |fact: &DeclaredFact| fact.pack == file.pack() || fact.pack == SHARED;
        let mut facts: Vec<(usize, &DeclaredFact)> =
            self.facts.iter().enumerate().filter(|(_, fact)| visible(fact)).collect();
        // The first of a name counts, and its own come before those that all share.
        facts.sort_by_key(|(_, fact)| fact.pack != file.pack());
        let reading = read::Reading {
            source: file.source(),
            id: &file.id,
            text: file.text.clone(),
            defines: &defines,
            declared: facts.into_iter().map(|(number, fact)| (fact.name.as_str(), number, fact.of)).collect(),
            tuning,
            relatives: lineage.ancestors.iter().map(|file| (file.number(), file.source())).collect(),
        };
        let mut rule = read::rule(reading, &lineage.root)?;
        rule.extends = lineage.ancestors.iter().map(|file| file.id.to_string()).collect();
        let items = lineage.ancestors.iter().filter_map(|file| file.root()?.get("items")).flat_map(Node::items);
        rule.more_items = items.filter_map(Node::text).map(str::to_owned).collect();
        Ok(rule)
    }

    /// The name by which an operator declares the fact that a rule of a pack means: one of its own, else
    /// one that all share.
    #[must_use]
    pub fn fact_key(&self, pack: &str, name: &str) -> String {
        let mut of = [pack, SHARED].into_iter();
        let holder = of.find(|of| self.facts.iter().any(|fact| fact.pack == *of && fact.name == name));
        format!("{}/{name}", holder.unwrap_or(pack))
    }

    /// Tells the parts of rules that roll up others for which further items they speak.
    fn roll_up(&mut self, library: &Library, whole: &[String], errors: &mut Vec<Error>) {
        let whole: Vec<(String, Vec<String>, Vec<String>)> = self
            .rules
            .iter()
            .filter(|rule| whole.contains(&rule.meta.id))
            .map(|rule| (rule.meta.id.clone(), rule.parts.clone(), rule.meta.items.clone()))
            .collect();
        for (id, parts, items) in whole {
            for part in parts {
                match self.rules.iter_mut().find(|rule| rule.meta.id == part) {
                    Some(rule) if rule.parts.is_empty() => {
                        rule.more_items = rule.more_items.iter().chain(&items).cloned().collect();
                    }
                    found => {
                        let message = match found {
                            Some(_) => format!("\"{part}\" rolls up others itself; name its parts"),
                            None => {
                                let ids = library.rules().map(|file| &*file.id).filter(|id| *id != part);
                                format!("there is no rule \"{part}\"{}", suggestion(&part, ids))
                            }
                        };
                        let file = library.rules().find(|file| file.id == id);
                        errors.extend(file.map(|file| {
                            let at = file.root().and_then(|root| root.get("roll-up")).map(|node| node.span);
                            at.map_or_else(
                                || Error::file(file.source().name.to_string(), message.clone()),
                                |at| Error::at(file.source(), at, message.clone()),
                            )
                        }));
                    }
                }
            }
        }
    }

    /// What every rule says about itself, by id.
    pub fn metas(&self) -> impl Iterator<Item = &Arc<Meta>> + Clone {
        self.rules.iter().map(|rule| &rule.meta)
    }

    /// Leaves out the rules that are not wanted.
    pub fn retain(&mut self, wanted: impl Fn(&Meta) -> bool) {
        let (kept, left_out) = std::mem::take(&mut self.rules).into_iter().partition(|rule| wanted(&rule.meta));
        self.rules = kept;
        self.left_out.extend(left_out.into_iter().map(|rule: Rule| rule.meta));
    }

    /// The names of packs: those that have a file, and those that rules belong to.
    pub fn pack_names(&self) -> impl Iterator<Item = &str> {
        let of_rules = self.rules.iter().map(|rule| rule.meta.pack.as_str());
        self.packs.iter().map(|pack| pack.name.as_str()).chain(of_rules)
    }

    /// Whether there is a pack of this name.
    #[must_use]
    pub fn has_pack(&self, name: &str) -> bool {
        self.pack_names().any(|known| known == name)
    }

    /// Has the rules of a pack asked even where none of its apps was recognised.
    pub fn force(&mut self, name: &str) {
        self.packs.iter_mut().filter(|pack| pack.name == name).for_each(|pack| pack.always = true);
    }

    /// The rule of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.meta.id == id)
    }

    /// What the rule of an id says about itself, also if it was left out.
    #[must_use]
    pub fn meta(&self, id: &str) -> Option<&Arc<Meta>> {
        self.metas().chain(&self.left_out).find(|meta| meta.id == id)
    }

    /// `; did you mean "..."?` for an id that is not there, or nothing.
    #[must_use]
    pub fn nearest(&self, id: &str) -> String {
        suggestion(id, self.rules.iter().map(|rule| rule.meta.id.as_str()))
    }
}

/// The pack of a file, from its outline if that is given.
fn pack_of(
    file: &File,
    outline: Option<&Node>,
    seen: &BTreeMap<&str, Defines<'_>>,
    errors: &mut Vec<Error>,
) -> Option<Pack> {
    let root = outline.or_else(|| {
        errors.extend(file.broken());
        file.root()
    })?;
    let nothing = Defines::new();
    let name = file.id.strip_suffix("/pack").unwrap_or(&file.id);
    let made = pack::pack(file.source(), root, name, seen.get(file.pack()).unwrap_or(&nothing));
    made.map_err(|mut found| errors.append(&mut found)).ok()
}
