//! Where the objects of operators say how their databases run.

/// Where one kind of object says what.
pub(super) struct Shape {
    /// Its API group.
    pub group: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The app; `""` where each group of instances has its own.
    pub app: &'static str,
    /// From the spec to what is said of a group of instances; `[]` for the spec itself.
    pub part: &'static [&'static str],
    /// How many instances: the key, and what the operator takes where nothing is written.
    pub count: (&'static str, Option<i64>),
    /// Whether the groups are copies of one database, so that all instances count together.
    pub together: bool,
    /// From the spec to the image.
    pub image: &'static [&'static str],
    /// Whether what is not written about resources stands in the operator's own configuration.
    pub defaults: bool,
    /// From a group to what asks for a claim: a size, or a claim's spec.
    pub claims: &'static [&'static [&'static str]],
    /// Whether the operator makes a claim where none is asked for.
    pub made: bool,
    /// From the spec to the parameters of the server.
    pub parameters: &'static [&'static str],
    /// Labels that the operator gives the pods, with the cluster's name as their value.
    pub labels: &'static [&'static str],
    /// Beginnings of the names of further labels that it gives them.
    pub hidden: &'static [&'static str],
    /// What the operator puts behind the cluster's name to name Services.
    pub hosts: &'static [&'static str],
}

const PERCONA_CLAIM: &[&[&str]] = &[&["volumeSpec", "persistentVolumeClaim"]];
const PGO: Shape = Shape {
    group: "postgres-operator.crunchydata.com",
    kind: "PostgresCluster",
    app: "postgres",
    part: &["instances"],
    count: ("replicas", Some(1)),
    together: true,
    image: &["image"],
    defaults: false,
    claims: &[&["dataVolumeClaimSpec"]],
    made: false,
    parameters: &["patroni", "dynamicConfiguration", "postgresql", "parameters"],
    labels: &["postgres-operator.crunchydata.com/cluster"],
    hidden: &["postgres-operator.crunchydata.com/", "app.kubernetes.io/"],
    hosts: &["-primary", "-ha", "-replicas"],
};
const PXC: Shape = Shape {
    group: "pxc.percona.com",
    kind: "PerconaXtraDBCluster",
    app: "mysql",
    part: &["pxc"],
    count: ("size", None),
    together: false,
    image: &["pxc", "image"],
    defaults: false,
    claims: PERCONA_CLAIM,
    made: false,
    parameters: &[],
    labels: &["app.kubernetes.io/instance"],
    hidden: &["app.kubernetes.io/", "apps.kubeblocks.io/", "kubeblocks.io/"],
    hosts: &["-pxc", "-haproxy", "-haproxy-replicas", "-proxysql"],
};

/// Every kind that is known.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        group: "postgresql.cnpg.io",
        kind: "Cluster",
        app: "postgres",
        part: &[],
        count: ("instances", Some(1)),
        together: false,
        image: &["imageName"],
        defaults: false,
        claims: &[&["storage", "size"], &["storage", "pvcTemplate"]],
        made: false,
        parameters: &["postgresql", "parameters"],
        labels: &["cnpg.io/cluster"],
        hidden: &["cnpg.io/", "app.kubernetes.io/", "role", "postgresql"],
        hosts: &["-rw", "-ro", "-r"],
    },
    Shape {
        group: "acid.zalan.do",
        kind: "postgresql",
        app: "postgres",
        part: &[],
        count: ("numberOfInstances", None),
        together: false,
        image: &["dockerImage"],
        defaults: true,
        claims: &[&["volume", "size"]],
        made: false,
        parameters: &["postgresql", "parameters"],
        labels: &["cluster-name"],
        hidden: &["application", "spilo-role", "team", "connection-pooler"],
        hosts: &["", "-repl"],
    },
    PGO,
    Shape { group: "pgv2.percona.com", kind: "PerconaPGCluster", ..PGO },
    PXC,
    Shape {
        group: "ps.percona.com",
        kind: "PerconaServerMySQL",
        part: &["mysql"],
        image: &["mysql", "image"],
        hosts: &["-mysql", "-mysql-primary", "-haproxy", "-router"],
        ..PXC
    },
    Shape {
        group: "psmdb.percona.com",
        kind: "PerconaServerMongoDB",
        app: "mongodb",
        part: &["replsets"],
        image: &["image"],
        hosts: &["-mongos"],
        ..PXC
    },
    Shape {
        group: "apps.kubeblocks.io",
        kind: "Cluster",
        app: "",
        part: &["componentSpecs"],
        count: ("replicas", Some(1)),
        image: &[],
        claims: &[&["volumeClaimTemplates"]],
        hosts: &[],
        ..PXC
    },
    Shape {
        group: "k8s.mariadb.com",
        kind: "MariaDB",
        part: &[],
        count: ("replicas", Some(1)),
        image: &["image"],
        claims: &[&["storage", "size"], &["storage", "volumeClaimTemplate"]],
        hosts: &["", "-primary", "-secondary"],
        ..PXC
    },
    Shape {
        group: "mysql.oracle.com",
        kind: "InnoDBCluster",
        part: &[],
        count: ("instances", Some(1)),
        image: &[],
        defaults: true,
        claims: &[&["datadirVolumeClaimTemplate"]],
        made: true,
        labels: &["mysql.oracle.com/cluster"],
        hidden: &["mysql.oracle.com/", "app.kubernetes.io/", "component", "tier"],
        hosts: &["", "-instances"],
        ..PXC
    },
    Shape {
        group: "mongodbcommunity.mongodb.com",
        kind: "MongoDBCommunity",
        app: "mongodb",
        part: &[],
        count: ("members", None),
        image: &[],
        defaults: true,
        claims: &[],
        made: true,
        labels: &[],
        hidden: &["app"],
        hosts: &["-svc"],
        ..PXC
    },
];
