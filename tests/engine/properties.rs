//! What has to hold of every deployment and every condition.

use crate::support::{Run, ruleset};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestCaseError;
use seaworthy::findings::{Finding, Verdict};
use seaworthy::model::SubjectKind;
use seaworthy::model::queryable::subjects;
use seaworthy::rules::Ruleset;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Each try audits whole deployments: an eighth of the usual number (or of `PROPTEST_CASES`) is enough.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases / 8, failure_persistence: None, ..usual }
}

/// The rules that are built in.
fn builtin() -> &'static Ruleset {
    static BUILTIN: OnceLock<Ruleset> = OnceLock::new();
    BUILTIN.get_or_init(|| Ruleset::builtin().unwrap_or_else(|errors| panic!("{errors:?}")))
}

/// One line of a service that may be given as a variable: how it is written around the value, and
/// values that it may have.
const LINES: &[(&str, &[&str])] = &[
    // An app is known by its image, and a role is never unknown.
    (
        "image: @",
        &[
            "acme/app:1.2.3",
            "acme/app:latest",
            "acme/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ],
    ),
    ("image: postgres:18.1", &[""]),
    ("image: postgres", &[""]),
    ("user: \"@\"", &["0", "1000", "root", "1000:1000", "app"]),
    ("privileged: @", &["true", "false"]),
    ("read_only: @", &["true", "false"]),
    ("init: @", &["true", "false"]),
    ("mem_limit: @", &["64m", "512m", "2g"]),
    ("mem_reservation: @", &["64m", "512m", "2g"]),
    ("cpus: @", &["0.5", "2"]),
    ("pids_limit: @", &["100", "-1"]),
    ("restart: @", &["always", "no", "on-failure:3", "unless-stopped"]),
    ("stop_grace_period: @", &["5s", "1m30s"]),
    ("cap_add: [\"@\"]", &["NET_ADMIN", "ALL", "CHOWN"]),
    ("cap_drop: [\"@\"]", &["ALL", "CHOWN"]),
    ("security_opt: [\"@\"]", &["no-new-privileges:true", "seccomp=unconfined", "no-new-privileges"]),
    ("network_mode: @", &["host", "bridge", "none"]),
    ("pid: @", &["host"]),
    ("devices: [\"@:/dev/x\"]", &["/dev/null"]),
    ("command: @", &["run", "exec run"]),
    ("command: run --password hunter22", &[""]),
    ("ports: [\"@:80\"]", &["8080", "127.0.0.1:8080", "0.0.0.0:9000"]),
    ("ports: [\"8080:@\"]", &["80", "443"]),
    ("ports: [\"@\"]", &["80:80", "127.0.0.1:81:80", "80"]),
    ("volumes: [\"@:/data\"]", &["data", "/srv/data", "/var/run/docker.sock", "/"]),
    ("volumes: [\"data:@\"]", &["/data", "/var/lib/postgresql", "/var/lib/postgresql/data"]),
    ("volumes: [\"@\"]", &["data:/data", "/:/host:ro", "/data"]),
    ("tmpfs: [\"@\"]", &["/tmp", "/run"]),
    ("environment: {DB_PASSWORD: \"@\"}", &["changeme", "kR7-tWq2mZ9x-LpD4", "hunter2"]),
    ("environment: [\"DB_PASSWORD=@\"]", &["changeme", "kR7-tWq2mZ9x-LpD4"]),
    ("environment: [\"@=value\"]", &["LEVEL", "API_TOKEN", "DB_PASSWORD"]),
    ("environment: {LEVEL: \"@\"}", &["debug", "info", "a,b"]),
    ("environment: {DATABASE_URL: \"postgres://app:hunter22@db:5432/@\"}", &["app", "shop"]),
    ("env_file: [\"@\"]", &["app.env", "none.env"]),
    ("labels: {token: \"@\"}", &["a", "kR7-tWq2mZ9x-LpD4"]),
    ("logging: {driver: \"@\"}", &["json-file", "journald", "local"]),
    ("logging: {driver: json-file, options: {max-size: \"@\"}}", &["10m", "-1"]),
    ("healthcheck: {disable: \"@\"}", &["true", "false"]),
    ("healthcheck: {test: \"@\"}", &["curl -f http://localhost", "NONE"]),
    ("deploy: {replicas: \"@\"}", &["1", "3", "0"]),
    ("deploy: {mode: \"@\"}", &["global", "replicated"]),
    ("deploy: {restart_policy: {condition: \"@\"}}", &["none", "any", "on-failure"]),
    ("deploy: {resources: {limits: {memory: \"@\"}}}", &["64m", "2g"]),
    ("deploy: {update_config: {order: \"@\"}}", &["start-first", "stop-first"]),
    ("ulimits: {nofile: \"@\"}", &["1024", "65535"]),
    ("depends_on: {db: {condition: \"@\"}}", &["service_healthy", "service_started"]),
    ("secrets: [\"@\"]", &["key"]),
    ("userns_mode: @", &["host"]),
    ("ipc: @", &["host", "private"]),
    ("sysctls: [\"net.core.somaxconn=@\"]", &["1024"]),
];

/// A service: its lines, each with its value and whether a variable stands for it.
#[derive(Debug, Clone)]
struct Service {
    name: String,
    lines: Vec<(&'static str, String, bool)>,
}

fn key(line: &str) -> &str {
    line.split_once(':').unwrap().0
}

/// Services with some lines, never two of one key.
fn service(name: &'static str) -> impl Strategy<Value = Service> {
    let line = |(line, values): (&'static str, &'static [&'static str])| {
        (Just(line), select(values.to_vec()), any::<bool>())
            .prop_map(|(line, value, open)| (line, value.to_owned(), open))
    };
    subsequence(LINES.to_vec(), 1..12).prop_flat_map(move |lines| {
        let mut seen = BTreeSet::new();
        let lines: Vec<_> = lines.into_iter().filter(|(line, _)| seen.insert(key(line))).map(line).collect();
        lines.prop_map(move |lines| Service { name: name.to_owned(), lines })
    })
}

fn services() -> impl Strategy<Value = Vec<Service>> {
    (service("app"), service("db"), service("web")).prop_map(|(app, db, web)| vec![app, db, web])
}

impl Service {
    /// The lines of the file; variables are named after the service and the number of the line.
    fn text(&self) -> String {
        let mut text = format!("  {}:\n", self.name);
        if !self.lines.iter().any(|(line, ..)| key(line) == "image") {
            text.push_str("    image: acme/other:1\n");
        }
        for (number, (line, value, open)) in self.lines.iter().enumerate() {
            let value = if *open { format!("${{{}_{number}}}", self.name.to_uppercase()) } else { value.clone() };
            text.push_str(&format!("    {}\n", line.replacen('@', &value, 1)));
        }
        text
    }

    /// What gives the variables their values.
    fn variables(&self) -> String {
        let open = self.lines.iter().enumerate().filter(|(_, (.., open))| *open);
        open.map(|(number, (_, value, _))| format!("{}_{number}='{value}'\n", self.name.to_uppercase())).collect()
    }
}

const TAIL: &str = "volumes: {data: {}}\nsecrets: {key: {file: ./key.txt}}\n";

fn compose(services: &[Service]) -> String {
    let services: String = services.iter().map(Service::text).collect();
    format!("services:\n{services}{TAIL}")
}

fn file(path: &str, text: impl Into<String>) -> (String, String) {
    (path.to_owned(), text.into())
}

/// Conditions on a container.
const ATOMS: &[&str] = &[
    "{name: app}",
    "{image: {tag: latest}}",
    "{image: {is: pinned}}",
    "{image.tag: {not: latest}}",
    "{user: root}",
    "{user: {not: root}}",
    "{user: {present: true}}",
    "{privileged: true}",
    "{read-only-root: true}",
    "{limits.memory: {min: 128Mi}}",
    "{limits.memory: {min: =requests.memory}}",
    "{limits.memory: {present: false}}",
    "{limits.memory: {missing: true, max: 1Gi}}",
    "{limits.memory: {missing: unknown, max: 1Gi}}",
    "{limits.pids: {max: 200}}",
    "{requests.memory: {below: =limits.memory * 0.5}}",
    "{workload.grace: {min: 10s}}",
    "{workload.replicas: {min: 2}}",
    "{capabilities.add: {some: ALL}}",
    "{capabilities.drop: {each: ALL}}",
    "{capabilities.drop: {count: {min: 1}}}",
    "{setting(LEVEL): debug}",
    "{setting(LEVEL): {not: debug}}",
    "{setting(LEVEL): {some: a}}",
    "{setting(LEVEL): {count: 2}}",
    "{setting(LEVEL): {as: integer, min: 3}}",
    "{setting(DB_PASSWORD): {is: weak}}",
    "{setting(DB_PASSWORD): {present: true}}",
    "{setting(DB_PASSWORD).held: external}",
    "{settings: {some: {secret: true}}}",
    "{settings: {none: {value: {is: weak}}}}",
    "{settings: {each: {value: {present: true}}}}",
    "{settings: {count: {min: 2}}}",
    "{settings: {unique: value}}",
    "{mounts: {some: {path: /data}}}",
    "{mounts: {each: {is: persistent}}}",
    "{mounts: {none: {source: {within: /var}}}}",
    "{mounts: {where: {kind: bind}, count: {max: 1}}}",
    "{exposures: {some: {is: published}}}",
    "{exposures: {none: {host-port: {below: 1024}}}}",
    "{=count(exposures): {min: 1}}",
    "{=sum(stack.containers.limits.memory): {max: 1Gi}}",
    "{stack: {containers: {some: {privileged: true}}}}",
    "{stack: {containers: {each: {image: {is: pinned}}}}}",
    "{data: {each: {mount: {is: persistent}}}}",
    "{depends-on: {some: {condition: service_healthy}}}",
    "{log.driver: [json-file, local]}",
    "{probe(health): {present: true}}",
];

/// Conditions on a container.
fn conditions() -> impl Strategy<Value = String> {
    select(ATOMS.to_vec()).prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..4).prop_map(|list| list.join(", "));
        prop_oneof![
            list.clone().prop_map(|list| format!("{{all: [{list}]}}")),
            list.prop_map(|list| format!("{{any: [{list}]}}")),
            inner.prop_map(|inner| format!("{{not: {inner}}}")),
        ]
    })
}

