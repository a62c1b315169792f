//! What goes in: paths, standard input, and files that are not as they should be.

use crate::support::{PINNED, Tree, UNPINNED};

const SELECT: [&str; 2] = ["--select", "signing/image-pinned"];

#[test]
fn files_folders_and_standard_input_are_audited() {
    let tree = Tree::new(&[("a/pod.yaml", UNPINNED), ("b/pod.yaml", PINNED)]);
    let run = |paths: &[&str]| tree.run(&[&SELECT[..], paths].concat());
    assert_eq!(run(&["a"]).status, 1);
    assert_eq!(run(&["b"]).status, 0);
    assert_eq!(run(&["b/pod.yaml"]).status, 0);
    assert_eq!(run(&["a", "b"]).status, 1);
    assert_eq!(run(&[]).status, 1);
    assert!(run(&["a"]).out.contains("a/pod.yaml:7"), "{}", run(&["a"]).out);

    let ran = tree.run_with_input(&["-", "--select", "signing/image-pinned"], UNPINNED.as_bytes());
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("<stdin>:7"), "{}", ran.out);
    assert_eq!(tree.run_with_input(&["-", "--select", "signing/image-pinned"], PINNED.as_bytes()).status, 0);
    assert_eq!(tree.run_with_input(&["-", "a", "--select", "signing/image-pinned"], PINNED.as_bytes()).status, 1);
    assert_eq!(tree.run_with_input(&["-"], b"").status, 3);
    assert_eq!(tree.run_with_input(&["-"], b"kind: [\napiVersion: v1\n").status, 3);
}

#[test]
fn paths_can_be_clicked_from_where_one_stands() {
    let tree = Tree::new(&[("deploy/pod.yaml", UNPINNED), ("other/x", "")]);
    let mut command = tree.command(&["../deploy", "--select", "signing/image-pinned"]);
    let ran = crate::support::finish(command.current_dir(tree.path().join("other")));
    assert!(ran.out.contains("../deploy/pod.yaml:7"), "{}", ran.out);
}

#[test]
fn a_broken_file_is_told_with_its_place() {
    let tree = Tree::new(&[("app.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {a: b\nspec: [\n")]);
    let ran = tree.run(&[]);
    assert_eq!(ran.status, 3);
    assert!(ran.out.contains("NOT SEEN (1)") && ran.out.contains("app.yaml:5:5"), "{}", ran.out);
}

#[test]
fn a_broken_manifest_in_json_is_no_pass() {
    let tree = Tree::new(&[
        ("pod.yaml", PINNED),
        ("other.json", "{\n \"apiVersion\": \"v1\", \"kind\": \"Pod\", \"x\": [1,}\n"),
    ]);
    let ran = tree.run(&SELECT);
    assert_eq!(ran.status, 3, "{}", ran.out);
    assert!(ran.out.contains("NOT SEEN (1)") && ran.out.contains("other.json:2:"), "{}", ran.out);
    // What is plainly something else hides nothing.
    let tree = Tree::new(&[("pod.yaml", PINNED), ("package.json", "{\"services\": \"kind of apiVersion\",}\n")]);
    assert_eq!(tree.run(&SELECT).status, 0);
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    let text = format!("{UNPINNED}---\nkind: [\napiVersion: v1\n---\n{}", UNPINNED.replace("name: app", "name: other"));
    let tree = Tree::new(&[("all.yaml", &text)]);
    let ran = tree.run(&SELECT);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("all.yaml:7") && ran.out.contains("all.yaml:18"), "{}", ran.out);
    assert!(ran.out.contains("1 blind spot"), "{}", ran.out);
}

#[test]
fn binary_files_are_not_read_as_text() {
    let tree = Tree::new(&[]);
    tree.add("compose.yaml", b"services:\n  a:\n    image: \x00\x01\n");
    let ran = tree.run(&[]);
    assert_eq!(ran.status, 3);
    assert!(ran.out.contains("compose.yaml") && ran.out.contains("is not text"), "{}", ran.out);
    let ran = tree.run_with_input(&["-"], b"kind: \x00");
    assert_eq!(ran.status, 3);
    assert!(ran.out.contains("<stdin>"), "{}", ran.out);
}

#[test]
fn what_is_not_utf_8_is_told_and_the_rest_is_audited() {
    let tree = Tree::new(&[("pod.yaml", UNPINNED)]);
    tree.add("latin.yaml", &[b"# caf\xe9\n", UNPINNED.as_bytes()].concat());
    tree.add("note.yaml", b"greeting: caf\xe9\n");
    let ran = tree.run(&SELECT);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("latin.yaml:1:6") && ran.out.contains("0xe9"), "{}", ran.out);
    assert!(ran.out.contains("latin.yaml:8"), "{}", ran.out);
    // What is no deployment file hides nothing.
    let tree = Tree::new(&[("pod.yaml", PINNED)]);
    tree.add("note.yaml", b"greeting: caf\xe9\nparting: \xe9\n");
    let ran = tree.run(&SELECT);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert_eq!(ran.out.matches("0xe9").count(), 1, "{}", ran.out);
}

