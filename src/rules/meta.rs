//! What a rule says about itself.

/// How bad a failure is. Ordered from the mildest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice; never fails a run.
    Info,
    /// A small risk.
    Low,
    /// A risk that adds up.
    Medium,
    /// Will hurt in production.
    High,
    /// Must not go live.
    Critical,
}

impl Severity {
    /// All, mildest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word that rules, options and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }

    /// One step milder; info stays info.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium => Self::Low,
            Self::Low | Self::Info => Self::Info,
        }
    }
}

/// How sure a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// A hint.
    Low,
    /// Likely.
    Medium,
    /// The files say so.
    High,
}

impl Confidence {
    /// All, least sure first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The chapters of a checklist, in the order in which reports show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Credentials and keys.
    Secrets,
    /// What can be reached from where.
    Network,
    /// Copies of data, and bringing them back.
    Backups,
    /// Ceilings and reservations.
    ResourceLimits,
    /// Provenance of images and artefacts.
    Signing,
    /// Rights of processes.
    Hardening,
    /// Accounts and what they may do.
    Identity,
    /// Staying up.
    Availability,
    /// Data that outlives its process.
    Persistence,
    /// Logs, metrics, alerts.
    Monitoring,
    /// Databases.
    Database,
    /// Speed under load.
    Performance,
    /// Getting to the next version.
    Upgrades,
    /// Files that say what they mean.
    Correctness,
    /// Order in the house.
    Hygiene,
}

impl Category {
    /// All chapters in order.
    pub const ALL: [Self; 15] = [
        Self::Secrets,
        Self::Network,
        Self::Backups,
        Self::ResourceLimits,
        Self::Signing,
        Self::Hardening,
        Self::Identity,
        Self::Availability,
        Self::Persistence,
        Self::Monitoring,
        Self::Database,
        Self::Performance,
        Self::Upgrades,
        Self::Correctness,
        Self::Hygiene,
    ];

    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Network => "network",
            Self::Backups => "backups",
            Self::ResourceLimits => "resource-limits",
            Self::Signing => "signing",
            Self::Hardening => "hardening",
            Self::Identity => "identity",
            Self::Availability => "availability",
            Self::Persistence => "persistence",
            Self::Monitoring => "monitoring",
            Self::Database => "database",
            Self::Performance => "performance",
            Self::Upgrades => "upgrades",
            Self::Correctness => "correctness",
            Self::Hygiene => "hygiene",
        }
    }
}

/// Who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The files.
    Automatic,
    /// The files, as far as they show it; what they do not show may be elsewhere.
    Partly,
    /// A person.
    Manual,
}

impl Mode {
    /// All, from the files to a person.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Partly, Self::Manual];

    /// The word that rules and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Partly => "partly",
            Self::Manual => "manual",
        }
    }

    /// The mode of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

/// How a person's word counts for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attest {
    /// For how many days.
    pub valid: u32,
    /// Whether it is needed even where the files show that all is well.
    pub always: bool,
}

/// The part of a rule that reports and lists need: everything but its conditions.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Its path under `rules/` without the suffix.
    pub id: String,
    /// The pack it belongs to: the first segment of its id.
    pub pack: String,
    /// The checklist sentence.
    pub title: String,
    /// What goes wrong otherwise.
    pub why: String,
    /// What to write.
    pub fix: String,
    /// Its chapter.
    pub category: Category,
    /// How bad a failure is, unless a clause says otherwise.
    pub severity: Severity,
    /// How sure a failure is.
    pub confidence: Confidence,
    /// Who decides.
    pub mode: Mode,
    /// How a person's word counts; `None` where it does not.
    pub attest: Option<Attest>,
    /// Checklist items that it decides.
    pub items: Vec<String>,
    /// Controls that it decides.
    pub controls: Vec<String>,
    /// Free labels for `--select tag:`.
    pub tags: Vec<String>,
}