fn rules(conditions: &[String]) -> Ruleset {
    let rules: Vec<String> = conditions.iter().map(|it| format!("where: {{name: app}}\nrequire: {it}")).collect();
    ruleset(&rules)
}

/// The verdicts of several conditions on the container `app`.
fn verdicts(services: &[Service], conditions: &[String]) -> Vec<Verdict> {
    let run = Run::new(&[file("compose.yaml", compose(services))], None, &rules(conditions));
    (0..conditions.len()).map(|number| run.verdict(number)).collect()
}

fn opposite(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Pass => Verdict::Fail,
        Verdict::Fail => Verdict::Pass,
        other => other,
    }
}

/// What De Morgan says of two conditions.
fn de_morgan(one: &str, other: &str) -> Vec<Vec<String>> {
    let pair = |outer: &str, inner: &str| {
        vec![
            format!("{{not: {{{outer}: [{one}, {other}]}}}}"),
            format!("{{{inner}: [{{not: {one}}}, {{not: {other}}}]}}"),
        ]
    };
    vec![pair("any", "all"), pair("all", "any")]
}

/// Asserts that the conditions of each group come out alike.
fn alike(services: &[Service], groups: &[Vec<String>]) -> Result<(), TestCaseError> {
    let verdicts = verdicts(services, &groups.concat());
    let mut rest = verdicts.as_slice();
    for group in groups {
        let (own, others) = rest.split_at(group.len());
        for (condition, verdict) in group.iter().zip(own) {
            prop_assert_eq!(*verdict, own[0], "{} and {}", condition, group[0]);
        }
        rest = others;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn not_any_is_all_not_and_nothing_is_denied_twice(
        services in services(),
        one in conditions(),
        other in conditions(),
    ) {
        let mut groups = de_morgan(&one, &other);
        groups.push(vec![one.clone(), format!("{{not: {{not: {one}}}}}"), format!("{{all: [{one}, {one}]}}")]);
        alike(&services, &groups)?;
        let both = verdicts(&services, &[one.clone(), format!("{{not: {one}}}")]);
        prop_assert_eq!(both[0], opposite(both[1]), "{}", one);
    }

    #[test]
    fn the_same_holds_of_a_value_even_if_it_is_absent(
        services in services(),
        path in select(vec!["user", "limits.memory", "setting(LEVEL)", "setting(NONE)", "requests.memory", "workload.grace"]),
        one in operand(),
        other in operand(),
    ) {
        let mut groups = de_morgan(&one, &other);
        groups.push(vec![one.clone(), format!("{{not: {{not: {one}}}}}")]);
        let said: Vec<Vec<String>> =
            groups.iter().map(|group| group.iter().map(|it| format!("{{{path}: {it}}}")).collect()).collect();
        alike(&services, &said)?;
    }

    #[test]
    fn some_is_not_none_and_each_is_none_of_the_opposite(
        services in services(),
        (list, element) in elements(),
    ) {
        let said = |condition: String| format!("{{{list}: {condition}}}");
        let denied = |condition: String| format!("{{not: {{{list}: {condition}}}}}");
        alike(&services, &[
            vec![
                said(format!("{{some: {element}}}")),
                denied(format!("{{none: {element}}}")),
                said(format!("{{where: {element}, count: {{min: 1}}}}")),
                said(format!("{{where: {element}, count: {{above: 0}}}}")),
            ],
            vec![said(format!("{{each: {element}}}")), said(format!("{{none: {{not: {element}}}}}"))],
            vec![
                said(format!("{{none: {element}}}")),
                said(format!("{{where: {element}, count: 0}}")),
                said(format!("{{where: {element}, count: {{below: 1}}}}")),
            ],
        ])?;
    }

    #[test]
    fn what_is_learnt_decides_what_was_open_and_changes_nothing_else(
        services in services(),
        conditions in prop::collection::vec(conditions(), 12),
    ) {
        let ruleset = rules(&conditions);
        let text = compose(&services);
        let known: String = services.iter().map(Service::variables).collect();
        let before = Run::new(&[file("compose.yaml", text.clone())], None, &ruleset);
        let after = Run::new(&[file("compose.yaml", text.clone()), file(".env", known.clone())], None, &ruleset);
        for (number, condition) in conditions.iter().enumerate() {
            let (one, other) = (before.verdict(number), after.verdict(number));
            prop_assert!(one == Verdict::Unknown || one == other, "{}: {:?} became {:?}\n{}\n{}", condition, one, other, text, known);
        }
        unflipped(&before, &after).map_err(|wrong| TestCaseError::fail(format!("{wrong}\n{text}\n{known}")))?;
    }

    #[test]
    fn the_order_of_services_and_files_does_not_matter(
        (services, shuffled) in services().prop_flat_map(|services| (Just(services.clone()), Just(services).prop_shuffle())),
        turn in any::<bool>(),
    ) {
        let env = file("app.env", "LEVEL=debug\nAPI_TOKEN=kR7-tWq2mZ9x-LpD4\n");
        let manifests = file("k8s/app.yaml", MANIFESTS);
        let (one, other) = (file("compose.yaml", compose(&services)), file("compose.yaml", compose(&shuffled)));
        let base = Run::new(&[one, env.clone(), manifests.clone()], None, builtin());
        let mut files = vec![other, env, manifests];
        if turn { files.reverse() } else { files.rotate_left(1) }
        let moved = Run::new(&files, None, builtin());
        prop_assert_eq!(told(&base), told(&moved));
    }
}

const MANIFESTS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - {name: shop, image: acme/shop}
---
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData: {password: changeme}
";

/// Findings as sets of what matters: the rule, the verdict, the subject and the text at its places.
fn told(run: &Run) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in &run.findings {
        let sources = &run.project.workspace.sources;
        let mut lines: Vec<String> = finding
            .sites
            .iter()
            .map(|site| {
                let source = sources.get(site.span.source);
                let line = source.position(site.span.start).line as usize;
                format!("{} {}", source.name, source.expose().lines().nth(line - 1).unwrap_or_default().trim())
            })
            .collect();
        // Those that pass are told together, the first of the file in front; so are the places of what
        // concerns several.
        let is_whole = finding.subject.kind == SubjectKind::Stack.word();
        if finding.subjects > 1 || is_whole {
            lines.sort();
        }
        let subject = &finding.subject;
        // Of several reasons why something is not known of a whole stack the first is told.
        let is_open = is_whole && finding.verdict == Verdict::Unknown;
        let message = if is_open { "" } else { finding.message.as_str() };
        let said = format!("{} {:?} {} {message:?} {lines:?}", subject.name, subject.of, finding.verdict.word());
        told.entry(finding.rule.id.clone()).or_default().push(said);
    }
    told.values_mut().for_each(|said| said.sort());
    told
}

