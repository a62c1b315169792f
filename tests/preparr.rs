//! The two deployments of PrepArr: the one that is ready passes with what people confirmed, the other fails
//! whatever can fail at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/deployments.rs"]
mod deployments;
#[path = "support/index.rs"]
mod index;

use deployments::{audit, copy, root};

#[test]
fn what_is_ready_passes() {
    let desired = ["prowlarr", "qbittorrent", "radarr", "sonarr"].map(|app| format!("desired/{app}.json"));
    let mut tracked = vec![".gitignore", "compose.yaml"];
    tracked.extend(desired.iter().map(String::as_str));
    let folder = copy("preparr", "ready", &tracked);
    std::fs::copy(root().join("tests/data/preparr.env"), folder.path().join(".env")).unwrap();
    let (status, open) = audit("preparr", folder.path(), &["fail", "manual", "unknown"]);
    insta::assert_snapshot!(open);
    assert_eq!(status, 0);
}

#[test]
fn what_is_not_ready_fails_wherever_it_can() {
    let folder = copy("preparr", "unready", &["compose.yaml", "kubernetes/library.yaml"]);
    let (status, failed) = audit("preparr", folder.path(), &["fail"]);
    insta::assert_snapshot!(failed);
    assert_eq!(status, 1);
}
