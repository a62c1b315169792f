//! Charts: what belongs to one, how it is read, and which values it gets.

pub mod ignore;
