//! The deployments of ZITADEL: the one that is ready passes with what people confirmed, the other fails
//! whatever can fail at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/deployments.rs"]
mod deployments;
#[path = "support/index.rs"]
mod index;

use deployments::{audit, copy, root};

#[test]
fn what_is_ready_passes() {
    let folder = copy("zitadel", "ready", &["chart/values.yaml", "compose/compose.yaml"]);
    std::fs::copy(root().join("tests/data/zitadel.env"), folder.path().join("compose/.env")).unwrap();
    let (status, open) = audit("zitadel", folder.path(), &["fail", "manual", "unknown"]);
    insta::assert_snapshot!(open);
    assert_eq!(status, 0);
}

#[test]
fn what_is_not_ready_fails_wherever_it_can() {
    let folder = copy("zitadel", "unready", &["chart/values.yaml", "compose/.env", "compose/compose.yaml"]);
    let (status, failed) = audit("zitadel", folder.path(), &["fail"]);
    insta::assert_snapshot!(failed);
    assert_eq!(status, 1);
}
