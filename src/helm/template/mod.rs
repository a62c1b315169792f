//! The template language: Go's text/template with Helm's additions.

pub mod access;
pub mod ast;
pub mod call;
pub mod control;
pub mod engine;
pub mod error;
pub mod lexer;
pub mod literal;
pub mod names;
mod operands;
pub mod parser;
mod shelf;
mod special;
pub mod words;

pub use special::UNSET;
