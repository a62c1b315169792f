//! Which names and values are secrets.
//!
//! Two questions, kept apart because a name may lie and a value may not: [`names_a_secret`] goes by
//! the words of a name, [`credentials`] by the shape of what stands in a value.

mod names;
mod providers;
mod values;

pub use names::{names_a_secret, next_mark, words};
pub use providers::provider_tokens;
pub use values::{credentials, is_reference};

/// Whether a value has a credential inside: a password in a URL or a connection string, a private
/// key, a provider's token.
#[must_use]
pub fn holds_a_credential(value: &str) -> bool {
    !credentials(value).is_empty()
}
