//! The deployments of SyncTV: the one that is ready passes with what people confirmed, the other fails
//! whatever can fail at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/deployments.rs"]
mod deployments;
#[path = "support/index.rs"]
mod index;

use deployments::{audit, copy, root};

#[test]
fn what_is_ready_passes() {
    let folder =
        copy("synctv", "ready", &[".gitignore", "chart/values.yaml", "compose.yaml", "nginx.conf", "redis.conf"]);
    std::fs::copy(root().join("tests/data/synctv.env"), folder.path().join(".env")).unwrap();
    let (status, open) = audit("synctv", folder.path(), &["fail", "manual", "unknown"]);
    insta::assert_snapshot!(open);
    assert_eq!(status, 0);
}

#[test]
fn what_is_not_ready_fails_wherever_it_can() {
    let folder = copy("synctv", "unready", &[".env.synctv", "chart/values.yaml", "compose.yaml", "synctv.yaml"]);
    let (status, failed) = audit("synctv", folder.path(), &["fail"]);
    insta::assert_snapshot!(failed);
    assert_eq!(status, 1);
}
