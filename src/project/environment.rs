//! What a deployment is for, by its names.

use crate::model::{Environment, Field, Stack};

/// Words that mark a deployment as one that serves nobody.
const DEVELOPMENT: &[&str] = &[
    "dev",
    "development",
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "quickstart",
    "insecure",
    "example",
    "examples",
    "local",
];

/// Words that mark it as one that does, whatever else its name says.
const PRODUCTION: &[&str] = &["production", "prod", "live"];

const STAGING: &[&str] = &["staging", "stage"];

/// The environment of a stack: what was asked for, else what the names of its files and folders
/// below the audited paths say, else production, as nothing says otherwise.
#[must_use]
pub fn of(stack: &Stack, start: &[String], asked: Option<Environment>) -> Field<Environment> {
    let guessed = asked.or_else(|| {
        // What a set of values is called says more than where the chart stands.
        let of_variant = stack.variant.as_deref().map(words).unwrap_or_default();
        if let Some(environment) = meant(&of_variant) {
            return Some(environment);
        }
        let words: Vec<String> = stack.files.iter().flat_map(|file| words(below(file, start))).collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        if has(PRODUCTION) {
            Some(Environment::Production)
        } else if has(STAGING) {
            Some(Environment::Staging)
        } else if every_file(stack, start, DEVELOPMENT) {
            Some(Environment::Development)
        } else {
            None
        }
    });
    match guessed {
        Some(environment) => Field::set(environment, stack.at),
        None => Field::default(Environment::Production, stack.at),
    }
}

/// What words mean, if they mean one of the environments.
fn meant(words: &[String]) -> Option<Environment> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(PRODUCTION) {
        Some(Environment::Production)
    } else if has(STAGING) {
        Some(Environment::Staging)
    } else {
        has(DEVELOPMENT).then_some(Environment::Development)
    }
}

/// One test fixture among many manifests does not make the whole deployment a test.
fn every_file(stack: &Stack, start: &[String], list: &[&str]) -> bool {
    let marked = |file: &String| words(below(file, start)).iter().any(|word| list.contains(&word.as_str()));
    // An overlay marks its project although the base has no mark.
    match stack.platform {
        crate::model::Platform::Compose => stack.files.iter().any(marked),
        _ => !stack.files.is_empty() && stack.files.iter().all(marked),
    }
}

/// The part of a path below the path that was audited: what lies above says nothing.
fn below<'p>(file: &'p str, start: &[String]) -> &'p str {
    let inside = start.iter().filter_map(|start| {
        if start == "." { Some(file) } else { file.strip_prefix(start.as_str())?.strip_prefix('/') }
    });
    inside.min_by_key(|rest| rest.len()).unwrap_or_else(|| file.rsplit('/').next().unwrap_or(file))
}

fn words(path: &str) -> Vec<String> {
    path.split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Platform;
    use crate::source::{SourceId, Span};

    fn environment(files: &[&str], start: &str) -> Environment {
        let at = Span::file(SourceId(0));
        let mut stack = Stack::new("s", Platform::Compose, ".", at);
        stack.files = files.iter().map(|file| (*file).to_owned()).collect();
        *of(&stack, &[start.to_owned()], None).value().unwrap()
    }

    #[test]
    fn names_below_the_path_decide() {
        assert_eq!(environment(&["compose.yaml"], "."), Environment::Production);
        assert_eq!(environment(&["compose.dev.yaml"], "."), Environment::Development);
        assert_eq!(environment(&["docker-compose.yml", "docker-compose.test.yml"], "."), Environment::Development);
        assert_eq!(environment(&["examples/production/compose.yaml"], "."), Environment::Production);
        assert_eq!(environment(&["tests/shop/compose.yaml"], "tests/shop"), Environment::Production);
        assert_eq!(environment(&["latest/compose.yaml"], "."), Environment::Production);
        assert_eq!(environment(&["staging/compose.yaml"], "."), Environment::Staging);
    }
}