#[test]
fn huge_files_and_inputs_are_told_not_read() {
    let head = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n  x: ";
    let huge = [&head[..], &vec![b'a'; 9 << 20]].concat();
    let tree = Tree::new(&[]);
    tree.add("big.yaml", &huge);
    for ran in [tree.run(&[]), tree.run_with_input(&["-"], &huge)] {
        assert_eq!(ran.status, 3);
        assert!(ran.out.contains("larger than the 8 MiB"), "{}", ran.out);
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_root_only_and_loops_survived() {
    use std::os::unix::fs::symlink;
    let outside = Tree::new(&[("secret.yaml", UNPINNED)]);
    let tree = Tree::new(&[("a/pod.yaml", PINNED)]);
    symlink("..", tree.path().join("a/up")).unwrap();
    symlink(".", tree.path().join("self")).unwrap();
    symlink("nowhere", tree.path().join("dangling.yaml")).unwrap();
    symlink(outside.path(), tree.path().join("out")).unwrap();
    symlink(outside.path().join("secret.yaml"), tree.path().join("one.yaml")).unwrap();
    let ran = tree.run(&[&SELECT[..], &["-f", "json"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.out);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert!(ran.out.contains("leads nowhere") && ran.out.contains("leads out of the audited root"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn pipes_are_never_opened() {
    let tree = Tree::new(&[("pod.yaml", PINNED)]);
    let made = std::process::Command::new("mkfifo").arg(tree.path().join("compose.yaml")).status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(tree.run(&SELECT).status, 0);
        let ran = tree.run(&["compose.yaml"]);
        assert_eq!(ran.status, 3);
        assert!(ran.out.contains("is no regular file"), "{}", ran.out);
    }
}

#[test]
fn the_same_files_yield_the_same_bytes() {
    let files: Vec<(String, String)> = (0..40)
        .map(|index| (format!("d{index}/pod.yaml"), UNPINNED.replace("name: app", &format!("name: app{index}"))))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::new(&files);
    for format in ["table", "json"] {
        let run = |threads: &str| {
            tree.run(&["-f", format, "--show", "all", "--as-of", "2026-11-20", "--threads", threads]).out
        };
        let first = run("1");
        assert!(first.len() > 1_000);
        for threads in ["1", "2", "7"] {
            assert_eq!(run(threads), first);
        }
    }
}

#[test]
fn the_environment_of_the_process_is_not_audited() {
    let text = UNPINNED.replace("latest", "${TAG}");
    let tree = Tree::new(&[("pod.yaml", &text)]);
    let plain = tree.run(&SELECT);
    let mut command = tree.command(&SELECT);
    let ran = crate::support::finish(command.env("TAG", "1.2.3").env("COMPOSE_FILE", "other.yaml"));
    assert_eq!((ran.status, ran.out), (plain.status, plain.out));
}

#[test]
fn what_cannot_be_read_like_a_file_is_in_the_inventory() {
    let tree = Tree::new(&[("app.yaml", PINNED)]);
    let socket = std::os::unix::net::UnixListener::bind(tree.path().join("compose.yaml")).unwrap();
    let ran = tree.run(&["-f", "json", "--select", "signing"]);
    drop(socket);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let file = &report["inventory"]["files"][1];
    assert_eq!((file["file"].as_str(), file["status"].as_str()), (Some("compose.yaml"), Some("skipped")));
    assert!(file["why"].as_str().unwrap().contains("a pipe, a socket or a device"), "{}", ran.out);
}

#[test]
fn a_name_that_is_not_utf_8_is_told_as_what_it_is() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::new(&[("app.yaml", PINNED)]);
    let name = std::ffi::OsStr::from_bytes(b"b\xff.yaml");
    std::fs::write(tree.path().join(name), PINNED).unwrap();
    let folder = tree.path().join(std::ffi::OsStr::from_bytes(b"d\xff"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("app.yaml"), PINNED).unwrap();
    let ran = tree.run(&["-f", "json", "--select", "signing"]);
    assert_eq!(ran.status, 3);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let problems = report["problems"].as_array().unwrap().iter();
    let told: Vec<&str> = problems.map(|problem| problem["message"].as_str().unwrap()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|message| message.contains("is not UTF-8, so")), "{told:?}");
    assert!(!ran.out.contains("does not exist"), "{}", ran.out);
}
