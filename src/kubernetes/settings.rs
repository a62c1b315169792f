//! All settings of a stack: variables, command lines, probes, labels, and keys that nobody reads.

use super::arguments::{self, Owner};
use super::environment::{self, Read};
use super::holder::Holder;
use super::index::Index;
use super::pod::Pod;
use super::sink::Sink;
use super::spot::Spot;
use crate::model::{Field, Held, Setting, SettingSource, Settings, Stack, Workload};
use crate::source::{Reason, Text};
use rayon::prelude::*;

/// Labels and annotations that tools write or that name things; nothing is set by them.
const BOOKKEEPING: &[&str] = &["app.kubernetes.io/", "helm.sh/", "meta.helm.sh/", "kubernetes.io/"];

/// Adds the settings of a container, which has this index in the stack.
pub(super) fn of_container<'t>(
    stack: &mut Stack,
    number: usize,
    pod: &Pod<'t>,
    spot: Spot<'t>,
    index: &Index<'t>,
    used: &mut Read<'t>,
) {
    let Some(container) = stack.containers.get_mut(number) else { return };
    let environment = environment::read(pod, spot, index, used);
    stack.gaps.extend(environment.gaps.iter().cloned());
    let owner = Owner { container: number, name: &container.name, environment: &environment };
    let line = [spot.get("command"), spot.get("args")];
    let words = arguments::resolved(&line, &owner);
    let mut settings = arguments::settings(&line, SettingSource::Flag, &owner);
    let lifecycle = spot.get("lifecycle");
    for hook in ["postStart", "preStop"].into_iter().filter(|_| lifecycle.is_written()) {
        let command = lifecycle.path(&[hook, "exec", "command"]);
        settings.append(&mut arguments::settings(&[command], SettingSource::Flag, &owner));
    }
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].map(|key| spot.get(key));
    for probe in probes.into_iter().filter(|probe| probe.is_written()) {
        settings.append(&mut arguments::settings(&[probe.path(&["exec", "command"])], SettingSource::Probe, &owner));
        settings.extend(probe.path(&["httpGet", "httpHeaders"]).items().filter_map(|header| {
            let name = header.get("name");
            let at = name.node.map_or(header.at, |node| node.span);
            let value = header.get("value").guarded();
            let setting = Setting::new(name.text()?, at, value, Held::Literal, SettingSource::Probe);
            Some(setting.of_container(number, container.name.as_str()))
        }));
    }
    let variables = environment.settings(number, &container.name);
    container.words = words;
    for setting in variables.into_iter().chain(settings) {
        container.settings.push(stack.settings.len());
        stack.settings.push(Box::new(setting));
    }
}

/// Adds the labels and annotations of a workload.
pub(super) fn of_workload(settings: &mut Settings, workload: &Workload, kind: &str) {
    for (name, value) in workload.labels.iter().chain(&workload.annotations) {
        let Some(at) = value.at else { continue };
        if BOOKKEEPING.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let of = format!("{kind} {}", workload.name);
        settings.push(Box::new(unowned(name.clone(), of, at, value.clone(), SettingSource::Label)));
    }
}

/// Adds the keys of ConfigMaps and Secrets that no container reads as a variable.
pub(super) fn of_objects<'t>(settings: &mut Settings, index: &Index<'t>, sink: &'t Sink, used: &Read<'t>) {
    let holders = (0..index.objects().len()).into_par_iter().filter_map(|object| Holder::of(object, index, sink));
    settings.par_extend(holders.flat_map_iter(|holder| {
        let unread = holder.keys().filter(move |key| !used.contains(&(holder.object, key.entry.name())));
        unread.map(move |key| {
            let value = key.value(None);
            let (from_secret, veiled) = (key.is_secret(&value), key.is_veiled(&value));
            let of = format!("{} {}", holder.of.kind, holder.of.name);
            let setting = unowned(key.entry.name().to_owned(), of, key.entry.key.span, value, SettingSource::Object);
            Box::new(Setting { from_secret, veiled, ..setting })
        })
    }));
}

fn unowned(name: String, of: String, at: crate::source::Span, value: Field<Text>, source: SettingSource) -> Setting {
    let held =
        if value.reason().map(Reason::of_rest) == Some(&Reason::Generated) { Held::Generated } else { Held::Literal };
    Setting { of: of.into(), ..Setting::new(name, at, value, held, source) }
}
