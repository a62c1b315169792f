//! The two deployments of PrexorCloud: the one that is ready passes with what people confirmed, the other
//! fails whatever can fail at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/deployments.rs"]
mod deployments;
#[path = "support/index.rs"]
mod index;

use deployments::{audit, copy};

#[test]
fn what_is_ready_passes() {
    let folder = copy("prexorcloud", "ready", &["compose.yaml", "daemon.yml", "nginx.conf"]);
    let (status, open) = audit("prexorcloud", folder.path(), &["fail", "manual", "unknown"]);
    insta::assert_snapshot!(open);
    assert_eq!(status, 0);
}

#[test]
fn what_is_not_ready_fails_wherever_it_can() {
    let tracked = ["compose.yaml", "config/.initial-admin-password", "controller-1.yml", "daemon.yml"];
    let folder = copy("prexorcloud", "unready", &tracked);
    let (status, failed) = audit("prexorcloud", folder.path(), &["fail"]);
    insta::assert_snapshot!(failed);
    assert_eq!(status, 1);
}
