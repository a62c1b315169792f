//! What a deployment is for, by its names.

use crate::model::{Environment, Field, Platform, Stack};
use crate::source::reader::file_name;
use rayon::prelude::*;

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
        let of_variant = stack.variant.as_deref().map(Said::by).unwrap_or_default();
        if let Some(environment) = of_variant.meant() {
            return Some(environment);
        }
        let said: Vec<Said> = stack.files.par_iter().map(|file| Said::by(below(file, start))).collect();
        let is_development = |said: &Said| said.development;
        let together = Said {
            production: said.iter().any(|said| said.production),
            staging: said.iter().any(|said| said.staging),
            // An overlay marks its Compose project although the base has no mark. One test fixture among many
            // manifests does not make the whole deployment a test.
            development: match stack.platform {
                Platform::Compose => said.iter().any(is_development),
                _ => !said.is_empty() && said.iter().all(is_development),
            },
        };
        together.meant()
    });
    match guessed {
        Some(environment) => Field::set(environment, stack.at),
        None => Field::default(Environment::Production, stack.at),
    }
}

/// Of which environments the words of a name speak.
#[derive(Default)]
struct Said {
    production: bool,
    staging: bool,
    development: bool,
}

impl Said {
    fn by(name: &str) -> Self {
        let mut said = Self::default();
        for word in name.split(|character: char| !character.is_ascii_alphanumeric()) {
            let is_in = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(word));
            said.production |= is_in(PRODUCTION);
            said.staging |= is_in(STAGING);
            said.development |= is_in(DEVELOPMENT);
        }
        said
    }

    fn meant(&self) -> Option<Environment> {
        if self.production {
            Some(Environment::Production)
        } else if self.staging {
            Some(Environment::Staging)
        } else {
            self.development.then_some(Environment::Development)
        }
    }
}

/// The part of a path below the path that was audited: what lies above says nothing.
fn below<'p>(file: &'p str, start: &[String]) -> &'p str {
    let inside = start.iter().filter_map(|start| {
        if start == "." { Some(file) } else { file.strip_prefix(start.as_str())?.strip_prefix('/') }
    });
    inside.min_by_key(|rest| rest.len()).unwrap_or_else(|| file_name(file))
}

#[cfg(test)]
mod tests {
    use super::*;
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
