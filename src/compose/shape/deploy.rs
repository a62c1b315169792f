//! The keys of `deploy`, `build`, `develop`, `healthcheck` and other sections of a service.

use super::kinds::Shape::{
    Amount, Any, Boolean, Count, Either, Integer, List, Names, Number, Perhaps, Simple, Size, Text, Word,
};
use super::kinds::{Keys, OPTIONS, PAIRS, Shape, TEXTS};

/// `command` and `entrypoint`.
pub(super) const COMMAND: Shape = Perhaps(&TEXTS);

/// Names of hosts with their addresses.
pub(super) const HOSTS: Shape = Either(&[Names(&TEXTS), List(&Text)]);

/// Where a config or secret goes.
pub(super) const GRANTS: Shape = List(&Either(&[
    Text,
    Shape::Keys(&Keys {
        of: "a config or secret of a service",
        keys: &[("source", Text), ("target", Text), ("uid", Text), ("gid", Text), ("mode", Amount)],
        required: &[],
        extensible: true,
    }),
]));

/// Limits of a process.
pub(super) const ULIMITS: Shape = Names(&Either(&[
    Integer,
    Shape::Keys(&Keys {
        of: "a ulimit",
        keys: &[("hard", Integer), ("soft", Integer)],
        required: &["soft", "hard"],
        extensible: true,
    }),
]));

pub(super) static BUILD: Keys = Keys {
    of: "build",
    keys: &[
        ("additional_contexts", PAIRS),
        ("args", PAIRS),
        ("cache_from", List(&Text)),
        ("cache_to", List(&Text)),
        ("context", Text),
        ("dockerfile", Text),
        ("dockerfile_inline", Text),
        ("entitlements", List(&Text)),
        ("extra_hosts", HOSTS),
        ("isolation", Text),
        ("labels", PAIRS),
        ("network", Text),
        ("no_cache", Boolean),
        ("no_cache_filter", TEXTS),
        ("platforms", List(&Text)),
        ("privileged", Boolean),
        ("provenance", Simple),
        ("pull", Boolean),
        ("sbom", Simple),
        ("secrets", GRANTS),
        ("shm_size", Size),
        ("ssh", PAIRS),
        ("tags", List(&Text)),
        ("target", Text),
        ("ulimits", ULIMITS),
    ],
    required: &[],
    extensible: true,
};

pub(super) static HEALTHCHECK: Keys = Keys {
    of: "healthcheck",
    keys: &[
        ("disable", Boolean),
        ("interval", Text),
        ("retries", Integer),
        ("start_interval", Text),
        ("start_period", Text),
        ("test", TEXTS),
        ("timeout", Text),
    ],
    required: &[],
    extensible: true,
};

pub(super) static LOGGING: Keys = Keys {
    of: "logging",
    keys: &[("driver", Text), ("options", Names(&Perhaps(&Amount)))],
    required: &[],
    extensible: true,
};

static LIMITS: Keys = Keys {
    of: "deploy.resources.limits",
    keys: &[("cpus", Number), ("memory", Text), ("pids", Integer)],
    required: &[],
    extensible: true,
};

static RESERVATIONS: Keys = Keys {
    of: "deploy.resources.reservations",
    keys: &[
        ("cpus", Number),
        ("devices", List(&Shape::Keys(&DEVICE_REQUEST))),
        ("generic_resources", List(&Any)),
        ("memory", Text),
    ],
    required: &[],
    extensible: true,
};

static DEVICE_REQUEST: Keys = Keys {
    of: "a device request",
    keys: &[
        ("capabilities", List(&Text)),
        ("count", Count),
        ("device_ids", List(&Text)),
        ("driver", Text),
        ("options", PAIRS),
    ],
    required: &["capabilities"],
    extensible: true,
};

/// Devices for graphics and computing.
pub(super) const GPUS: Shape = Either(&[
    Word(&["all"]),
    List(&Shape::Keys(&Keys { of: "an element of gpus", keys: DEVICE_REQUEST.keys, required: &[], extensible: true })),
]);

static RESOURCES: Keys = Keys {
    of: "deploy.resources",
    keys: &[("limits", Shape::Keys(&LIMITS)), ("reservations", Shape::Keys(&RESERVATIONS))],
    required: &[],
    extensible: true,
};

