//! What objects show: how they print, and their fields and methods.

use super::data::{Data, ListKind, Object, Value};
use super::text::too_long;
use super::{MAX_TEXT, time};
use crate::helm::chart::files::ChartFile;
use crate::helm::objects::FileSet;
use std::rc::Rc;

impl Object {
    /// How the object prints itself.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Files(files) => shown(files).map(|text| text.to_string()).unwrap_or_default(),
            Self::Capabilities(capabilities) => {
                let kube = &capabilities.kube;
                format!("&{{{} [{}] {}}}", version(kube), capabilities.api_versions.join(" "), build(kube))
            }
            Self::KubeVersion(kube) => version(kube),
            Self::HelmVersion(kube) => build(kube),
            Self::Version(version) => version.to_string(),
            Self::Time(seconds) => time::format(*seconds, time::DEFAULT_LAYOUT),
            Self::Certificate { cert, key } => format!("{{{cert} {key}}}"),
        }
    }

    /// The fields that JSON shows; none if the object is written as a text.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Capabilities(capabilities) => vec![
                ("KubeVersion", Data::Object(Self::KubeVersion(Rc::new(capabilities.kube.clone()))).into()),
                ("APIVersions", versions(&capabilities.api_versions)),
                ("HelmVersion", Data::Object(Self::HelmVersion(Rc::new(capabilities.kube.clone()))).into()),
            ],
            Self::KubeVersion(kube) => vec![
                ("Version", kube.version.as_str().into()),
                ("Major", kube.major.as_str().into()),
                ("Minor", kube.minor.as_str().into()),
            ],
            Self::HelmVersion(kube) => {
                let client = format!("v{}.{}", kube.major, kube.minor);
                vec![
                    ("Version", "v4.2".into()),
                    ("GitCommit", "".into()),
                    ("GitTreeState", "".into()),
                    ("GoVersion", GO.into()),
                    ("KubeClientVersion", client.into()),
                ]
            }
            Self::Certificate { cert, key } => vec![("Cert", (**cert).into()), ("Key", (**key).into())],
            Self::Files(_) | Self::Version(_) | Self::Time(_) => Vec::new(),
        }
    }
}

const GO: &str = "go1.26.6";

/// The fields of a version; only an action by itself prints it as a version.
fn version(kube: &crate::helm::objects::KubeVersion) -> String {
    format!("{{{} {} {} {}}}", kube.normalized, kube.version, kube.major, kube.minor)
}

fn build(kube: &crate::helm::objects::KubeVersion) -> String {
    // The library of Kubernetes that is built in follows the default version.
    format!("{{v4.2   {GO} v{}.{}}}", kube.major, kube.minor)
}

/// `.Capabilities.APIVersions`
#[must_use]
pub fn versions(names: &[String]) -> Value {
    Data::List(ListKind::Versions, names.iter().map(|name| Value::from(name.as_str())).collect()).into()
}

/// Files as Go prints them, every byte as a number. Some charts print all that they are given, time and
/// again.
///
/// # Errors
/// If the text grows too long.
pub fn shown(files: &FileSet) -> Result<Rc<str>, String> {
    // A byte takes at least two characters.
    if files.size().saturating_mul(2) > MAX_TEXT {
        return Err(too_long());
    }
    let one = |(path, file): (&String, &Rc<ChartFile>)| format!("{path}:{}", bytes(&file.data));
    Ok(files.shown(|files| format!("map[{}]", files.iter().map(one).collect::<Vec<_>>().join(" "))))
}

/// Bytes as Go prints them: decimal numbers in brackets.
#[must_use]
pub fn bytes(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() * 4 + 2);
    out.push(b'[');
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        if *byte >= 100 {
            out.push(b'0' + byte / 100);
        }
        if *byte >= 10 {
            out.push(b'0' + byte / 10 % 10);
        }
        out.push(b'0' + byte % 10);
    }
    out.push(b']');
    String::from_utf8(out).unwrap_or_default()
}
