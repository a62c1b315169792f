//! Layer 9: the verdict of every rule on every subject, with the places that decided it.

mod evaluate;
mod classes;
mod examples;
mod explain;
mod facts;
mod jobs;
mod judge;
mod message;
mod metrics;
pub mod place;
mod recognise;
mod scope;
mod subject;
mod tally;
mod truth;
mod understand;
mod value;

pub use examples::{Tested, test_examples};
pub use judge::{judge, judge_thing, judge_with_places};
pub use message::{literal_in_words, shown};
pub use recognise::recognise;
pub use tally::MOST_SITES;
pub use truth::Truth;
pub use understand::{complete, understand};
