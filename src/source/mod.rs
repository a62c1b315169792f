//! Layer 1: texts, places in them, and what is wrong with them.

pub mod nearest;
pub mod date;
pub mod encoding;
pub mod origin;
pub mod position;
pub mod problem;
pub mod reader;
pub mod span;
pub mod store;
pub mod text;
pub mod unknown;

pub use date::Date;
pub use origin::{Origin, OriginKind};
pub use position::Position;
pub use problem::{Place, Problem, Severity};
pub use reader::{ReadError, Reader};
pub use span::{SourceId, Span};
pub use store::{Source, Sources, Texts};
pub use text::{HOLE, Text, has_hole};
pub use unknown::{Hinge, Partly, Question, Reason};
