//! Hostile projects: bounded memory and time, no panic, every place in its file.

use super::{known, told};
use proptest::prelude::*;
use seaworthy::compose::render::render;
use seaworthy::compose::substitute::substitute;
use seaworthy::compose::template::{self, Part};
use seaworthy::compose::{Loaded, Request, load};
use seaworthy::discovery::Workspace;
use seaworthy::source::{SourceId, Span};

fn loaded(files: &[(String, String)]) -> (Loaded, Workspace) {
    let workspace = Workspace::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let request = Request { directory: ".".to_owned(), files: vec!["compose.yaml".to_owned()], ..Request::default() };
    (load(&request, &workspace), workspace)
}

/// Projects that would grow without end, were there no bounds.
#[test]
fn what_grows_without_end_is_bounded() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    // Each variable is twice the one before, in its text and in its origins.
    let mut doubled = "A0=aaaaaaaaaa\nB0=\n".to_owned();
    for number in 1..60 {
        let before = number - 1;
        doubled.push_str(&format!("A{number}=${{A{before}}}${{A{before}}}\nB{number}=$B{before}$B{before}\n"));
    }
    let many = "      - $A12\n".repeat(20_000);
    let compose = format!("services:\n  app:\n    image: web:$A59$B59\n    env_file: .env\n    command:\n{many}");
    let (found, _) = loaded(&[file("compose.yaml", &compose), file(".env", &doubled)]);
    assert!(found.stack.unwrap().containers[0].image.reason().is_some());

    // Each file includes the next one many times.
    let mut files = vec![file("compose.yaml", "include: [0.yaml]\n")];
    for number in 0..20 {
        let next = format!("{}.yaml, ", number + 1).repeat(10);
        files.push(file(
            &format!("{number}.yaml"),
            &format!("include: [{next}]\nservices: {{ a{number}: {{ image: a }} }}\n"),
        ));
    }
    let (found, _) = loaded(&files);
    assert!(found.problems.iter().any(|problem| problem.message.contains("include fewer")));

    // Each service extends the next one.
    let mut chain = "services:\n".to_owned();
    for number in 0..2000 {
        chain.push_str(&format!("  s{number}: {{ extends: s{} }}\n", number + 1));
    }
    let (found, _) = loaded(&[file("compose.yaml", &chain)]);
    assert!(found.problems.iter().any(|problem| problem.message.contains("extend fewer")));

    // Many services read a long env file.
    let long = (0..2000).map(|number| format!("V{number}=1\n")).collect::<String>();
    let services = (0..200).map(|number| format!("  s{number}: {{ image: a, env_file: a.env }}\n")).collect::<String>();
    let (found, _) = loaded(&[file("compose.yaml", &format!("services:\n{services}")), file("a.env", &long)]);
    assert!(found.problems.iter().any(|problem| problem.message.contains("100,000 settings")));

    let ports = "      - 1-65535:1-65535\n".repeat(1000);
    let (found, _) = loaded(&[file("compose.yaml", &format!("services:\n  app:\n    image: a\n    ports:\n{ports}"))]);
    assert!(found.stack.unwrap().exposures.len() < 2000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever stands in a value, places lie within it, and no text is lost without a variable.
    #[test]
    fn every_value_is_parsed(text in "[a${}:?+ \\-_\né1]{0,40}") {
        fn check(parts: &[Part], text: &str) {
            for part in parts {
                if let Part::Variable(variable) = part {
                    assert!(text[variable.at.clone()].starts_with('$'));
                    assert!(text.get(variable.operand_at.clone()).is_some());
                    if let Ok(operand) = &variable.operand {
                        check(operand, text);
                    }
                }
            }
        }
        match template::parse(&text) {
            Ok(parts) => {
                check(&parts, &text);
                let at = Span::new(SourceId(0), 0, text.len());
                let _ = substitute(&parts, at, Some(0), &|name| (name == "a").then(|| known("$a")));
            }
            Err(at) => prop_assert!(text[at..].starts_with("${"), "{at} is no place of a brace"),
        }
    }

    /// Fixture projects with pieces cut out of them are loaded, and every problem lies in a file.
    #[test]
    fn broken_files_never_panic(start in 0..2600usize, length in 0..60usize, put in "[\\[{}:\"'$!&*\n -]{0,3}") {
        let base = format!("{}/fixtures/compose", env!("CARGO_MANIFEST_DIR"));
        for folder in ["syntax", "merge", "parts"] {
            let text = std::fs::read_to_string(format!("{base}/{folder}/compose.yaml")).unwrap();
            let from = start.min(text.len());
            let until = (from + length).min(text.len());
            let text = format!("{}{put}{}", &text[..from], &text[until..]);
            let over = std::fs::read_to_string(format!("{base}/merge/compose.override.yaml")).unwrap();
            let workspace = Workspace::in_memory([("compose.yaml", text.as_str()), ("over.yaml", over.as_str())]);
            let files = vec!["compose.yaml".to_owned(), "over.yaml".to_owned()];
            let request = Request { directory: ".".to_owned(), files, ..Request::default() };
            let _ = render(&request, &workspace);
            for problem in load(&request, &workspace).problems {
                told(&problem, &workspace);
            }
        }
    }
}
