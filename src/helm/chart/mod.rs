//! Charts: what belongs to one, how it is read, and which values it gets.

pub mod archive;
pub mod files;
pub mod ignore;
pub mod strvals;
