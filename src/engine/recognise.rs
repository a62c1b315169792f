//! Which app a container runs.

use crate::model::{Container, Field, Image, Platform, Stack, State};
use crate::rules::Ruleset;
use crate::rules::pack::App;
use crate::source::reader::{file_name, is_end};
use crate::source::{Reason, Text};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Names the app and role of every container that a pack knows.
pub fn recognise(stacks: &mut [Stack], ruleset: &Ruleset) {
    let apps = Apps::new(ruleset.packs.iter().flat_map(|pack| &pack.apps).collect());
    // Containers of one app share its words.
    let mut words: HashMap<(&str, &str), [Arc<str>; 2]> = HashMap::new();
    for stack in stacks.iter_mut() {
        let found: Vec<Option<&App>> =
            stack.containers.par_iter().map(|container| app(container, stack, &apps)).collect();
        for (container, app) in stack.containers.iter_mut().zip(found) {
            if let Some(app) = app {
                let of_app = (app.name.as_str(), app.role.as_str());
                let [name, role] = words.entry(of_app).or_insert_with(|| [of_app.0.into(), of_app.1.into()]);
                container.app = Some(Arc::clone(name));
                container.role = Some(Arc::clone(role));
                user(container, app);
            }
        }
    }
}

/// Where nothing says who a container runs as, its image does; of published ones packs know it.
fn user(container: &mut Container, app: &App) {
    let Some(user) = &app.user else { return };
    let is_published =
        !container.built && container.image.value().is_some_and(|image| fits(&image.known_end().0, app).is_some());
    let is_left = matches!(container.user.state, State::Absent | State::Unknown(Reason::Image { .. }));
    if is_published && is_left {
        container.user = Field::default(user.clone(), container.user.at.unwrap_or(container.at));
    }
}

/// How long the longest of an app's repositories is that an image is of, by what is known of its name.
fn fits(known: &str, app: &App) -> Option<usize> {
    app.images.iter().filter(|pattern| is_end(known, pattern)).map(String::len).max()
}

/// Whether an image may be one of an app's, if what is not known of its name is as it has to be. That is
/// taken for so where what is known says which app it is: many images are called `server`.
fn may_fit(known: &str, app: &App) -> bool {
    file_name(known).contains(&app.name) && app.images.iter().any(|pattern| is_end(pattern, known))
}

/// The apps of all packs.
struct Apps<'r> {
    all: Vec<&'r App>,
    /// Those with images, by the last part of an image's repository.
    by_image: HashMap<&'r str, Vec<&'r App>>,
}

impl<'r> Apps<'r> {
    fn new(all: Vec<&'r App>) -> Self {
        let mut by_image: HashMap<&str, Vec<&App>> = HashMap::new();
        for app in &all {
            let names: BTreeSet<&str> = app.images.iter().map(|image| file_name(image)).collect();
            names.into_iter().for_each(|name| by_image.entry(name).or_default().push(app));
        }
        Self { all, by_image }
    }
}

/// The app whose image fits best, be it what the container's is built on, else that of the unit, else one
/// whose config file or whose settings are there.
fn app<'r>(container: &Container, stack: &Stack, apps: &Apps<'r>) -> Option<&'r App> {
    let images = container.image.value().into_iter().chain(&container.partly).chain(&container.base);
    let by_image = images.into_iter().find_map(|image| by_image(image, apps));
    let apps = &apps.all;
    by_image.or_else(|| by_unit(container, stack, apps)).or_else(|| {
        let has = |name: &String| {
            let mut settings = container.settings.iter().filter_map(|index| stack.setting(*index));
            settings.any(|setting| *setting.name == **name)
        };
        let mounts = || container.mounts.iter().filter_map(|index| stack.mounts.get(*index));
        let is_given =
            |file: &String| mounts().any(|mount| mount.path.value().is_some_and(|path| path.expose() == file));
        let by_file = apps.iter().copied().find(|app| app.files.iter().any(is_given));
        by_file.or_else(|| apps.iter().copied().find(|app| app.env.iter().any(has)))
    })
}

/// The app whose image one is: the one with the longest name; where none is sure, the only one that may be.
fn by_image<'r>(image: &Image, apps: &Apps<'r>) -> Option<&'r App> {
    let (known, is_whole) = image.known_end();
    let named = || apps.by_image.get(file_name(&known)).into_iter().flatten().copied();
    let fitting = named().filter_map(|app| Some((fits(&known, app)?, app)));
    let sure = fitting.max_by_key(|(length, _)| *length).map(|(_, app)| app);
    sure.or_else(|| {
        let mut likely = named().filter(|app| !is_whole && may_fit(&known, app));
        likely.next().filter(|_| likely.next().is_none())
    })
}

/// The app that a unit of systemd runs: by the unit's name, else by the program that it starts.
fn by_unit<'r>(container: &Container, stack: &Stack, apps: &[&'r App]) -> Option<&'r App> {
    if stack.platform != Platform::Systemd {
        return None;
    }
    let name = container.name.split('@').next().unwrap_or(&container.name);
    let mut words = container.words.iter().filter_map(|word| word.value.value()).map(Text::expose);
    let first = words.next().unwrap_or_default();
    let jar = words.skip_while(|word| *word != "-jar").nth(1).map(|jar| jar.trim_end_matches(".jar"));
    let programs = [Some(file_name(first)), jar.map(file_name)];
    let named = apps.iter().copied().find(|app| app.units.iter().any(|unit| unit == name));
    let starts = |app: &&App| app.programs.iter().any(|known| programs.contains(&Some(known.as_str())));
    named.or_else(|| apps.iter().copied().find(starts))
}
