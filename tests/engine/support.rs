//! Rules made from their text, asked of deployments in memory.

use crate::needed::completed;
use seaworthy::engine::{judge, understand};
use seaworthy::findings::{Finding, Findings, Verdict};
use seaworthy::model::Environment;
use seaworthy::project::{Inputs, Project, assemble_in_memory};
use seaworthy::rules::{Ruleset, Tuning};
use seaworthy::source::Sources;
use seaworthy::syntax::{self, Limits, Node, Syntax};
use std::path::Path;

/// The rules `acme/case-0`, `acme/case-1`... with these beginnings, beside those that are built in.
pub fn ruleset(rules: &[String]) -> Ruleset {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("acme")).unwrap();
    for (number, rule) in rules.iter().enumerate() {
        let text = completed(rule, &format!("acme/case-{number}"), "");
        std::fs::write(folder.path().join(format!("acme/case-{number}.yaml")), text).unwrap();
    }
    Ruleset::awake(&[folder.path().to_path_buf()], &Tuning::default()).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors
            .iter()
            .map(|error| {
                let stem = error.file.rsplit_once("case-").map_or("", |(_, rest)| rest).trim_end_matches(".yaml");
                let rule = stem.parse().ok().and_then(|number: usize| rules.get(number));
                format!("{}\n  {error}", rule.map_or("", String::as_str))
            })
            .collect();
        panic!("{}", lines.join("\n"))
    })
}

/// A deployment and what rules said of it.
pub struct Run {
    pub project: Project,
    pub findings: Findings,
}

impl Run {
    pub fn new(files: &[(String, String)], environment: Option<Environment>, ruleset: &Ruleset) -> Self {
        let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let mut project = assemble_in_memory(files, &Inputs { environment, ..Inputs::default() });
        understand(&mut project, ruleset);
        let findings = judge(&project.stacks, ruleset);
        Self { project, findings }
    }

    /// What the rule of a number said.
    pub fn of(&self, number: usize) -> Vec<&Finding> {
        let id = format!("acme/case-{number}");
        self.findings.iter().map(|finding| &**finding).filter(|finding| finding.rule.id == id).collect()
    }

    /// The one verdict of the rule of a number.
    pub fn verdict(&self, number: usize) -> Verdict {
        match self.of(number)[..] {
            [finding] => finding.verdict,
            ref other => panic!("rule {number}: {} findings", other.len()),
        }
    }

    /// The places of a finding: role, file and line.
    pub fn places(&self, finding: &Finding) -> Vec<String> {
        let place = |site: &seaworthy::findings::Site| {
            let source = self.project.workspace.sources.get(site.span.source);
            format!("{} {}:{}", site.role.word(), source.name, source.position(site.span.start).line)
        };
        finding.sites.iter().map(place).collect()
    }
}

/// Reads a table of cases.
pub fn cases(name: &str, mut look: impl FnMut(&Node)) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let sources = Sources::new();
    let id = sources.add(name, text.as_str());
    let parsed = syntax::parse(Syntax::Yaml, id, &text, &Limits::default());
    assert!(parsed.problems.is_empty(), "{name}: {:?}", parsed.problems);
    let cases = parsed.documents[0].root.items();
    assert!(!cases.is_empty());
    cases.iter().for_each(&mut look);
}

/// The text under a key, or nothing.
pub fn text<'n>(case: &'n Node, key: &str) -> &'n str {
    case.get(key).and_then(Node::text).unwrap_or_default()
}

/// The files of a case.
pub fn files(case: &Node) -> Vec<(String, String)> {
    let entries = case.get("files").unwrap().entries();
    entries.iter().map(|entry| (entry.name().to_owned(), entry.value.text().unwrap().to_owned())).collect()
}
