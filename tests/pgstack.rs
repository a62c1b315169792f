//! The two deployments of pgStack: the one that is ready passes with what people confirmed, the other fails
//! whatever can fail at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/deployments.rs"]
mod deployments;
#[path = "support/index.rs"]
mod index;

use deployments::{audit, copy, root};

#[test]
fn what_is_ready_passes() {
    let folder = copy("pgstack", "ready", &["docker-compose.prod.yml"]);
    std::fs::copy(root().join("tests/data/pgstack.env"), folder.path().join(".env")).unwrap();
    let (status, open) = audit("pgstack", folder.path(), &["fail", "manual", "unknown"]);
    insta::assert_snapshot!(open);
    assert_eq!(status, 0);
}

#[test]
fn what_is_not_ready_fails_wherever_it_can() {
    let folder = copy("pgstack", "unready", &[".env", "docker-compose.prod.yml"]);
    let (status, failed) = audit("pgstack", folder.path(), &["fail"]);
    insta::assert_snapshot!(failed);
    assert_eq!(status, 1);
}
