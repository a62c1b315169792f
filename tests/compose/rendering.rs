//! Projects as text: what is printed, where each line comes from, and that it says the same again.

use super::dump::Dump;
use seaworthy::compose::Request;
use seaworthy::compose::render::{Rendered, render};
use seaworthy::discovery::Workspace;
use seaworthy::source::Severity;

fn request(files: &[&str]) -> Request {
    let files = files.iter().map(|file| (*file).to_owned()).collect();
    Request { directory: ".".to_owned(), name: Some("shop".to_owned()), files, ..Request::default() }
}

fn fixture(folder: &str) -> Workspace {
    let root = format!("{}/fixtures/compose/{folder}", env!("CARGO_MANIFEST_DIR"));
    Workspace::new(std::path::Path::new(&root)).unwrap()
}

/// Each line with its way.
fn with_places(rendered: &Rendered, workspace: &Workspace) -> String {
    let dump = Dump::new(&workspace.sources);
    let mut shown = String::new();
    let mut start = 0;
    for line in rendered.text.split_inclusive('\n') {
        let steps = rendered.origins.chain(start).map(|chain| chain.to_vec()).unwrap_or_default();
        let steps: Vec<String> = steps.iter().map(|step| dump.step(step)).collect();
        shown.push_str(&format!("{:<60} | {}\n", line.trim_end(), steps.join(", ")));
        start += u32::try_from(line.len()).unwrap();
    }
    shown
}

#[test]
fn every_line_tells_where_it_comes_from() {
    for (folder, files) in [
        ("syntax", &["compose.yaml"][..]),
        ("merge", &["compose.yaml", "compose.override.yaml"]),
        ("parts", &["compose.yaml"]),
    ] {
        let workspace = fixture(folder);
        let rendered = render(&request(files), &workspace);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../data/compose");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("{folder}_rendered"), with_places(&rendered, &workspace)));
    }
}

/// What is printed is a project that prints the same.
#[test]
fn what_is_printed_says_the_same() {
    let hostile = "services:\n  web:\n    image: \"a:${TAG:-1}\"\n    user: '1000'\n    privileged: \"${ON:-true}\"\n    \
                   environment:\n      - 'A=- x'\n      - \"B=a: b #c\"\n      - C=\n      - 'D=yes'\n      - \"E=\\u0007\\t\\\"\\n\"\n      - F=~\n      - \"G=*a\"\n      - 'H= a '\n    \
                   command: ['', 'null', \"- x\"]\n    ports: ['80', '127.0.0.1:8080:80/udp']\n    volumes: ['./a:/b:ro', 'v:/v', /anonymous]\n    \
                   labels: {one: 1, two: 0x10, three: true}\n    deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}\n    profiles: []\n\
                   volumes:\n  v:\nx-own:\n  - [a, [b]]\n  - {c: d}\n  - []\n  - {}\n";
    let projects =
        [fixture("syntax"), fixture("merge"), fixture("parts"), Workspace::in_memory([("compose.yaml", hostile)])];
    for workspace in projects {
        let once = render(&request(&["compose.yaml"]), &workspace);
        let again = Workspace::in_memory([("compose.yaml", once.text.as_str())]);
        let twice = render(&request(&["compose.yaml"]), &again);
        let errors = twice.problems.iter().filter(|problem| problem.severity == Severity::Error);
        let about_files = |message: &str| message.contains("env file");
        assert_eq!(
            errors.filter(|problem| !about_files(&problem.message)).collect::<Vec<_>>(),
            [] as [&_; 0],
            "{}",
            once.text
        );
        assert_eq!(twice.text, once.text);
    }
}
