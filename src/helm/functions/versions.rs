//! Versions and their constraints.

use super::{Answer, Context, text};
use crate::helm::semver::{Constraint, Version};
use crate::helm::value::{Data, Object, Value};
use std::rc::Rc;

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| "this is no version such as 1.2.3".to_owned())
}

pub(super) fn semver(_: &mut Context, args: &[Value]) -> Answer {
    Ok(Data::Object(Object::Version(Rc::new(version(text(args, 0))?))).into())
}

pub(super) fn semver_compare(_: &mut Context, args: &[Value]) -> Answer {
    let constraint =
        Constraint::parse(text(args, 0)).ok_or_else(|| "this is no constraint such as >=1.2".to_owned())?;
    Ok(constraint.check(&version(text(args, 1))?).into())
}
