//! Layer 5: the schema of a database, from the SQL that makes it.
//!
//! Files are put into the order in which they run ([`order`]), and what each of them says changes what
//! was said before ([`apply`]): a later `ENABLE` counts, a later `DROP` removes.

pub mod apply;
pub mod order;
mod privileges;
mod roles;
mod tables;

pub use apply::Builder;
