//! What a pack says of how an app is configured.

use crate::model::{Kind, SettingSource};
use crate::source::Text;
use crate::syntax::Syntax;
use regex::Regex;

/// How an app finds its settings.
#[derive(Debug, Clone, Default)]
pub struct App {
    /// Its name.
    pub name: String,
    /// Its config files, in the order in which they are merged: later ones win.
    pub files: Vec<ConfigFile>,
    /// What stands before the key in the name of a variable, and what joins its segments; `None` if
    /// only variables that are listed count.
    pub env: Option<(String, String)>,
    /// The end of the name of a variable or key that names the file that holds the value.
    pub sibling: Option<String>,
    /// Which way of setting a value wins: later ones.
    pub order: Vec<SettingSource>,
    /// How keys are spelled.
    pub spelling: Spelling,
    /// Whether a value without characters counts as not set.
    pub empty_is_absent: bool,
    /// Words after which `NAME=VALUE` follows on the command line, such as `-c`.
    pub assigning: Vec<String>,
    /// Whether `--NAME VALUE` sets a value for every name, listed or not.
    pub long_flags: bool,
    /// Whether every name that is not listed is none of the app's.
    pub complete: bool,
    /// The settings that the pack lists.
    pub settings: Vec<Declared>,
}

/// How keys of config files are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spelling {
    /// Whether capital and small letters are the same.
    pub ignore_case: bool,
    /// Whether `a.b: x` means the same as `a: {b: x}`.
    pub split_dots: bool,
}

/// A config file of an app.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile {
    /// Paths in the container; the first that exists counts. The last part may hold `*`: then all that it
    /// stands for count, in their order.
    pub paths: Vec<String>,
    /// Variables and flags (those begin with `-`) that name another path.
    pub from: Vec<String>,
    /// Its grammar, if its name does not tell.
    pub syntax: Option<Syntax>,
    /// Sections whose keys count, without the section's name in front.
    pub sections: Vec<String>,
    /// Keys below which the file counts; all of it if empty.
    pub under: Vec<String>,
    /// Whether the app makes the file itself when it first starts: what a volume keeps of it is
    /// taken for the defaults.
    pub made: bool,
}

/// A setting that a pack lists.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Its config key; a segment `*` stands for any.
    pub name: String,
    /// What kind of value it has.
    pub kind: Option<Kind>,
    /// Its variables, if they are not spelled by the rule.
    pub env: Vec<String>,
    /// Its flags, without dashes.
    pub flags: Vec<String>,
    /// What it is when nothing is set.
    pub default: Option<Text>,
    /// What it is instead where the block around it has other keys.
    pub partial: Option<Text>,
    /// Values that the app does not take.
    pub ignored: Vec<Ignored>,
    /// Whether a key without a value sets it all the same, where other settings count as not set.
    pub may_be_empty: bool,
    /// Whether it is secret, if that is said.
    pub secret: Option<bool>,
    /// Words by which rules find it.
    pub tags: Vec<String>,
    /// Names that it had once and that do nothing any more.
    pub was: Vec<String>,
}

impl Declared {
    /// What it is when nothing sets it; `keys` are those that the config files have.
    #[must_use]
    pub fn default_beside<'k>(&self, mut keys: impl Iterator<Item = &'k str>) -> Option<&Text> {
        let partial = self.partial.as_ref().filter(|_| {
            let block = self.name.rsplit_once('.').map_or("", |(block, _)| block);
            keys.any(|key| key.strip_prefix(block).is_some_and(|rest| rest.starts_with('.')))
        });
        partial.or(self.default.as_ref())
    }
}

/// A value that an app does not take, so that the next lower way of setting it counts.
#[derive(Debug, Clone)]
pub enum Ignored {
    /// Exactly this text.
    Text(String),
    /// Texts that an expression is found in.
    Matches(Regex),
    /// Numbers below this.
    Below(f64),
    /// Numbers above this.
    Above(f64),
}

impl Ignored {
    /// Whether a value is one of these.
    #[must_use]
    pub fn is(&self, value: &str) -> bool {
        let number = || value.trim().parse::<f64>().ok();
        match self {
            Self::Text(text) => value == text,
            Self::Matches(expression) => expression.is_match(value),
            Self::Below(bound) => number().is_some_and(|number| number < *bound),
            Self::Above(bound) => number().is_some_and(|number| number > *bound),
        }
    }
}

impl App {
    /// Whether anything is said of how it is configured.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        !self.files.is_empty()
            || self.env.is_some()
            || self.sibling.is_some()
            || !self.settings.is_empty()
            || !self.assigning.is_empty()
            || self.long_flags
    }

    /// Takes over what another app says of its configuration and this one does not.
    pub fn follow(&mut self, other: &Self) {
        let settings = std::mem::take(&mut self.settings);
        let others = other.settings.iter().filter(|known| settings.iter().all(|own| own.name != known.name));
        self.settings = others.cloned().chain(settings.iter().cloned()).collect();
        if self.files.is_empty() {
            self.files.clone_from(&other.files);
        }
        if self.assigning.is_empty() {
            self.assigning.clone_from(&other.assigning);
        }
        self.env = self.env.take().or_else(|| other.env.clone());
        self.sibling = self.sibling.take().or_else(|| other.sibling.clone());
        self.long_flags |= other.long_flags;
        self.spelling.ignore_case |= other.spelling.ignore_case;
        self.spelling.split_dots |= other.spelling.split_dots;
    }

    /// How much a way of setting a value weighs: more wins.
    #[must_use]
    pub fn rank(&self, source: SettingSource) -> usize {
        self.order.iter().position(|known| *known == source).map_or(0, |position| position + 1)
    }
}
