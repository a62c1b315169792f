//! The value type of the template language.

use super::origin::{Came, Origin};
use crate::helm::objects::{Capabilities, FileSet, KubeVersion};
use crate::helm::semver::Version;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value and where it came from. Clones are cheap. It may hold a secret, so there is no `Debug`.
#[derive(Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it came from.
    pub came: Came,
}

/// Go's types, as far as templates meet them.
#[derive(Clone)]
pub enum Data {
    /// Nothing. Whether it was found in a collection: a field of such a one is an error, a field of
    /// any other nothing is nothing.
    Nil(bool),
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `int64`
    Int64(i64),
    /// `float64`
    Float(f64),
    /// `string`
    Str(Rc<str>),
    /// `[]uint8`
    Bytes(Rc<[u8]>),
    /// Any other slice.
    List(ListKind, Rc<[Value]>),
    /// A map with string keys. It is shared: who changes it changes it for all.
    Map(MapKind, Rc<Map>),
    /// An object with methods.
    Object(Object),
}

/// The element type of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Strings,
    /// `[]int`
    Ints,
    /// `common.VersionSet`
    Versions,
}

/// The Go type of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapKind {
    /// `map[string]interface {}`
    Plain,
    /// `common.Values`
    Values,
    /// `map[string]string`
    Strings,
}

/// Objects that templates can call methods of.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Object {
    Files(FileSet),
    Capabilities(Rc<Capabilities>),
    KubeVersion(Rc<KubeVersion>),
    HelmVersion(Rc<KubeVersion>),
    Version(Rc<Version>),
    /// Seconds since 1970, in UTC.
    Time(i64),
    Certificate {
        cert: Rc<str>,
        key: Rc<str>,
    },
}

/// The entries of a map.
#[derive(Default)]
pub struct Map {
    cells: RefCell<BTreeMap<Rc<str>, Slot>>,
}

/// One entry of a map.
#[derive(Clone)]
pub struct Slot {
    /// Where the key came from.
    pub key: Option<Origin>,
    /// The value.
    pub value: Value,
}

impl Map {
    /// A map with the given entries.
    #[must_use]
    pub fn new(entries: BTreeMap<Rc<str>, Slot>) -> Rc<Self> {
        Rc::new(Self { cells: RefCell::new(entries) })
    }

    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        self.cells.borrow().get(key).map(|slot| slot.value.clone())
    }

    /// Whether there is such a key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.cells.borrow().contains_key(key)
    }

    /// Puts a value under a key; a key that is there keeps its place.
    pub fn set(&self, key: &str, value: Value) {
        let mut cells = self.cells.borrow_mut();
        if let Some(slot) = cells.get_mut(key) {
            slot.value = value;
        } else {
            cells.insert(key.into(), Slot { key: value.came.main(), value });
        }
    }

    /// Puts an entry with the place of its key.
    pub fn insert(&self, key: Rc<str>, slot: Slot) {
        self.cells.borrow_mut().insert(key, slot);
    }

    /// Takes a key out.
    pub fn remove(&self, key: &str) {
        self.cells.borrow_mut().remove(key);
    }

    /// A copy of the entries as they are now, by key.
    #[must_use]
    pub fn entries(&self) -> Vec<(Rc<str>, Slot)> {
        self.cells.borrow().iter().map(|(key, slot)| (key.clone(), slot.clone())).collect()
    }

    /// The keys, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<Rc<str>> {
        self.cells.borrow().keys().cloned().collect()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.borrow().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self { data, came: Came::Here }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Data::Bool(value).into()
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Data::Float(value).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Data::Str(text.into()).into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Data::Str(text.into()).into()
    }
}

impl Value {
    /// Nothing.
    #[must_use]
    pub fn nil() -> Self {
        Data::Nil(false).into()
    }

    /// An `int`.
    #[must_use]
    pub fn int(value: i64) -> Self {
        Data::Int(value).into()
    }

    /// An `int64`.
    #[must_use]
    pub fn int64(value: i64) -> Self {
        Data::Int64(value).into()
    }

