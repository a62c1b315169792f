//! What packs know of apps is brought to a project: which app runs where, what it is set to, what its
//! ports are for.

use super::evaluate::operand;
use super::recognise::recognise;
use super::scope::{Frame, Provided, Scope, Surroundings, World};
use super::value;
use super::{jobs, metrics};
use crate::model::queryable::{Thing, Type};
use crate::model::{Stack, State};
use crate::project::Project;
use crate::rules::{Declared, Ruleset};
use rayon::prelude::*;
use std::sync::Arc;

/// Names the app of every container, then brings what packs know of it ([`complete`]).
pub fn understand(project: &mut Project, ruleset: &Ruleset) {
    recognise(&mut project.stacks, ruleset);
    complete(project, ruleset);
}

/// Says what jobs do, judges the metrics of alerts, joins the settings of containers whose apps are named,
/// adds what proxies serve, and names what ports are for.
pub fn complete(project: &mut Project, ruleset: &Ruleset) {
    metrics::complete(&mut project.stacks, ruleset);
    jobs::complete(&mut project.stacks, ruleset);
    let steps = jobs::steps(&mut project.pipelines, ruleset);
    for stack in &mut project.stacks {
        stack.steps = Arc::clone(&steps);
    }
    let apps: Vec<_> = ruleset.packs.iter().flat_map(|pack| &pack.apps).map(|app| &app.config).collect();
    project.complete(&apps);
    let declared = Declared::new();
    let world = World::new(ruleset, &declared);
    project.stacks.par_iter_mut().for_each(|stack| purposes(stack, &world));
}

/// Gives ports the purpose that the pack of their container's app names.
fn purposes(stack: &mut Stack, world: &World<'_>) {
    let mut found = Vec::new();
    for container in &stack.containers {
        let Some(app) = container.app.as_deref().and_then(|name| world.app(name)) else { continue };
        if container.exposures.is_empty() {
            continue;
        }
        let thing = Thing::Container(stack, container);
        let provided = Provided::default();
        let around = Surroundings::new(world, &[], thing, &provided);
        let frame = Frame { thing, outer: None };
        let scope = Scope { around: &around, frame: &frame };
        for (purpose, numbers) in &app.ports {
            for number in numbers.iter() {
                let State::Set(datum) = operand(number, None, scope).state else { continue };
                let Some(port) = value::quantity(&datum, Type::Integer) else { continue };
                for exposure in &container.exposures {
                    let of = stack.exposures.get(*exposure).and_then(|exposure| exposure.port.value());
                    #[allow(clippy::cast_precision_loss, reason = "ports are small")]
                    if of.is_some_and(|of| *of as f64 == port) {
                        found.push((*exposure, purpose.clone()));
                    }
                }
            }
        }
    }
    for (exposure, purpose) in found {
        if let Some(exposure) = stack.exposures.get_mut(exposure) {
            exposure.purpose = Some(purpose);
        }
    }
}
