//! Charts: what belongs to one, how it is read, and which values it gets.

pub mod archive;
pub mod assign;
pub mod coalesce;
pub mod dependencies;
pub mod files;
pub mod ignore;
pub mod load;
pub mod metadata;
pub mod strvals;
pub mod unread;
pub mod values;
pub mod variants;