/// A failure stays one, and what fails now was open before.
fn unflipped(before: &Run, after: &Run) -> Result<(), String> {
    let with = |run: &Run, verdict: Verdict| -> BTreeSet<String> {
        run.findings.iter().filter(|finding| finding.verdict == verdict).map(|finding| who(finding)).collect()
    };
    let (failed, fails, open) =
        (with(before, Verdict::Fail), with(after, Verdict::Fail), with(before, Verdict::Unknown));
    // What is named by what was not known is another subject now.
    let (known, now) = (names(before), names(after));
    let is_one_of = |finding: &str, names: &BTreeSet<String>| names.iter().any(|name| finding.ends_with(name.as_str()));
    if let Some(lost) = failed.difference(&fails).find(|it| is_one_of(it, &now)) {
        return Err(format!("no longer fails: {lost}"));
    }
    match fails.difference(&failed).find(|it| !open.contains(*it) && is_one_of(it, &known)) {
        Some(new) => Err(format!("fails, but was not open: {new}")),
        None => Ok(()),
    }
}

fn who(finding: &Finding) -> String {
    format!("{} {} {} {:?}", finding.rule.id, finding.subject.kind, finding.subject.name, finding.subject.of)
}

/// All subjects, as [`who`] ends with them.
fn names(run: &Run) -> BTreeSet<String> {
    let kinds = [
        SubjectKind::Stack,
        SubjectKind::Workload,
        SubjectKind::Container,
        SubjectKind::Setting,
        SubjectKind::Exposure,
        SubjectKind::Mount,
        SubjectKind::Policy,
        SubjectKind::Edge,
    ];
    let of = |kind: SubjectKind| {
        let things = run.project.stacks.iter().flat_map(move |stack| subjects(stack, kind));
        things.map(move |thing| {
            let (name, of) = thing.name();
            format!(" {} {name} {of:?}", kind.word())
        })
    };
    kinds.into_iter().flat_map(of).collect()
}

