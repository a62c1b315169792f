//! Charts held against renders that Helm's own engine made of them, and against their own sources:
//! every rendered line has to say where it came from.
//!
//! The renders are of public charts and no part of this project: they are compared when
//! `SEAWORTHY_GOLDENS` names a folder that holds them. Without it only the project's charts are looked at.
//!
//! The folder holds files named `*.jsonl`, one case a line, each an object with these keys:
//!
//! - `id`: names the case in what the test prints
//! - `root`: a folder below the goldens' own; nothing outside it is read for the chart
//! - `chart`: the chart's folder or archive, relative to `root`
//! - `values`: a list of values files relative to `root`, in their order
//! - `sets`: a list of what `--set` would be given; may be left out
//! - `release`, `namespace`, `kube`: what the chart is rendered for
//! - `api_versions`: a list of more API versions; may be left out
//! - `output`: a JSON file that maps the name of each template (`CHART/templates/x.yaml`) to its text
//! - `second`: another run of the same case; may be left out. Lines that differ between the two runs
//!   are random and are not compared.
//! - `error`: instead of `output`, when Helm fails
//! - `documents`: instead of `output`, a file or folder of YAML documents as `helm template` prints
//!   them; they are compared as values, without regard to order
//! - `below`: with `documents`, a regular expression: only templates of such a name count
//! - `also`: with `documents`, more lists of values files: the chart is rendered with each of them too, into
//!   the same folder, where a later file takes the place of an earlier one of its name
//! - `skip_tests`, `include_crds`: with `documents`, booleans: as the options of `helm template`
//!
//! Paths of `output`, `second` and `documents` are relative to the folder of the goldens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod cases;
mod dyes;
mod mutations;
mod origins;
mod renders;
