//! Three-valued truth (RULES.md, section 4).

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// The files do not decide it.
    Unknown,
}

impl Truth {
    /// True if all are; false if one is.
    pub fn all(truths: impl Iterator<Item = Self>) -> Self {
        let mut result = Self::True;
        for truth in truths {
            match truth {
                Self::False => return Self::False,
                Self::Unknown => result = Self::Unknown,
                Self::True => {}
            }
        }
        result
    }

    /// True if one is; false if all are.
    pub fn any(truths: impl Iterator<Item = Self>) -> Self {
        Self::all(truths.map(Self::opposite)).opposite()
    }

    /// The opposite; what is not known stays so.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// What is not known for a second reason.
    #[must_use]
    pub fn unless_open(self, decided: Self, is_open: bool) -> Self {
        if is_open && self == decided { Self::Unknown } else { self }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}
