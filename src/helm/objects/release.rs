//! `.Release`: what is installed under which name.

use crate::helm::chart::values::entry;
use crate::helm::yaml::tree::{Data, Table, Tree};
use std::rc::Rc;

/// The options of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The name; Helm's `template` uses `release-name` without one.
    pub name: String,
    /// The namespace; `default` without one.
    pub namespace: String,
    /// An upgrade instead of an installation.
    pub is_upgrade: bool,
}

impl Default for Release {
    fn default() -> Self {
        Self { name: "release-name".to_owned(), namespace: "default".to_owned(), is_upgrade: false }
    }
}

impl Release {
    /// The map that templates see.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let mut table = Table::new();
        let mut put = |key: &str, data: Data| table.insert(key.into(), entry(data));
        put("Name", Tree::string(&self.name).data);
        put("Namespace", Tree::string(&self.namespace).data);
        put("IsUpgrade", Data::Bool(self.is_upgrade));
        put("IsInstall", Data::Bool(!self.is_upgrade));
        put("Revision", Data::Int(1));
        put("Service", Tree::string("Helm").data);
        Tree::new(Data::Map(Rc::new(table)))
    }
}
