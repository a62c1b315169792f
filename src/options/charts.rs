//! What is said of charts, checked.

use super::Error;
use super::named::{Wanted, named};
use crate::helm::chart::strvals::{self, SetKind, SetValue};
use crate::helm::objects::KubeVersion;
use crate::helm::objects::Release;
use crate::project::ChartInputs;
use std::path::{Path, PathBuf};

/// The longest name that Helm gives a release, in characters.
const LONGEST_RELEASE: usize = 53;

/// What the command line says of charts, as it was written. No `Debug`: values may be passwords.
#[derive(Clone, Default)]
pub struct RawCharts {
    /// Values files, in their order.
    pub values: Vec<PathBuf>,
    /// The `--set` family, each with its argument.
    pub sets: Vec<(SetKind, String)>,
    /// The name of the release.
    pub release: Option<String>,
    /// The namespace of the release.
    pub namespace: Option<String>,
    /// The version of the cluster.
    pub kube_version: Option<String>,
    /// What the cluster knows beside the usual.
    pub api_versions: Vec<String>,
}

/// The option of a kind of assignment.
fn option(kind: SetKind) -> &'static str {
    match kind {
        SetKind::Typed => "--set",
        SetKind::String => "--set-string",
        SetKind::Json => "--set-json",
        SetKind::Literal => "--set-literal",
        SetKind::File => "--set-file",
    }
}

/// In which order Helm applies them, whatever their order on the command line.
fn rank(kind: SetKind) -> usize {
    [SetKind::Json, SetKind::Typed, SetKind::String, SetKind::File, SetKind::Literal]
        .iter()
        .position(|known| *known == kind)
        .unwrap_or_default()
}

impl RawCharts {
    /// Checks what was asked for.
    ///
    /// # Errors
    /// The first thing that cannot be done, with what to write instead. Keys and files are named,
    /// values are not.
    pub fn check(self) -> Result<ChartInputs, Error> {
        self.values.iter().try_for_each(|path| named(path, Wanted::File, &[]))?;
        self.sets.iter().try_for_each(|(kind, text)| assignments(*kind, text))?;
        if let Some(text) = self.kube_version.as_deref().filter(|text| KubeVersion::parse(text).is_none()) {
            return Err(Error::with_help(
                format!("\"{text}\" is no version of Kubernetes"),
                "write it as numbers between dots, as in --kube-version 1.33.0",
            ));
        }
        let mut release = Release::default();
        if let Some(name) = self.release {
            release.name = release_name(name)?;
        }
        release.namespace = self.namespace.unwrap_or(release.namespace);
        let mut sets = self.sets;
        sets.sort_by_key(|(kind, _)| rank(*kind));
        let (values, kube_version, api_versions) = (self.values, self.kube_version, self.api_versions);
        Ok(ChartInputs { values, sets, release, kube_version, api_versions })
    }
}

fn assignments(kind: SetKind, text: &str) -> Result<(), Error> {
    let option = option(kind);
    let help = match kind {
        SetKind::Json => "write a JSON value behind the =, as in --set-json 'ports=[80, 443]'",
        SetKind::File => "write --set-file KEY=FILE, as in --set-file tls.crt=server.pem",
        SetKind::Typed | SetKind::String | SetKind::Literal => {
            "write KEY=VALUE with dots between keys, as in --set image.tag=1.4.2"
        }
    };
    let parsed = strvals::parse(text, kind)
        .map_err(|message| Error::with_help(format!("{option} is not understood: {message}"), help))?;
    for assignment in &parsed {
        if let SetValue::File(path) = &assignment.value {
            named(Path::new(path), Wanted::File, &[])?;
        }
    }
    if parsed.is_empty() {
        return Err(Error::with_help(format!("{option} sets nothing"), help));
    }
    Ok(())
}

pub(super) fn release_name(name: String) -> Result<String, Error> {
    let is_label = |label: &str| {
        let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.bytes().all(inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    if name.len() <= LONGEST_RELEASE && name.split('.').all(is_label) {
        return Ok(name);
    }
    Err(Error::with_help(
        format!("\"{name}\" cannot be the name of a release"),
        format!("write lower-case letters, digits and dashes, at most {LONGEST_RELEASE} characters"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(raw: RawCharts) -> String {
        let error = raw.check().err().expect("a mistake");
        format!("{} / {}", error.message, error.help.unwrap_or_default())
    }

    fn set(kind: SetKind, text: &str) -> RawCharts {
        RawCharts { sets: vec![(kind, text.to_owned())], ..RawCharts::default() }
    }

    #[test]
    fn mistakes_are_told_without_values() {
        assert!(mistake(set(SetKind::Typed, "db.password")).contains("--set is not understood: the key db.password"));
        assert!(mistake(set(SetKind::Typed, "")).contains("--set sets nothing"));
        let json = mistake(set(SetKind::Json, "token=hunter2"));
        assert!(json.contains("the value of token is not JSON") && !json.contains("hunter2"), "{json}");
        assert!(mistake(set(SetKind::File, "a=Cargo.tmol")).contains("did you mean \"Cargo.toml\"?"));
        let release = RawCharts { release: Some("My_Shop".to_owned()), ..RawCharts::default() };
        assert!(mistake(release).contains("\"My_Shop\" cannot be the name of a release"));
        let version = RawCharts { kube_version: Some("latest".to_owned()), ..RawCharts::default() };
        assert!(mistake(version).contains("--kube-version 1.33.0"));
        let values = RawCharts { values: vec!["src".into()], ..RawCharts::default() };
        assert!(mistake(values).contains("is a folder"));
    }

    #[test]
    fn assignments_come_in_the_order_in_which_helm_applies_them() {
        let kinds = [SetKind::Literal, SetKind::String, SetKind::Typed, SetKind::Json];
        let sets = kinds.iter().map(|kind| (*kind, "a=1".to_owned())).collect();
        let checked = RawCharts { sets, ..RawCharts::default() }.check().ok().unwrap();
        let order: Vec<SetKind> = checked.sets.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(order, [SetKind::Json, SetKind::Typed, SetKind::String, SetKind::Literal]);
    }
}
