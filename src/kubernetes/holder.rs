//! The keys of ConfigMaps and Secrets.

use super::index::Index;
use super::sink::Sink;
use super::spot::Spot;
use super::workload::elsewhere;
use crate::model::{Content, Field, Held, Object, State, secrecy};
use crate::source::encoding::from_base64;
use crate::source::{Origin, OriginKind, Problem, Reason, SourceId, Span, Text};
use crate::syntax::{Document, Entry, Flavour, Limits, Node, Provenance, Resolved, Syntax, Value, parse};
use std::sync::Arc;

/// A ConfigMap or Secret of the stack.
#[derive(Clone, Copy)]
pub(super) struct Holder<'t> {
    /// Index into the stack's objects.
    pub object: usize,
    /// The object.
    pub of: &'t Object,
    sink: &'t Sink,
}

/// A key of a ConfigMap or Secret.
#[derive(Clone, Copy)]
pub(super) struct Key<'t> {
    /// Key and value as written.
    pub entry: &'t Entry,
    encoded: bool,
    holder: Holder<'t>,
}

impl<'t> Holder<'t> {
    /// The ConfigMap or Secret of that name.
    pub fn find(kind: &'static str, namespace: &str, name: &str, index: &Index<'t>, sink: &'t Sink) -> Option<Self> {
        let object = index.find(kind, namespace, name)?;
        Some(Self { object, of: index.objects().get(object)?, sink })
    }

    /// An object as a holder, if it is one.
    pub fn of(object: usize, index: &Index<'t>, sink: &'t Sink) -> Option<Self> {
        let of = index.objects().get(object)?;
        (of.api == "v1" && matches!(of.kind.as_str(), "ConfigMap" | "Secret")).then_some(Self { object, of, sink })
    }

    /// Whether it is a Secret.
    pub fn is_secret(self) -> bool {
        self.of.kind == "Secret"
    }

    /// Why its keys cannot be seen, if that is so.
    pub fn reason(self) -> Option<Reason> {
        let root = Spot::new(&self.of.root, self.of.at, "this object", self.sink);
        ["data", "stringData"].into_iter().find_map(|key| root.get(key).reason())
    }

    /// All its text keys. A key of `stringData` replaces the one of `data`.
    pub fn keys(self) -> impl Iterator<Item = Key<'t>> {
        let root = Spot::new(&self.of.root, self.of.at, "this object", self.sink);
        let plain = if self.is_secret() { root.get("stringData").entries() } else { &[] };
        let data = root.get("data").entries().iter();
        let data = data.filter(|entry| !plain.iter().any(|other| other.name() == entry.name()));
        let encoded = self.is_secret();
        let data = data.map(move |entry| Key { entry, encoded, holder: self });
        data.chain(plain.iter().map(move |entry| Key { entry, encoded: false, holder: self }))
    }

    /// Whether it is written without any key, for something in the cluster to fill.
    pub fn is_filled_later(self) -> bool {
        let parts = ["data", "stringData", "binaryData"];
        parts.into_iter().all(|part| self.of.root.get(part).is_none_or(|node| node.entries().is_empty()))
            || self.of.root.get("type").and_then(Node::text) == Some("kubernetes.io/service-account-token")
    }

    /// Whether it has a key whose bytes are no text.
    pub fn has_bytes(self, name: &str) -> bool {
        self.of.root.at(&["binaryData", name]).is_some()
    }

    /// One of its keys.
    pub fn key(self, name: &str) -> Option<Key<'t>> {
        let root = Spot::new(&self.of.root, self.of.at, "this object", self.sink);
        let find = |part, encoded| {
            let entry = root.get(part).node?.entry(name)?;
            Some(Key { entry, encoded, holder: self })
        };
        if self.is_secret() { find("stringData", false).or_else(|| find("data", true)) } else { find("data", false) }
    }
}

