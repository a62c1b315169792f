//! Which Kubernetes a deployment is for, as far as somebody says so.

use super::ChartInputs;
use crate::helm::objects::KubeVersion;
use crate::model::{Field, Object, Platform, Stack};

/// The second number of the newest version that is looked at.
const NEWEST: u32 = 60;

/// The version that was asked for; else, for a chart that refuses newer ones, the newest that it
/// admits. Absent if nobody says anything: then it may be any.
pub(super) fn of(stack: &Stack, inputs: &ChartInputs) -> Field<String> {
    if !matches!(stack.platform, Platform::Kubernetes | Platform::Helm) {
        return Field::absent(stack.at);
    }
    if let Some(asked) = &inputs.kube_version {
        let numbers = asked.split(['-', '+']).next().unwrap_or(asked);
        return Field::set(numbers.trim_start_matches('v').to_owned(), stack.at);
    }
    let chart =
        stack.objects.iter().filter(|_| stack.platform == Platform::Helm).find(|object| is_chart(object, stack));
    let constraint = chart.and_then(|chart| chart.root.get("kubeVersion"));
    let newest = constraint.and_then(|node| Some((newest(node.text()?)?, node.span)));
    newest.map_or_else(|| Field::absent(stack.at), |(version, at)| Field::set(version, at))
}

/// Whether an object is the chart itself, which stands first among the files.
fn is_chart(object: &Object, stack: &Stack) -> bool {
    object.kind == "Chart" && stack.files.first() == Some(&object.file)
}

/// The newest version that a constraint admits, if it does not admit every newer one.
fn newest(constraint: &str) -> Option<String> {
    let admits = |minor: &u32| {
        // Constraints often name a patch: any of the version may be meant.
        ["0", "99"].iter().any(|patch| {
            KubeVersion::parse(&format!("1.{minor}.{patch}")).is_some_and(|version| version.satisfies(constraint))
        })
    };
    let minor = (0..=NEWEST).rev().find(admits)?;
    (minor < NEWEST).then(|| format!("1.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn constraints_that_end_somewhere_have_a_newest_version() {
        for (constraint, shown) in [
            ("<1.25.0-0", Some("1.24")),
            (">=1.20.0-0 <1.26.0-0", Some("1.25")),
            ("~1.21.3", Some("1.21")),
            ("1.19.x || 1.22.x", Some("1.22")),
            (">=1.23.0-0", None),
            ("*", None),
            ("no version", None),
        ] {
            assert_eq!(newest(constraint).as_deref(), shown, "{constraint}");
        }
    }
}
