//! Why something is not known.

use super::{HOLE, Text, has_hole};
use std::sync::Arc;

/// Why the files do not decide a value. It travels with the value to the verdict, so that the
/// report can say what would decide it. Every field of the model has room for one, so it is kept small: what
/// needs more is behind a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// `${NAME}` has no value in any file that interpolation reads.
    UnsetVariable {
        /// The variable.
        name: Arc<str>,
    },
    /// The value lives where the audit cannot look: a Secret of the cluster, an external store.
    Elsewhere {
        /// What holds it, such as "Secret db, key password".
        what: Arc<str>,
    },
    /// Whether there is a value at all is decided where the audit cannot look.
    Perhaps {
        /// What decides it, such as "ConfigMap settings".
        what: Arc<str>,
    },
    /// A file that is referred to is not in the tree or could not be read.
    MissingFile {
        /// The path as it was referred to.
        path: Arc<str>,
    },
    /// The image decides, and the image is not part of the files.
    Image {
        /// What the image decides, such as "the user that it runs as".
        what: Arc<str>,
    },
    /// What stands there cannot be read as what it has to be.
    Malformed {
        /// What was expected.
        expected: Arc<str>,
    },
    /// The program does not read this construct; the text says which.
    Unseen {
        /// Which construct.
        what: Arc<str>,
    },
    /// A part of a chart does not render with the values that it is given.
    Unrendered {
        /// The file that fails.
        path: Arc<str>,
    },
    /// A fact that only the operator knows was not declared.
    Undeclared(Arc<Question>),
    /// Something that nothing in the files says.
    Unsaid {
        /// What, such as "the pool of report".
        what: Arc<str>,
    },
    /// What follows from something else that is not known.
    Hinges(Arc<Hinge>),
    /// Made up at deployment time.
    Generated,
    /// Some of a text is known.
    Partly(Arc<Partly>),
}

// Fields are what most of a loaded deployment consists of.
const _: () = assert!(size_of::<Reason>() <= 24, "what needs more room belongs behind a pointer");

/// What only the operator can answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// The fact, as `pack/name`.
    pub fact: String,
    /// The question.
    pub ask: String,
}

/// What is not known because something else is not.
#[derive(Debug, PartialEq, Eq)]
pub struct Hinge {
    /// What, such as "what else connects to db".
    pub what: String,
    /// Why the other is not known.
    pub on: Reason,
}

/// A text of which some is known.
#[derive(Debug, PartialEq, Eq)]
pub struct Partly {
    /// Why the rest is not.
    pub why: Reason,
    /// The text, with a [`HOLE`] for each part that is not known.
    pub outline: Text,
}

impl Reason {
    /// What is not known, as a phrase: "`TAG` is not set in any file that is read".
    #[must_use]
    pub fn phrase(&self) -> String {
        match self {
            Self::UnsetVariable { name } => format!("the variable {name} is not set in any file that is read"),
            Self::Elsewhere { what } | Self::Perhaps { what } => format!("{what} is not in these files"),
            Self::MissingFile { path } => format!("the file {path} is not here"),
            Self::Image { what } => format!("the image decides {what}"),
            Self::Malformed { expected } => format!("what is written there is not {expected}"),
            Self::Unseen { what } => format!("{what} is not read"),
            Self::Unrendered { path } => format!("{path} does not render with these values"),
            Self::Undeclared(question) => format!("the fact {} is not declared", question.fact),
            Self::Unsaid { what } => format!("nothing in these files says {what}"),
            Self::Hinges(hinge) => format!("{} is not known, as {}", hinge.what, hinge.on.phrase()),
            Self::Generated => "it is made up at deployment time".to_owned(),
            Self::Partly(partly) => partly.why.phrase(),
        }
    }

    /// What would decide it, as an instruction.
    #[must_use]
    pub fn needs(&self) -> String {
        match self {
            Self::UnsetVariable { name } => {
                format!("give {name} a value in .env, with --env-file FILE or with --env {name}=VALUE")
            }
            Self::Elsewhere { what } | Self::Perhaps { what } => {
                format!("put {what} into the audited tree, or check it where it lives")
            }
            Self::MissingFile { path } => format!("put {path} in place and audit again"),
            Self::Image { what } => format!("set {what} in the deployment file, or look into the image"),
            Self::Malformed { expected } => format!("write {expected}"),
            Self::Unseen { what } | Self::Unsaid { what } => format!("check {what} by hand"),
            Self::Hinges(hinge) => hinge.on.needs(),
            Self::Unrendered { .. } => {
                "audit the chart with values that it takes: --values FILE or --set NAME=VALUE".to_owned()
            }
            Self::Undeclared(question) => {
                format!("declare the fact {} in seaworthy.toml: {}", question.fact, question.ask)
            }
            Self::Generated => "check it on the running system".to_owned(),
            Self::Partly(partly) => partly.why.needs(),
        }
    }

    /// The same of a text that has a [`HOLE`] for each part that is not known; if there are other parts,
    /// they are kept.
    #[must_use]
    pub fn partly(self, outline: &str) -> Self {
        let why = self.into_rest();
        if !has_hole(outline) || outline.chars().all(|next| next == HOLE) {
            return why;
        }
        Self::Partly(Arc::new(Partly { why, outline: Text::from(outline) }))
    }

    /// The same, whatever is known beside it.
    #[must_use]
    pub fn into_rest(self) -> Self {
        match self {
            Self::Partly(partly) => partly.why.clone(),
            whole => whole,
        }
    }

    /// Why what is not known is not, whatever is known beside it.
    #[must_use]
    pub fn of_rest(&self) -> &Self {
        match self {
            Self::Partly(partly) => &partly.why,
            whole => whole,
        }
    }

    /// What is known of a text, with a [`HOLE`] for each part that is not.
    #[must_use]
    pub fn outline(&self) -> Option<&Text> {
        match self {
            Self::Partly(partly) => Some(&partly.outline),
            _ => None,
        }
    }
}