    /// A `[]interface {}`.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Data::List(ListKind::Any, items.into()).into()
    }

    /// A `[]string`.
    #[must_use]
    pub fn strings<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Data::List(ListKind::Strings, items.into_iter().map(Into::into).collect()).into()
    }

    /// A `map[string]interface {}`.
    #[must_use]
    pub fn map(entries: impl IntoIterator<Item = (Rc<str>, Self)>) -> Self {
        Self::map_of(MapKind::Plain, entries)
    }

    /// A map of a kind.
    #[must_use]
    pub fn map_of(kind: MapKind, entries: impl IntoIterator<Item = (Rc<str>, Self)>) -> Self {
        let slot = |(key, value): (Rc<str>, Self)| (key, Slot { key: value.came.main(), value });
        Data::Map(kind, Map::new(entries.into_iter().map(slot).collect())).into()
    }

    /// The same value, said to come from a place.
    #[must_use]
    pub fn from_place(mut self, origin: Origin) -> Self {
        self.came = Came::From(origin);
        self
    }

    /// The same value, said to be made up.
    #[must_use]
    pub fn generated(self) -> Self {
        self.from_place(Origin::generated())
    }

    /// Whether this is nothing.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil(_))
    }

    /// A nothing that forgot that it was found in a collection; anything else as it is.
    #[must_use]
    pub fn unwrapped(mut self) -> Self {
        if self.is_nil() {
            self.data = Data::Nil(false);
        }
        self
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a slice.
    #[must_use]
    pub fn items(&self) -> Option<&Rc<[Self]>> {
        match &self.data {
            Data::List(_, items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Rc<Map>> {
        match &self.data {
            Data::Map(_, map) => Some(map),
            _ => None,
        }
    }

    /// What `if` makes of it: nothing, false, zero and what is empty are false.
    #[must_use]
    pub fn truth(&self) -> bool {
        match &self.data {
            Data::Nil(_) => false,
            Data::Bool(value) => *value,
            Data::Int(value) | Data::Int64(value) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Str(text) => !text.is_empty(),
            Data::Bytes(bytes) => !bytes.is_empty(),
            Data::List(_, items) => !items.is_empty(),
            Data::Map(_, map) => !map.is_empty(),
            Data::Object(Object::Files(files)) => !files.is_empty(),
            Data::Object(_) => true,
        }
    }

    /// The Go type, as `%T` prints it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Nil(_) => "<nil>",
            Data::Bool(_) => "bool",
            Data::Int(_) => "int",
            Data::Int64(_) => "int64",
            Data::Float(_) => "float64",
            Data::Str(_) => "string",
            Data::List(ListKind::Any, _) => "[]interface {}",
            Data::List(ListKind::Strings, _) => "[]string",
            Data::List(ListKind::Ints, _) => "[]int",
            Data::Bytes(_) => "[]uint8",
            Data::List(ListKind::Versions, _) => "common.VersionSet",
            Data::Map(MapKind::Plain, _) => "map[string]interface {}",
            Data::Map(MapKind::Values, _) => "common.Values",
            Data::Map(MapKind::Strings, _) => "map[string]string",
            Data::Object(object) => match object {
                Object::Files(_) => "engine.files",
                Object::Capabilities(_) => "*common.Capabilities",
                Object::KubeVersion(_) => "common.KubeVersion",
                Object::HelmVersion(_) => "version.BuildInfo",
                Object::Version(_) => "*semver.Version",
                Object::Time(_) => "time.Time",
                Object::Certificate { .. } => "sprig.certificate",
            },
        }
    }

    /// The kind of the Go type, as `kindOf` names it.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match &self.data {
            Data::Nil(_) => "invalid",
            Data::List(..) | Data::Bytes(_) => "slice",
            Data::Map(..) | Data::Object(Object::Files(_)) => "map",
            Data::Object(Object::Capabilities(_) | Object::Version(_)) => "ptr",
            Data::Object(_) => "struct",
            _ => self.type_name(),
        }
    }
}
