//! The ticked checklist, and what people confirm, with the real binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use std::path::Path;

const COMPOSE: &str = "services:\n  app:\n    image: acme/app:1.2.3\n    ports: [\"80:80\"]\n";

fn run(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let output =
        Command::cargo_bin("seaworthy").unwrap().current_dir(folder).args(words).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A deployment, and a pack of its own with rules of every mode.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("compose.yaml"), COMPOSE).unwrap();
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/packs/acme");
    let to = folder.path().join("packs/acme");
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(packs).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    folder
}

const AUDIT: [&str; 8] = ["compose.yaml", "--rules", "packs", "--select", "acme", "--as-of", "2026-11-20", "--ignore"];

/// The words for an audit by the rules of the pack, behind those of a command.
fn with<'a>(command: &[&'a str]) -> Vec<&'a str> {
    command.iter().chain(&AUDIT).chain(&["acme/limited"]).copied().collect()
}

#[test]
fn a_checklist_shows_every_item_with_what_decided_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words = [
        "checklist",
        "fixtures/shop/unready/compose.yaml",
        "--as-of",
        "2026-11-20",
        "--ignore",
        "GEN-SECRETS-GIT,GEN-ENV-GITIGNORE",
    ];
    let (status, text, told) = run(root, &words);
    assert_eq!((status, told.as_str()), (0, ""));
    insta::assert_snapshot!(text);
    let (status, json, _) = run(root, &[&words[..], &["-f", "json"]].concat());
    assert_eq!(status, 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let items = json["checklists"][0]["chapters"][0]["items"].as_array().unwrap();
    assert_eq!(items[0]["item"], "GEN-SECRETS-PLAIN");
    assert_eq!(items[0]["verdict"], "fail");
    assert!(!json.to_string().contains("hunter2"));
}

#[test]
fn what_a_person_confirmed_counts_until_it_expires() {
    let folder = folder();
    let verdicts = |as_of: &str| {
        let words = ["--rules", "packs", "--select", "acme/drilled,acme/guarded", "--as-of", as_of, "-f", "json"];
        let (_, json, told) = run(folder.path(), &words);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{told}"));
        let findings = json["findings"].as_array().unwrap();
        let mut told: Vec<String> = findings
            .iter()
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().unwrap().to_owned();
                let place = &finding["locations"][0];
                let by = finding["attestation"]["by"].as_str().unwrap_or("nobody");
                format!(
                    "{} {} {} {by} {}:{}",
                    text("rule"),
                    text("verdict"),
                    text("severity"),
                    place["file"].as_str().unwrap(),
                    place["line"]
                )
            })
            .collect();
        told.sort();
        told
    };
    assert_eq!(
        verdicts("2026-11-20"),
        ["acme/drilled manual high nobody compose.yaml:1", "acme/guarded unknown low nobody compose.yaml:4"]
    );
    let attest = |rule: &str, more: &[&str]| {
        let words = ["attest", rule, "--by", "ops", "--evidence", "https://example.com/42"];
        run(folder.path(), &with(&[&words[..], more].concat()))
    };
    let (status, out, told) = attest("acme/drilled", &["--on", "2026-10-01", "--note", "took: 40 minutes"]);
    assert_eq!((status, told.as_str()), (0, ""));
    assert!(out.contains("it counts until 2027-01-01"), "{out}");
    assert_eq!(attest("ACME-GUARDED", &[]).0, 0);
    insta::assert_snapshot!(std::fs::read_to_string(folder.path().join("seaworthy-attestations.yaml")).unwrap());
    assert_eq!(
        verdicts("2026-11-20"),
        ["acme/drilled attested high ops compose.yaml:1", "acme/guarded attested low ops compose.yaml:4"]
    );
    assert_eq!(
        verdicts("2027-01-01"),
        [
            "acme/drilled fail medium ops seaworthy-attestations.yaml:4",
            "acme/guarded fail info ops seaworthy-attestations.yaml:9"
        ]
    );
}

#[test]
fn what_no_file_contradicts_may_need_a_person_all_the_same() {
    let folder = folder();
    std::fs::write(folder.path().join("compose.yaml"), COMPOSE.replace("80:80", "127.0.0.1:80:80")).unwrap();
    let (_, json, told) = run(folder.path(), &["--rules", "packs", "--select", "acme/guarded", "-f", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{told}"));
    let message = json["findings"][0]["message"].as_str().unwrap();
    let known = message.strip_prefix("Nothing in these files contradicts it, but a person has to confirm it: ");
    assert_eq!(known, json["findings"][0]["title"].as_str(), "{message}");
}

#[test]
fn what_cannot_be_attested_is_refused_and_leaves_no_file() {
    let folder = folder();
    let cases: [(&[&str], &str); 6] = [
        (&["acme/drilld"], "did you mean \"acme/drilled\"?"),
        (&["acme/sized"], "the files alone decide acme/sized"),
        (&["acme/whole"], "acme/whole is made of others"),
        (&["acme/drilled", "--on", "2026-13-01"], "write it as YYYY-MM-DD"),
        (&["acme/drilled", "--on", "2026-12-01"], "2026-12-01 is after 2026-11-20"),
        (&["acme/published"], "the files contradict it: compose.yaml:4: "),
    ];
    std::fs::write(
        folder.path().join("packs/acme/published.yaml"),
        "id: acme/published\ntitle: Nothing is published\nwhy: It breaks\nfix: Mend it\ncategory: network\nseverity: high\n\
         for: exposure\nmode: partly\nreject: {reach: public}\n",
    )
    .unwrap();
    for (words, expected) in cases {
        let command = [&["attest"], words, &["--by", "ops", "--evidence", "drill 42"]].concat();
        let (status, _, told) = run(folder.path(), &with(&command));
        assert_eq!(status, 2, "{words:?}: {told}");
        assert!(told.contains(expected), "{words:?}: {told}");
    }
    assert!(!folder.path().join("seaworthy-attestations.yaml").exists());
}

#[test]
fn mistakes_in_a_file_of_attestations_have_their_place() {
    let folder = folder();
    let text = "attestations:\n  - {rule: acme/drilld, by: ops, on: 2026-10-01, evidence: x}\n  - {rule: acme/drilled, on: 2026-10-01, evidence: x}\n  \
                - {rule: acme/drilled, by: ops, on: soon, evidence: x}\n  - {rule: acme/drilled, by: ops, on: 2026-11-21, evidence: x}\n  \
                - {rule: acme/sized, by: ops, on: 2026-10-01, evidence: x}\n  - {rule: acme/drilled, bye: ops}\n";
    std::fs::write(folder.path().join("seaworthy-attestations.yaml"), text).unwrap();
    let (status, out, _) =
        run(folder.path(), &["--rules", "packs", "--select", "acme/drilled", "--as-of", "2026-11-20"]);
    assert_eq!(status, 3);
    insta::assert_snapshot!(out);
}
