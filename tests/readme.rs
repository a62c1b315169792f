//! Every command that the README shows does what the README says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use regex::Regex;
use seaworthy::findings::checklist::owner;
use seaworthy::rules::{Mode, Ruleset};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A block between fences.
struct Block {
    language: String,
    /// The prose between the block before and this one.
    before: String,
    text: String,
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(package().join("README.md")).unwrap()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        match line.trim_start().strip_prefix("```") {
            Some(language) => {
                let inside: Vec<&str> =
                    lines.by_ref().take_while(|line| !line.trim_start().starts_with("```")).collect();
                let text = inside.iter().map(|line| format!("{line}\n")).collect();
                blocks.push(Block { language: language.trim().to_owned(), before: std::mem::take(&mut before), text });
            }
            None => before.push_str(&format!("{line}\n")),
        }
    }
    blocks
}

/// The commands of a block for a shell; of a session only what was typed.
fn commands(block: &Block) -> Vec<String> {
    let typed = |line: &str| match block.language.as_str() {
        "sh" | "bash" | "shell" => Some(line.trim().to_owned()),
        "console" => line.strip_prefix("$ ").map(str::to_owned),
        _ => None,
    };
    block.text.lines().filter_map(typed).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// A folder like a fresh clone as far as the README needs it, with the files that it says to write.
fn workplace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in walkdir::WalkDir::new(package().join("fixtures")) {
        let entry = entry.unwrap();
        let to = folder.path().join(entry.path().strip_prefix(package()).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
    let named = Regex::new(r"`([\w./-]+\.ya?ml)`").unwrap();
    for block in blocks(&readme()).iter().filter(|block| block.language == "yaml") {
        if let Some(path) = named.captures_iter(&block.before).last() {
            let path = folder.path().join(&path[1]);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &block.text).unwrap();
        }
    }
    folder
}

/// Runs a line in a shell that finds the program built for this test. Where jq is not installed, what
/// comes before it is run alone.
fn run(line: &str, folder: &Path) -> Output {
    let line =
        line.replace("cargo run --release --locked -- ", "seaworthy ").replace("cargo run --release -- ", "seaworthy ");
    let has_jq = Command::new("jq").arg("--version").output().is_ok();
    let line = if has_jq { line } else { line.split(" | jq ").next().unwrap().to_owned() };
    let program = PathBuf::from(env!("CARGO_BIN_EXE_seaworthy"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(program.parent().unwrap().to_path_buf()).chain(std::env::split_paths(&path));
    // A failure on the left of a pipe counts.
    let script = format!("set -o pipefail; {line}");
    let mut command = Command::new("bash");
    command.arg("-c").arg(script).current_dir(folder).env("PATH", std::env::join_paths(folders).unwrap());
    command.env_remove("CLICOLOR_FORCE").output().expect("bash is there")
}

#[test]
fn every_command_does_what_it_says() {
    let folder = workplace();
    let mut ran = 0;
    for line in blocks(&readme()).iter().flat_map(commands) {
        let program = line.split_whitespace().next().unwrap();
        if program == "cargo" && !line.starts_with("cargo run ") {
            // Building, installing and testing is what runs this test.
            let known = ["cargo build", "cargo install", "cargo test"];
            assert!(known.iter().any(|known| line.starts_with(known)), "{line}");
            continue;
        }
        assert!(program == "seaworthy" || program == "cargo", "the README shows a command that no test runs: {line}");
        let output = run(&line, folder.path());
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        let status = output.status.code().unwrap();
        // Without any argument it audits whatever is there.
        let expected = if line == "seaworthy" { &[0, 1, 3][..] } else { &[0] };
        assert!(expected.contains(&status), "{line} ends with {status}:\n{out}{err}");
        assert!(err.is_empty(), "{line}:\n{err}");
        assert!(!out.is_empty() || line.contains("-f json="), "{line} says nothing");
        ran += 1;
    }
    assert!(ran >= 6, "only {ran} commands were found");
}

#[test]
fn the_main_command_shows_failures() {
    let text = readme();
    let line = blocks(&text).iter().flat_map(commands).find(|line| line.starts_with("cargo run ")).unwrap();
    let output = run(&line, workplace().path());
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("CRITICAL") && out.contains("NOT READY"), "{out}");
}

#[test]
fn every_flag_that_it_names_exists() {
    let help = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_seaworthy")).args(arguments).arg("--help").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let commands: [&[&str]; 6] = [&[], &["rules"], &["rules", "test"], &["explain"], &["attest"], &["render"]];
    let known: String = commands.iter().map(|words| help(words)).collect();
    let flag = Regex::new(r"(?:^|[\s`(])(--[a-z][a-z-]+)").unwrap();
    let mut unknown = Vec::new();
    for line in readme().lines() {
        // Flags of other programs stand behind a pipe or belong to cargo.
        let own = line.split(" | ").next().unwrap();
        let own = if own.starts_with("cargo") { own.split(" -- ").nth(1).unwrap_or_default() } else { own };
        unknown.extend(flag.captures_iter(own).map(|found| found[1].to_owned()).filter(|flag| !known.contains(flag)));
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_rule_and_yaml_file_that_it_shows_is_sound() {
    let text = readme();
    let yaml: Vec<Block> = blocks(&text).into_iter().filter(|block| block.language == "yaml").collect();
    assert!(!yaml.is_empty());
    for block in yaml {
        let value: Result<serde_json::Value, _> = serde_yaml::from_str(&block.text);
        assert!(value.is_ok_and(|value| value.is_object()), "{}", block.text);
    }
}

#[test]
fn every_option_that_it_shows_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let text = readme();
    let blocks: Vec<Block> = blocks(&text).into_iter().filter(|block| block.language == "toml").collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        std::fs::write(folder.path().join("seaworthy.toml"), &block.text).unwrap();
        let output = run("seaworthy options", folder.path());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn output_is_what_the_program_says() {
    let folder = workplace();
    let shop = folder.path().join("fixtures/shop/unready");
    let shown = Regex::new(r"`seaworthy ([^`]+)`").unwrap();
    let mut compared = 0;
    for block in blocks(&readme()).iter().filter(|block| block.language == "text") {
        let arguments = shown.captures_iter(&block.before).last().expect("a command stands before its output");
        let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
        command.args(arguments[1].split_whitespace()).current_dir(&shop).env("COLUMNS", "88");
        let output = command.env_remove("CLICOLOR_FORCE").output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), block.text.trim_end(), "{}", &arguments[1]);
        compared += 1;
    }
    assert!(compared >= 2);
}

#[test]
fn sessions_show_what_the_program_says() {
    let folder = workplace();
    let mut compared = 0;
    for block in blocks(&readme()).iter().filter(|block| block.language == "console") {
        let (typed, shown): (Vec<&str>, Vec<&str>) = block.text.lines().partition(|line| line.starts_with("$ "));
        let [command] = typed.as_slice() else { continue };
        if !shown.is_empty() {
            let output = run(command.trim_start_matches("$ "), folder.path());
            let out = String::from_utf8(output.stdout).unwrap();
            let lines: Vec<&str> = out.trim_end().lines().collect();
            assert_eq!(lines, shown, "{command}");
            compared += 1;
        }
    }
    assert!(compared >= 1);
}

/// The table of checklists: who decides how many items of each.
#[test]
fn the_table_of_checklists_counts_the_rules() {
    let ruleset = Ruleset::builtin().unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut rows = String::new();
    for pack in ruleset.packs.iter().filter(|pack| !pack.checklist.is_empty()) {
        let items = pack.checklist.iter().flat_map(|chapter| &chapter.items);
        let modes: Vec<Mode> =
            items.filter_map(|(item, _)| owner(item, &pack.name, &ruleset)).map(|rule| rule.mode).collect();
        let count = |mode| modes.iter().filter(|of| **of == mode).count();
        let [automatic, partly, manual] = Mode::ALL.map(count);
        let link = format!("[{}](rules/{}/pack.yaml)", pack.title, pack.name);
        rows += &format!("| {link} | {} | {automatic} | {partly} | {manual} |\n", modes.len());
    }
    assert!(readme().contains(&rows), "README's table of checklists should be:\n{rows}");
}