impl Key<'_> {
    /// Its value, used at `at`; `None` if it is used nowhere but where it stands.
    pub fn value(self, at: Option<Span>) -> Field<Text> {
        let node = &self.entry.value;
        let mut field = Field::read(node, "base64", |node| self.read(node.text()?));
        if field.reason().is_some_and(|reason| matches!(reason, Reason::Malformed { .. })) {
            let message = if self.encoded && node.text().is_some() {
                format!("{} is not base64; encode it, or write it under stringData", self.entry.name())
            } else {
                format!("{} is {}; write a string", self.entry.name(), node.describe())
            };
            self.holder.sink.push(Problem::error(node.span, message));
        } else if !self.encoded
            && !matches!(Flavour::Kubernetes.resolve(node), Some(Resolved::String(_)) | None)
            && !node.is_null()
        {
            let message = format!("{} is not a string, which Kubernetes refuses; put it in quotes", self.entry.name());
            self.holder.sink.push(Problem::warning(node.span, message));
        }
        if let Some(at) = at {
            let kind = if self.holder.is_secret() { OriginKind::Secret } else { OriginKind::ConfigMap };
            let mut origins = node.origins().to_vec();
            origins.push(Origin::named(kind, node.span, self.entry.name()));
            origins.push(Origin::at(OriginKind::Reference, at));
            let unknown = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
            field.at = Some(at);
            field.provenance = Some(Arc::new(Provenance { origins, unknown }));
        }
        field
    }

    /// What a file made of it holds.
    pub fn content(self) -> Content {
        let node = &self.entry.value;
        if let Some(reason) = node.provenance.as_ref().and_then(|provenance| provenance.unknown.clone()) {
            return Content::Unknown(reason);
        }
        match (node.text(), self.encoded) {
            (Some(_), false) => Content::Written(node.clone()),
            (Some(text), true) => match self.read(text) {
                Some(decoded) => Content::Coded(decoded, node.span),
                None => Content::Unknown(Reason::Malformed { expected: "base64".into() }),
            },
            (None, _) => Content::Unknown(Reason::Malformed { expected: "a string".into() }),
        }
    }

    fn read(self, text: &str) -> Option<Text> {
        if !self.encoded {
            return self.entry.value.as_scalar().map(|scalar| scalar.text.clone());
        }
        let bytes = from_base64(text.trim()).ok()?;
        Some(Text::from(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Whether it is secret because a Secret holds it. Certificates lie in Secrets without being
    /// secret, and so do config files that set nothing secret.
    pub fn is_secret(self, value: &Field<Text>) -> bool {
        let is_config = |text: &Text| !secrecy::holds_a_credential(text.expose()) && sets_nothing_secret(text.expose());
        self.is_veiled(value) && !matches!(&value.state, State::Set(text) if is_config(text))
    }

    /// Whether its value is not for everybody's eyes, be it secret or not.
    pub fn is_veiled(self, value: &Field<Text>) -> bool {
        let certificate = |text: &Text| text.expose().trim_start().starts_with("-----BEGIN CERTIFICATE-----");
        self.holder.is_secret() && !matches!(&value.state, State::Set(text) if certificate(text))
    }
}

/// Whether a text is a config file of several lines in which no key is one of a secret.
fn sets_nothing_secret(text: &str) -> bool {
    if !text.trim().contains('\n') {
        return false;
    }
    let parsed = parse(Syntax::Yaml, SourceId(0), text, &Limits::default());
    let is_mapping = |document: &Document| matches!(document.root.value, Value::Mapping(_));
    parsed.problems.is_empty()
        && !parsed.documents.is_empty()
        && parsed.documents.iter().all(|document| is_mapping(document) && names_no_secret(&document.root))
}

fn names_no_secret(node: &Node) -> bool {
    let of_entries = |entry: &Entry| !secrecy::names_a_secret(entry.name()) && names_no_secret(&entry.value);
    node.entries().iter().all(of_entries) && node.items().iter().all(names_no_secret)
}

/// Why a value of a holder that is not in the tree is unknown.
pub(super) fn missing(kind: &str, namespace: &str, name: &str, key: Option<&str>, index: &Index) -> Reason {
    let holder = match store(kind, namespace, name, index) {
        Some(of) => format!("what {of} {name} holds"),
        None => format!("{kind} {name}"),
    };
    match key {
        Some(key) => elsewhere(&format!("key {key} of {holder}")),
        None => elsewhere(&holder),
    }
}

/// Who holds the values of a holder that is not in the tree: the cluster, unless it may be among what is
/// missing from these objects. What a ConfigMap holds is written out somewhere, if not here.
pub(super) fn kept(kind: &str, namespace: &str, name: &str, index: &Index) -> Held {
    let is_stored = || index.is_whole() || store(kind, namespace, name, index).is_some();
    if kind == "Secret" && is_stored() { Held::Secret } else { Held::Unseen }
}

/// The kind of object that fills a holder from a store, if one does.
fn store(kind: &str, namespace: &str, name: &str, index: &Index) -> Option<&'static str> {
    let mut stores = ["SealedSecret", "ExternalSecret"].into_iter();
    stores.find(|store| kind == "Secret" && index.find(store, namespace, name).is_some())
}
