//! The keys of a Compose file, and of its sections beside the services.

use super::deploy::DRIVER_OPTIONS;
use super::kinds::Shape::{Any, Boolean, Either, Integer, List, Names, Perhaps, Text};
use super::kinds::{Keys, PAIRS, Shape, TEXTS};
use super::service::SERVICE;

/// True or false; older files name the thing here.
const EXTERNAL: Shape =
    Either(&[Boolean, Shape::Keys(&Keys { of: "external", keys: &[("name", Text)], required: &[], extensible: true })]);

static NETWORK: Keys = Keys {
    of: "a network",
    keys: &[
        ("attachable", Boolean),
        ("driver", Text),
        ("driver_opts", DRIVER_OPTIONS),
        ("enable_ipv4", Boolean),
        ("enable_ipv6", Boolean),
        ("external", EXTERNAL),
        ("internal", Boolean),
        (
            "ipam",
            Shape::Keys(&Keys {
                of: "ipam",
                keys: &[
                    (
                        "config",
                        List(&Shape::Keys(&Keys {
                            of: "an element of ipam.config",
                            keys: &[
                                ("aux_addresses", Names(&Text)),
                                ("gateway", Text),
                                ("ip_range", Text),
                                ("subnet", Text),
                            ],
                            required: &[],
                            extensible: true,
                        })),
                    ),
                    ("driver", Text),
                    ("options", Names(&Text)),
                ],
                required: &[],
                extensible: true,
            }),
        ),
        ("labels", PAIRS),
        ("name", Text),
    ],
    required: &[],
    extensible: true,
};

static VOLUME: Keys = Keys {
    of: "a volume",
    keys: &[
        ("driver", Text),
        ("driver_opts", DRIVER_OPTIONS),
        ("external", EXTERNAL),
        ("labels", PAIRS),
        ("name", Text),
    ],
    required: &[],
    extensible: true,
};

static SECRET: Keys = Keys {
    of: "a secret",
    keys: &[
        ("driver", Text),
        ("driver_opts", DRIVER_OPTIONS),
        ("environment", Text),
        ("external", EXTERNAL),
        ("file", Text),
        ("labels", PAIRS),
        ("name", Text),
        ("template_driver", Text),
    ],
    required: &[],
    extensible: true,
};

static CONFIG: Keys = Keys {
    of: "a config",
    keys: &[
        ("content", Text),
        ("environment", Text),
        ("external", EXTERNAL),
        ("file", Text),
        ("labels", PAIRS),
        ("name", Text),
        ("template_driver", Text),
    ],
    required: &[],
    extensible: true,
};

static MODEL: Keys = Keys {
    of: "a model",
    keys: &[("context_size", Integer), ("model", Text), ("name", Text), ("runtime_flags", List(&Text))],
    required: &["model"],
    extensible: true,
};

/// A Compose file, with services that were put together from those that they extend.
pub(super) static PROJECT: Keys = Keys {
    of: "a Compose file",
    keys: &[
        ("configs", Names(&Shape::Keys(&CONFIG))),
        ("include", Any),
        ("models", Names(&Shape::Keys(&MODEL))),
        ("name", Text),
        ("networks", Names(&Perhaps(&Shape::Keys(&NETWORK)))),
        ("secrets", Names(&Shape::Keys(&SECRET))),
        ("services", Names(&Shape::Keys(&SERVICE))),
        ("version", Text),
        ("volumes", Names(&Perhaps(&Shape::Keys(&VOLUME)))),
    ],
    required: &[],
    extensible: true,
};

/// What one file says about others.
pub(super) const INCLUDE: Shape = List(&Either(&[
    Text,
    Shape::Keys(&Keys {
        of: "an element of include",
        keys: &[("env_file", TEXTS), ("path", TEXTS), ("project_directory", Text)],
        required: &[],
        extensible: false,
    }),
]));

/// What a service says about the one that it extends.
pub(super) const EXTENDS: Shape = Either(&[
    Text,
    Shape::Keys(&Keys { of: "extends", keys: &[("file", Text), ("service", Text)], required: &[], extensible: false }),
]);
