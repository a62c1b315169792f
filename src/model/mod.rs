//! Layer 4: what would run, free of the platform that runs it.
//!
//! Loaders fill a [`Stack`] for each deployment; rules ask it. Subjects are kept in flat lists of
//! the stack and refer to each other by index, so that a rule over all containers is one loop.

pub mod api_versions;
pub mod alert;
pub mod app;
pub mod chart_value;
pub mod clients;
pub mod connections;
pub mod container;
pub mod database;
pub mod edge;
pub mod exposure;
pub mod field;
pub mod file;
pub mod heap;
pub mod host_rule;
pub mod hosts;
pub mod image;
pub mod job;
pub mod kind;
pub mod mount;
pub mod object;
pub mod policy;
pub mod pool;
pub mod quantity;
pub mod receiver;
pub mod queryable;
pub mod reference;
pub mod schedule;
pub mod reuse;
pub mod scrape;
pub mod secrecy;
pub mod setting;
pub mod stack;
pub mod step;
pub mod requirement;
pub mod unknown_key;
pub mod workload;

pub use alert::{Alert, Metric};
pub use chart_value::ChartValue;
pub use connections::Connections;
pub use container::{Container, ContainerKind, Dependency, Logging, Probe, ProbeKind, Resources, Word};
pub use database::{Schema, Table};
pub use edge::{Edge, Route};
pub use exposure::{Exposure, Reach, Via};
pub use field::{Field, State};
pub use file::{Credential, File, FileRole};
pub use host_rule::{HostRule, HostRules};
pub use image::Image;
pub use job::{HostName, Job, Listed};
pub use kind::{Base, Kind};
pub use mount::{Brought, Content, Mount, MountKind};
pub use object::Object;
pub use policy::{AccessRule, Binding, Policy, PolicyKind};
pub use quantity::{Cpu, Duration, Memory};
pub use receiver::{AlertRoute, Receiver};
pub use reference::Reference;
pub use requirement::Requirement;
pub use reuse::Reuse;
pub use scrape::Scrape;
pub use setting::{Described, Held, Layer, Setting, SettingSource};
pub use stack::{Environment, Gap, Platform, Stack, SubjectKind};
pub use step::{Pipeline, Step};
pub use unknown_key::UnknownKey;
pub use workload::Workload;