/// Conditions on a value that may not be there.
fn operand() -> impl Strategy<Value = String> {
    let atom = select(vec![
        "{present: true}",
        "{present: false}",
        "{matches: '^[a-z]'}",
        "{not: {present: true}}",
        "{matches: '5'}",
        "{missing: true, matches: x}",
        "{missing: unknown, matches: x}",
    ]);
    atom.prop_map(str::to_owned).prop_recursive(2, 6, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(one, other)| format!("{{all: [{one}, {other}]}}")),
            two.prop_map(|(one, other)| format!("{{any: [{one}, {other}]}}")),
            inner.prop_map(|inner| format!("{{not: {inner}}}")),
        ]
    })
}

/// Lists with a condition on their elements.
fn elements() -> impl Strategy<Value = (&'static str, String)> {
    let of = |list: &'static str, conditions: &[&'static str]| {
        let condition = select(conditions.to_vec());
        (Just(list), condition.prop_map(str::to_owned))
    };
    prop_oneof![
        of(
            "settings",
            &[
                "{secret: true}",
                "{value: debug}",
                "{value: {is: weak}}",
                "{name: LEVEL}",
                "{held: external}",
                "{value: {present: true}}"
            ]
        ),
        of(
            "mounts",
            &["{path: /data}", "{kind: bind}", "{source: {within: /srv}}", "{is: persistent}", "{read-only: true}"]
        ),
        of("exposures", &["{is: published}", "{port: 80}", "{host-port: {min: 8000}}", "{reach: [loopback, private]}"]),
        of(
            "stack.containers",
            &[
                "{privileged: true}",
                "{image: {is: pinned}}",
                "{limits.memory: {min: 128Mi}}",
                "{settings: {some: {secret: true}}}"
            ]
        ),
    ]
}

#[test]
fn every_line_may_be_learnt_alone() {
    let conditions: Vec<String> =
        ATOMS.iter().flat_map(|atom| [(*atom).to_owned(), format!("{{not: {atom}}}")]).collect();
    let ruleset = rules(&conditions);
    let mut wrong = Vec::new();
    for (line, values) in LINES {
        for value in values.iter() {
            let lines = vec![(*line, (*value).to_owned(), true)];
            let mut services = vec![Service { name: "app".to_owned(), lines }];
            services.push(Service { name: "db".to_owned(), lines: Vec::new() });
            let (text, known) = (compose(&services), services[0].variables());
            let before = Run::new(&[file("compose.yaml", text.clone())], None, &ruleset);
            let after = Run::new(&[file("compose.yaml", text.clone()), file(".env", known)], None, &ruleset);
            for (number, condition) in conditions.iter().enumerate() {
                let (one, other) = (before.verdict(number), after.verdict(number));
                if one != Verdict::Unknown && one != other {
                    wrong.push(format!("{line} {value}: {condition}: {} became {}", one.word(), other.word()));
                }
            }
            if let Err(flipped) = unflipped(&before, &after) {
                wrong.push(format!("{line} {value}: {flipped}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
