//! Embeds the packs under `rules/` in the binary, so that it works alone.
//!
//! Each rule is embedded whole, for its examples and documentation, and without its examples, which are
//! most of the text and are not needed to audit. What the parser makes of that is embedded beside it, as
//! every run would begin with parsing all of them.

#[path = "src/syntax/yaml/recorded.rs"]
mod recorded;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    let mut events = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let whole = fs::read_to_string(file)?;
        let head = whole.find("\nexamples:").map_or(whole.as_str(), |end| &whole[..=end]);
        let from = events.len();
        // What cannot be recorded is parsed when it is needed, and told with its place if it is broken.
        let is_recorded = record(head, &mut events);
        events.truncate(if is_recorded { events.len() } else { from });
        let at = is_recorded.then_some((from, events.len()));
        let _ = writeln!(code, "    Embedded {{ path: {name:?}, head: {head:?}, whole: {whole:?}, events: {at:?} }},");
    }
    code.push_str("]\n");
    fs::write(out.join("embedded.bin"), events)?;
    fs::write(out.join("embedded.rs"), code)
}

/// Records what the parser makes of a text; answers whether all of it can be recorded.
fn record(text: &str, into: &mut Vec<u8>) -> bool {
    granit_parser::Parser::new_from_str(text).all(|event| {
        event.is_ok_and(|(event, span)| span.byte_range().is_some_and(|at| recorded::record(&event, &at, into)))
    })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    #[allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]
    {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