const UPDATE: &[(&str, Shape)] = &[
    ("delay", Text),
    ("failure_action", Text),
    ("max_failure_ratio", Number),
    ("monitor", Text),
    ("order", Word(&["start-first", "stop-first"])),
    ("parallelism", Integer),
];

pub(super) static DEPLOY: Keys = Keys {
    of: "deploy",
    keys: &[
        ("endpoint_mode", Text),
        ("labels", PAIRS),
        ("mode", Text),
        (
            "placement",
            Shape::Keys(&Keys {
                of: "deploy.placement",
                keys: &[
                    ("constraints", List(&Text)),
                    ("max_replicas_per_node", Integer),
                    (
                        "preferences",
                        List(&Shape::Keys(&Keys {
                            of: "a preference of deploy.placement",
                            keys: &[("spread", Text)],
                            required: &[],
                            extensible: true,
                        })),
                    ),
                ],
                required: &[],
                extensible: true,
            }),
        ),
        ("replicas", Integer),
        ("resources", Shape::Keys(&RESOURCES)),
        (
            "restart_policy",
            Shape::Keys(&Keys {
                of: "deploy.restart_policy",
                keys: &[("condition", Text), ("delay", Text), ("max_attempts", Integer), ("window", Text)],
                required: &[],
                extensible: true,
            }),
        ),
        (
            "update_config",
            Shape::Keys(&Keys { of: "deploy.update_config", keys: UPDATE, required: &[], extensible: true }),
        ),
        (
            "rollback_config",
            Shape::Keys(&Keys { of: "deploy.rollback_config", keys: UPDATE, required: &[], extensible: true }),
        ),
    ],
    required: &[],
    extensible: true,
};

const HOOK: &[(&str, Shape)] = &[
    ("command", COMMAND),
    ("environment", PAIRS),
    ("image", Text),
    ("per_replica", Boolean),
    ("privileged", Boolean),
    ("user", Text),
    ("working_dir", Text),
];

pub(super) static HOOK_KEYS: Keys = Keys { of: "a hook", keys: HOOK, required: &["command"], extensible: true };

pub(super) static START_HOOK: Keys = Keys { of: "a hook", keys: HOOK, required: &[], extensible: true };

pub(super) static DEVELOP: Keys = Keys {
    of: "develop",
    keys: &[(
        "watch",
        List(&Shape::Keys(&Keys {
            of: "an element of develop.watch",
            keys: &[
                ("action", Word(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
                ("exec", Shape::Keys(&HOOK_KEYS)),
                ("ignore", TEXTS),
                ("include", TEXTS),
                ("initial_sync", Boolean),
                ("path", Text),
                ("target", Text),
            ],
            required: &["path", "action"],
            extensible: true,
        })),
    )],
    required: &[],
    extensible: true,
};

static LIMITS_OF_DEVICE: Keys = Keys {
    of: "a limit of blkio_config",
    keys: &[("path", Text), ("rate", Size), ("weight", Size)],
    required: &[],
    extensible: false,
};

const DEVICE_LIMITS: Shape = List(&Shape::Keys(&LIMITS_OF_DEVICE));

pub(super) static BLKIO: Keys = Keys {
    of: "blkio_config",
    keys: &[
        ("device_read_bps", DEVICE_LIMITS),
        ("device_read_iops", DEVICE_LIMITS),
        ("device_write_bps", DEVICE_LIMITS),
        ("device_write_iops", DEVICE_LIMITS),
        ("weight", Integer),
        ("weight_device", DEVICE_LIMITS),
    ],
    required: &[],
    extensible: false,
};

pub(super) static CREDENTIAL: Keys = Keys {
    of: "credential_spec",
    keys: &[("config", Text), ("file", Text), ("registry", Text)],
    required: &[],
    extensible: true,
};

pub(super) static PROVIDER: Keys = Keys {
    of: "provider",
    keys: &[("options", Names(&Either(&[Simple, List(&Simple)]))), ("type", Text)],
    required: &["type"],
    extensible: true,
};

/// The options of a volume or network driver.
pub(super) const DRIVER_OPTIONS: Shape = OPTIONS;
